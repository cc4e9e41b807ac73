"""HTTP as the sync wants it: deadlines on everything, nothing from the environment, nothing logged, answers capped.

TLS 1.2 or newer; plain HTTP to loopback only.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpcore  # noqa: F401 - httpx would, in the middle of the first exchange
import httpx

from fieldpo import config
from fieldpo.errors import BadInput, ConfigError
from fieldpo.loopback import is_loopback
from fieldpo.sync.effects import Answer, Fault, nothing
from fieldpo.sync.protocol.codings import GZIP, OFFERED, ZSTD, Damaged, Inflater, TooLarge, chosen, said
from fieldpo.sync.protocol.exchange import MAX_RESPONSE_BYTES

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0
_JSON = ("application/json", "application/problem+json")

_NOT_USED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Plain HTTP to loopback needs none, and httpx would make one for each client."""

for _name in ("httpx", "httpcore"):  # they log whole addresses
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class RefusedCipher(Exception):
    """A TLS suite that is not AES, seen before anything was sent."""


class Transport:
    """Connections to one central. Threads may use it one after another; `close` ends what is under way.

    Only the agency's own CA is trusted where one is set: `ca`, else `central_ca` of the settings. Raises `BadInput`
    for an address that is none, `ConfigError` for a CA that cannot be read.
    """

    def __init__(self, url: str, ca: Path | None = None) -> None:
        self.url = checked_url(url)
        self._http = httpx.Client(
            base_url=self.url,
            verify=_tls(ca or config.load().central_ca) if self.url.startswith("https:") else _NOT_USED,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            headers={"Accept": "application/json", "Accept-Encoding": OFFERED, "User-Agent": "fieldpo"},
        )
        self._sockets: list[socket.socket] = []
        """Of the connections made. A thread that waits for an answer is woken by nothing less than their shutdown."""

    def post(
        self,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        deadline: float = READ_SECONDS,
        gone: Callable[[], None] = nothing,
    ) -> Answer | Fault:
        """POST and read the answer within `deadline` seconds, however slowly it comes. `gone` is told once all is sent,
        and at the latest at the end.
        """
        ends = time.monotonic() + deadline
        sent = _Sent(self._sockets, gone)
        overdue = threading.Timer(deadline, self._shut)
        overdue.daemon = True
        overdue.start()
        try:
            with self._http.stream(
                "POST", path, content=body, headers=dict(headers), extensions={"trace": sent.trace}
            ) as response:
                return _answer(response, ends)
        except RefusedCipher:
            return Fault("the connection to central is not encrypted with AES")
        except httpx.ConnectError as error:
            return Fault(_why(error))
        except (httpx.ConnectTimeout, httpx.PoolTimeout):
            return Fault("central cannot be reached")
        except (httpx.HTTPError, httpx.StreamError, RuntimeError, OSError):  # RuntimeError: closed from outside
            return Fault("the connection broke", reached=sent.header)
        finally:
            overdue.cancel()
            gone()

    def form(self, path: str, fields: Mapping[str, str], deadline: float = READ_SECONDS) -> Answer | Fault:
        """POST a form, as OAuth has it."""
        encoded = str(httpx.QueryParams(dict(fields))).encode()
        return self.post(path, encoded, {"Content-Type": "application/x-www-form-urlencoded"}, deadline)

    def close(self) -> None:
        """Close every connection; a request under way ends as a fault."""
        self._shut()
        self._http.close()

    def _shut(self) -> None:
        """End what is under way, from any thread: closing a socket does not wake the one that reads from it."""
        for each in self._sockets:
            with contextlib.suppress(OSError):  # closed already
                socket.socket.shutdown(each, socket.SHUT_RDWR)  # not TLS's own, which is not for two threads

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self.close()


def checked_url(url: str) -> str:
    """The address without its trailing slash. Raises BadInput where it is no address, or plain HTTP off loopback."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    odd = "@" in parts.netloc or not url.strip().isprintable()  # urlsplit passes over tabs and line ends
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or odd:
        raise BadInput("That is not central's address. Give it as https://host or https://host:port.")
    if parts.scheme == "http" and not is_loopback(host):
        raise BadInput("Central is only asked over https. Give the address with https://. Nothing was sent.")
    return url.strip().rstrip("/")


class _Sent:
    """Looks at each step of a request: the cipher before a header goes out, and whether anything, and all, went out."""

    def __init__(self, sockets: list[socket.socket], gone: Callable[[], None]) -> None:
        self.header = False
        self._sockets = sockets
        self._gone = gone

    def trace(self, name: str, told: Mapping[str, Any]) -> None:
        if name in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._sockets[:] = [each for each in self._sockets if each.fileno() >= 0]
            self._sockets.append(told["return_value"].get_extra_info("socket"))
        if name == "connection.start_tls.complete":
            secured = told["return_value"].get_extra_info("ssl_object")
            cipher = secured.cipher() if secured is not None else None
            if cipher is None or "AES" not in cipher[0]:
                told["return_value"].close()  # httpcore would leave it open
                raise RefusedCipher
        elif name.endswith("send_request_headers.started"):
            self.header = True
        elif name.endswith("send_request_body.complete"):
            self._gone()


def _tls(ca: Path | None) -> ssl.SSLContext:
    # Not `create_default_context`: that one writes the connection's keys wherever SSLKEYLOGFILE says.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca is None:
        context.load_default_certs()
    else:
        try:
            context.load_verify_locations(cafile=ca)
        except (OSError, ssl.SSLError):
            raise ConfigError(
                f"central_ca names {ca}, which is no readable certificate (PEM). Nothing was sent; put it right in "
                "config.toml."
            ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM")
    return context


def _answer(response: httpx.Response, ends: float) -> Answer | Fault:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _JSON:
        if response.status_code == httpx.codes.OK or 300 <= response.status_code < 400:
            return Fault("what answered is not central: a sign-in page of this network, perhaps", reached=True)
        return Answer(response.status_code, b"", _retry_after(response))
    body = _body(response, ends)
    if isinstance(body, Fault):
        return body
    return Answer(response.status_code, body, _retry_after(response), _reads(response))


def _body(response: httpx.Response, ends: float) -> bytes | Fault:
    """The body, never more of it in memory than an answer may have."""
    coding = said(response.headers.get("content-encoding"))
    if coding is None:
        return Fault("the answer came in an unknown coding", reached=True)
    inflater = Inflater(coding, MAX_RESPONSE_BYTES)
    try:
        for part in response.iter_raw():
            inflater.feed(part)
            if time.monotonic() > ends:
                return Fault("the answer took too long", reached=True)
        return inflater.whole()
    except TooLarge:
        return Fault("the answer is larger than central sends", reached=True)
    except Damaged:
        return Fault("the answer came damaged or cut short", reached=True)


def _reads(response: httpx.Response) -> str:
    """The coding for the next request. Without a word gzip, which every central reads."""
    return ZSTD if chosen(response.headers.get("accept-encoding")) == ZSTD else GZIP


def _retry_after(response: httpx.Response) -> float | None:
    try:
        return max(0.0, float(response.headers["retry-after"]))
    except (KeyError, ValueError):
        return None


def _why(error: httpx.ConnectError) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "central's certificate is not one that this computer trusts"
        cause = cause.__cause__ or cause.__context__
    return "central cannot be reached"
