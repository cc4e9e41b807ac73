"""Serving central: over TLS, or on loopback only; in this process, or in several."""

from __future__ import annotations

import logging
import os
import socket
import ssl
from collections.abc import Callable

import sqlalchemy as sa

from fieldpo.central import log_lines
from fieldpo.central.books.database import open_database
from fieldpo.central.books.migrations import is_current
from fieldpo.central.serving import workers
from fieldpo.central.serving.app import create_app
from fieldpo.central.serving.server import Sockets, run
from fieldpo.central.settings import Settings
from fieldpo.errors import BadInput
from fieldpo.loopback import is_loopback

log = logging.getLogger(__name__)

MOST_WORKERS = 64


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is under way. `announce` gets the URL once it listens.

    Raises BadInput where central would be reachable without TLS, the certificate cannot be used, the database is not
    ready or cannot have several workers, or a port is taken.
    """
    refuse_plain(settings)
    check_certificate(settings)
    refuse_workers(settings)
    if settings.workers > 1:
        _refuse_unready(settings)
        app = None
    else:
        app = create_app(settings)
    listening = _listen(settings.host, settings.port)
    try:
        beside = None if settings.metrics_port is None else _listen(settings.metrics_host, settings.metrics_port)
    except BadInput:
        listening.close()
        raise
    sockets = Sockets(listening, beside)
    log_lines.configure(settings.log_level)

    def listens() -> None:
        fields = {} if beside is None else {"metrics_port": beside.getsockname()[1]}
        log_lines.event(log, logging.INFO, "listening", port=listening.getsockname()[1], **fields)
        announce(_url(settings, listening))

    try:
        if app is None:
            workers.supervise(settings, sockets, listens)
        else:
            run(app, settings, sockets, listens)
    finally:
        sockets.close()
    log_lines.event(log, logging.INFO, "stopped")


def refuse_workers(settings: Settings) -> None:
    """Raises BadInput for several workers on SQLite, and for a number that makes no sense."""
    if not 1 <= settings.workers <= MOST_WORKERS:
        raise BadInput(f"--workers is 1 to {MOST_WORKERS}. Central did not start.")
    if settings.workers > 1 and os.name == "nt":
        raise BadInput("Several workers need Linux or macOS: give --workers 1. Central did not start.")
    if settings.workers > 1 and sa.make_url(settings.database_url).get_backend_name() == "sqlite":
        raise BadInput(
            "SQLite lets one program write at a time, so that more workers would only wait for one another: give "
            "--workers 1, or a postgresql:// database. Central did not start."
        )


def refuse_plain(settings: Settings) -> None:
    """Raises BadInput for an address other than loopback without a certificate, and for one of no port's."""
    if settings.metrics_port is None and settings.metrics_host != Settings.metrics_host:
        raise BadInput("--metrics-host goes with --metrics-port. Central did not start.")
    if settings.certificate is None and not is_loopback(settings.metrics_host):
        raise BadInput(
            f"Central does not answer /metrics on {settings.metrics_host} without TLS: give --tls-cert and "
            "--tls-key, or leave --metrics-host out."
        )
    if (settings.certificate is None) != (settings.key is None):
        raise BadInput("Give --tls-cert and --tls-key together. Central did not start.")
    if settings.certificate is None and not is_loopback(settings.host):
        raise BadInput(
            f"Central does not serve {settings.host} without TLS: give --tls-cert and --tls-key, or --host 127.0.0.1."
        )


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


def _refuse_unready(settings: Settings) -> None:
    engine = open_database(settings.database_url)
    try:
        if not is_current(engine):
            raise BadInput(
                "This database is not ready: run `fieldpo central init --db URL` first. Nothing was changed."
            )
    finally:
        engine.dispose()


def _url(settings: Settings, listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    name = f"[{host}]" if ":" in host else host
    return f"{'https' if settings.certificate else 'http'}://{name}:{port}"


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
