"""The network between a laptop and central: each request meets one fate, drawn beforehand or by a rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

from fieldpo.sync.protocol.codings import IDENTITY, inflated
from fieldpo.sync.protocol.exchange import MAX_RESPONSE_BYTES
from fieldpo.sync.transport import Transport

from .agency import Agency
from .asgi import Came

FATES = (
    "dropped before sending",
    "dropped on the way",
    "dropped after central's commit",
    "one direction only",
    "delayed",
    "duplicated, first answer",
    "duplicated, second answer",
    "cut coded body",
    "zstd not read",
    "HTML with 200",
    "413",
    "429",
    "502",
)
"""What can happen to one request; "delayed" comes to central later, after others, and its answer reaches nobody."""

TOO_LARGE = "txtPROXY"
"""A proxy on the way takes no request that holds this text, whoever sends it."""

_SAID: dict[str, tuple[int, bytes, str, dict[str, str]]] = {
    "zstd not read": (415, b'{"type": "content-encoding", "title": "No zstd."}', "application/problem+json", {}),
    "HTML with 200": (200, b"<html>Welcome to the hotel. Sign in.</html>", "text/html", {}),
    "413": (413, b"", "text/plain", {}),
    "429": (429, b"", "text/plain", {"Retry-After": "7"}),
    "502": (502, b"<html>Bad gateway</html>", "text/html", {}),
}
"""What something on the way answers in central's place."""


@dataclass(frozen=True)
class Late:
    """A request that the network still holds."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Network:
    """What is between. `told` is called with each exchange that central answered."""

    agency: Agency
    late: list[Late] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    told: Callable[[dict[str, Any], Came | None], None] = lambda _request, _came: None
    left: Callable[[dict[str, Any]], None] = lambda _request: None
    """Called with each exchange that leaves a laptop."""

    def reach(self, late: Late) -> Came | None:
        """Central gets the request; None when it died over it."""
        came = self.agency.answer(late.path, late.headers, late.body)
        if late.path == "/v1/sync":
            request = _opened(late.headers, late.body)
            if came is not None and came.status == 200:
                self.agency.hear(request, late.headers, _inflated(came))
            self.told(request, came)
        return came


class Link(httpx.BaseTransport):
    """One laptop's way to central. `fates` are taken one a request; none is an undisturbed one."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.fates: list[str] = []
        self.down = False
        self.one_way = False
        self.protocol = ""
        """The protocol that an older or newer program on the laptop speaks; empty for this program's own."""

    def transport(self) -> Transport:
        """The client's own transport, over this link."""
        from .laptop import simulated_transport

        return simulated_transport(self)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request."""
        body = request.read()
        if self.protocol and "fieldpo-protocol" in request.headers:
            request.headers["fieldpo-protocol"] = self.protocol
        late = Late(request.url.path, dict(request.headers), body)
        fate = self.fates.pop(0) if self.fates else ""
        if self.down:
            raise httpx.ConnectError("no network", request=request)
        if self.one_way:
            fate = "one direction only"
        if fate:
            self.network.met[fate] += 1
        if fate == "dropped before sending":
            raise httpx.ConnectError("no network", request=request)
        _started(request)
        if late.path == "/v1/sync":
            self.network.left(_opened(late.headers, body))
        if late.path == "/v1/sync" and TOO_LARGE.encode() in _raw(late.headers, body):
            return _response(request, 413, b"too large", "text/plain")
        return self._carry(request, late, fate)

    def _carry(self, request: httpx.Request, late: Late, fate: str) -> httpx.Response:
        if fate in _SAID and (fate != "zstd not read" or late.headers.get("content-encoding") == "zstd"):
            return _response(request, *_SAID[fate])
        match fate:
            case "dropped on the way":
                raise httpx.WriteError("lost", request=request)
            case "delayed":
                self.network.late.append(late)
                raise httpx.ReadTimeout("late", request=request)
        came = self.network.reach(late)
        if fate == "duplicated, first answer":
            self.network.reach(late)
        elif fate == "duplicated, second answer":
            came = self.network.reach(late)
        if came is None or fate in ("dropped after central's commit", "one direction only"):
            raise httpx.ReadTimeout("no answer", request=request)
        body = came.body
        if fate == "cut coded body":
            if not came.header(b"content-encoding"):
                raise httpx.RemoteProtocolError("cut", request=request)
            body = body[: len(body) // 2]
        kept = [(key, value) for key, value in came.headers if key.lower() != b"content-length"]
        return httpx.Response(came.status, headers=kept, stream=httpx.ByteStream(body), request=request)


def _started(request: httpx.Request) -> None:
    trace = request.extensions.get("trace")
    if trace is not None:
        trace("http11.send_request_headers.started", {})


def _response(
    request: httpx.Request, status: int, body: bytes, kind: str, more: dict[str, str] | None = None
) -> httpx.Response:
    headers = {"Content-Type": kind, **(more or {})}
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body), request=request)


def _raw(headers: dict[str, str], body: bytes) -> bytes:
    return inflated(body, headers["content-encoding"], MAX_RESPONSE_BYTES)


def _opened(headers: dict[str, str], body: bytes) -> dict[str, Any]:
    opened: dict[str, Any] = msgspec.json.decode(_raw(headers, body))
    return opened


def _inflated(came: Came) -> bytes:
    coding = came.header(b"content-encoding").decode()
    return inflated(came.body, coding or IDENTITY, MAX_RESPONSE_BYTES)
