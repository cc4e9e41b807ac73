"""One process that answers requests, and how it stops.

The first SIGTERM or SIGINT: readiness answers 503, requests are still taken for `drain_seconds`, then no new ones, and
those under way are finished, or given up after `STOP_SECONDS`. The second ends the process at once, whatever it is at.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

import uvicorn
from starlette.applications import Starlette

from fieldpo.central import log_lines
from fieldpo.central.serving.heads import Heads
from fieldpo.central.settings import Settings
from fieldpo.garbage import collect_rarely
from fieldpo.loopback import is_loopback

log = logging.getLogger(__name__)

STOP_SECONDS = 10
"""How long a stop waits for requests that are under way."""
GIVE_UP_SECONDS = 2
"""How long after that a thread may still hold the process, in the middle of a statement say."""


@dataclass(frozen=True)
class Sockets:
    """Where requests come in: devices and officers on `main`, a scrape on `beside`."""

    main: socket.socket
    beside: socket.socket | None = None

    def close(self) -> None:
        """Closing twice does no harm."""
        self.main.close()
        if self.beside is not None:
            self.beside.close()


def run(app: Starlette, settings: Settings, sockets: Sockets, ready: Callable[[], None]) -> None:
    """Answer requests until told to stop. `ready` is called when they are answered."""
    app.state.rehearse()
    gc.collect()
    gc.freeze()  # what the program consists of lives as long as the process
    collect_rarely()
    config = uvicorn.Config(
        app,
        http=Heads,
        log_config=None,
        access_log=False,
        server_header=False,
        **_certificate(settings),
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    _Central(config, app, settings, sockets.beside, ready).run(sockets=[sockets.main])


def _certificate(settings: Settings, *, plain: bool = False) -> dict[str, Any]:
    """Uvicorn's words for the agency's certificate; none where it is plain."""
    if plain or settings.certificate is None:
        return {}
    return {"ssl_certfile": settings.certificate, "ssl_keyfile": settings.key, "ssl_ciphers": "ECDHE+AESGCM"}


class _Central(uvicorn.Server):
    """Devices' server, with that of the scrape beside it in the same loop."""

    def __init__(
        self,
        config: uvicorn.Config,
        app: Starlette,
        settings: Settings,
        beside: socket.socket | None,
        ready: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._readiness = app.state.readiness
        self._drain_seconds = settings.drain_seconds
        self._ready = ready
        self._beside = beside
        self._scraped = _Scraped(
            uvicorn.Config(
                app.state.beside,
                http=Heads,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                **_certificate(settings, plain=is_loopback(settings.metrics_host)),
            )
        )
        self._signals = 0

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Both servers until the first one ends."""
        scraping = None
        if self._beside is not None:
            scraping = asyncio.create_task(self._scraped.serve(sockets=[self._beside]))
        try:
            await super().serve(sockets)
        finally:
            self._scraped.should_exit = self._scraped.force_exit = True
            if scraping is not None:
                await scraping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tells when requests are answered, not before."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop in good order, and end with 0; a second signal stops at once."""
        del frame
        self._signals += 1
        if self._signals > 1:
            sys.stderr.flush()
            os._exit(128 + sig)  # a thread in the middle of a statement would hold any other way back
        self._readiness.stop()
        log_lines.event(log, logging.INFO, "stopping", signal=signal.Signals(sig).name)
        _end_in(self._drain_seconds + STOP_SECONDS + GIVE_UP_SECONDS)
        if self._drain_seconds:
            loop = asyncio.get_running_loop()
            loop.call_later(self._drain_seconds, setattr, self, "should_exit", True)
        else:
            self.should_exit = True


def _end_in(seconds: float) -> None:
    """What is not finished by then is given up: nothing of it is committed, and laptops send it again."""

    def end() -> None:
        log_lines.event(log, logging.ERROR, "given_up")
        sys.stderr.flush()
        os._exit(1)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


class _Scraped(uvicorn.Server):
    """Leaves signals to the other."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None of them."""
        yield
