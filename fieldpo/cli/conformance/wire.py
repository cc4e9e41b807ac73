"""Requests to the server under test, remembered so that a failed clause can be told with what was sent and got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from fieldpo.errors import BadInput, Offline
from fieldpo.sync.protocol.codings import OFFERED, Damaged, Inflater, TooLarge, said
from fieldpo.sync.protocol.exchange import MAX_RESPONSE_BYTES

TIMEOUT = httpx.Timeout(120, connect=5)
REMEMBERED = 4
_SHOWN = 1_200


class _Unreadable(Exception):
    """An answer that no device could inflate; says why."""


@dataclass(frozen=True)
class Came:
    """An answer: its body inflated."""

    status: int
    headers: httpx.Headers
    body: bytes


@dataclass(frozen=True)
class Exchange:
    """What went and what came, cut to what a person reads. The token is not in it."""

    sent: str
    got: str


class Server:
    """The server at one URL. Follows no redirect and reads no proxy setting, as a device does."""

    def __init__(self, url: str, verify: str | bool = True) -> None:
        if not url.startswith(("http://", "https://")):
            raise BadInput(f"{url} is no address: give http:// or https:// and a host. Nothing was sent.")
        self._client = httpx.Client(
            base_url=url, verify=verify, trust_env=False, timeout=TIMEOUT, headers={"Accept-Encoding": OFFERED}
        )
        self.exchanges: list[Exchange] = []
        self.largest = 0
        self.waits: list[tuple[int, str | None]] = []
        """Each answer that asked to wait: its status and its Retry-After."""

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def ask(self, method: str, path: str, headers: dict[str, str], **more: Any) -> Came:
        """Send one request. Raises Offline when nothing comes back."""
        shown = {name: value for name, value in headers.items() if name.lower() != "authorization"}
        sent = f"{method} {path} {shown} {_shown(more.get('content', more.get('data', b'')))}"
        try:
            with self._client.stream(method, path, headers=headers, **more) as answer:
                body = _whole(answer)
        except (httpx.TransportError, TooLarge, _Unreadable) as failed:
            why = str(failed) if isinstance(failed, _Unreadable) else type(failed).__name__
            if isinstance(failed, TooLarge):
                self.largest = MAX_RESPONSE_BYTES + 1
            self._remember(sent, f"no answer: {why}")
            raise Offline(f"The server gave no answer: {why}.") from failed
        self.largest = max(self.largest, len(body))
        if answer.status_code in (429, 503):
            self.waits.append((answer.status_code, answer.headers.get("retry-after")))
        self._remember(sent, f"{answer.status_code} {answer.headers.get('content-type', '')} {_shown(body)}")
        return Came(answer.status_code, answer.headers, body)

    def _remember(self, sent: str, got: str) -> None:
        self.exchanges = [*self.exchanges[1 - REMEMBERED :], Exchange(sent, got)]


def _whole(answer: httpx.Response) -> bytes:
    coding = said(answer.headers.get("content-encoding"))
    if coding is None:
        raise _Unreadable(f"its Content-Encoding was {answer.headers['content-encoding']}")
    inflater = Inflater(coding, MAX_RESPONSE_BYTES)
    try:
        for part in answer.iter_raw():
            inflater.feed(part)
        return inflater.whole()
    except Damaged:
        raise _Unreadable(f"it was not one whole body in {coding} and nothing more") from None


def _shown(body: object) -> str:
    text = body.decode("utf-8", "backslashreplace") if isinstance(body, bytes) else str(body)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
