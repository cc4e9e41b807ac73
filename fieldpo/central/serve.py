"""Serving central: over TLS, or on loopback only."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable
from types import FrameType

import uvicorn

from fieldpo.central.app import create_app
from fieldpo.central.settings import Settings
from fieldpo.errors import BadInput

STOP_SECONDS = 10
"""How long a stop waits for requests that are under way."""


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is under way. `announce` gets the URL once it listens.

    Raises BadInput where central would be reachable without TLS, the certificate cannot be used, or the port
    is taken.
    """
    refuse_plain(settings)
    check_certificate(settings)
    app = create_app(settings)
    listening = _listen(settings.host, settings.port)
    try:
        host, port = listening.getsockname()[:2]
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            ssl_certfile=settings.certificate,
            ssl_keyfile=settings.key,
            ssl_ciphers="ECDHE+AESGCM",
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        scheme = "https" if settings.certificate else "http"
        name = f"[{host}]" if ":" in host else host
        _Announcing(config, lambda: announce(f"{scheme}://{name}:{port}")).run(sockets=[listening])
    finally:
        listening.close()


class _Announcing(uvicorn.Server):
    """Tells its URL when requests are answered, not before."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop in good order, and end with 0; a second signal stops at once."""
        del sig, frame
        self.force_exit = self.should_exit
        self.should_exit = True


def refuse_plain(settings: Settings) -> None:
    """Raises BadInput for an address other than loopback without a certificate."""
    if (settings.certificate is None) != (settings.key is None):
        raise BadInput("Give --tls-cert and --tls-key together. Central did not start.")
    if settings.certificate is None and not is_loopback(settings.host):
        raise BadInput(
            f"Central does not serve {settings.host} without TLS: give --tls-cert and --tls-key, or --host 127.0.0.1."
        )


def is_loopback(host: str) -> bool:
    """Whether only programs on this computer reach that address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_certificate(settings: Settings) -> None:
    """Raises BadInput when certificate and key cannot be read or do not belong together."""
    if settings.certificate is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.certificate, settings.key)
    except (OSError, ssl.SSLError) as error:
        raise BadInput(
            f"The certificate {settings.certificate} and its key cannot be used ({error.strerror or error})."
        ) from error


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's delay off; else each answer after the first waits 40 ms for an ACK.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise BadInput(
            f"Central cannot listen on {host} port {port} ({error.strerror}); give another --port or --host."
        ) from error
    return made
