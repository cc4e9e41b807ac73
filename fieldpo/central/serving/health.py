"""Whether this central lives, and whether it can take work: for a load balancer and a service manager.

Both answers are one word for anybody who asks; why it is not ready stands in the log.
"""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path

import anyio
import anyio.to_thread
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fieldpo.central.books.database import reading
from fieldpo.central.books.migrations import is_current
from fieldpo.central.log_lines import event

log = logging.getLogger(__name__)

LEAST_FREE = 64 * 1024 * 1024
"""With less room than this, in bytes, on a SQLite database's disk central takes no work: about what one exchange and
the log files beside the database may need at once."""
ANSWER_SECONDS = 5
"""The database that takes longer to say a word is not answering."""
_FRESH_SECONDS = 1.0


def free_bytes(engine: Engine) -> int | None:
    """Room on the disk of a SQLite database; None where it cannot be known from here."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:":
        return None
    try:
        return shutil.disk_usage(Path(name).absolute().parent).free
    except OSError:
        return None


class Readiness:
    """Whether this process takes work. Asked often, it looks at most once a second."""

    def __init__(self, engine: Engine) -> None:
        self.stopping = False
        self._engine = engine
        self._why = "not looked at yet"
        self._looked: float | None = None
        self._one = anyio.CapacityLimiter(1)  # a look that hangs takes no thread from requests
        self._turn = anyio.Lock()

    def stop(self) -> None:
        """From now on not ready; what is under way goes on."""
        self.stopping = True

    async def why_not(self) -> str:
        """Empty when ready, else the reason in a word or two."""
        if self.stopping:
            return "stopping"
        with anyio.move_on_after(ANSWER_SECONDS):
            async with self._turn:
                if self._looked is not None and time.monotonic() - self._looked < _FRESH_SECONDS:
                    return self._why
                return self._found(
                    await anyio.to_thread.run_sync(self._look, abandon_on_cancel=True, limiter=self._one)
                )
        return self._found("database does not answer")

    def _found(self, found: str) -> str:
        if found != self._why:
            event(log, logging.WARNING if found else logging.INFO, "not_ready" if found else "ready", why=found)
        self._why, self._looked = found, time.monotonic()
        return found

    def _look(self) -> str:
        try:
            with reading(self._engine) as conn:
                conn.execute(sa.select(1))
            if not is_current(self._engine):
                return "database not up to date"
        except sa.exc.SQLAlchemyError:
            return "database does not answer"
        free = free_bytes(self._engine)
        return "disk nearly full" if free is not None and free < LEAST_FREE else ""


def routes(readiness: Readiness) -> list[BaseRoute]:
    """`/health` and `/health/live` answer while the process lives; `/health/ready` 503 when it takes no work."""

    async def live(_: Request) -> Response:  # not in a thread: those may all be busy
        return _word("ok")

    async def ready(_: Request) -> Response:
        return _word("not ready", 503) if await readiness.why_not() else _word("ready")

    return [
        Route("/health", live, methods=["GET"]),
        Route("/health/live", live, methods=["GET"]),
        Route("/health/ready", ready, methods=["GET"]),
    ]


def _word(word: str, status: int = 200) -> Response:
    return Response(word + "\n", status, {"Cache-Control": "no-store"}, media_type="text/plain")
