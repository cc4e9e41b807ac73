"""Every request gets an id, a line in the log and its counts: the route, never the address that was asked for."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Collection

import msgspec
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fieldpo.central.log_lines import Field, event
from fieldpo.central.observed import Observed, begin
from fieldpo.central.serving.metrics import Meters
from fieldpo.sync.protocol.exchange import Problem

log = logging.getLogger(__name__)

OTHER = "other"
"""Stands in log and counts for every path and method that central does not have."""
WENT_AWAY = 499
"""Stands for an answer that nobody waited for."""
_QUIET = frozenset({"/health", "/health/live", "/health/ready", "/metrics"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Watched:
    """Around the whole app. What fails unforeseen is answered 500 with the request's id, and raised further."""

    def __init__(self, app: ASGIApp, meters: Meters, paths: Collection[str]) -> None:
        self.app = app
        self.meters = meters
        self.paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen = begin(os.urandom(8).hex())
        begun = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = seen.id
            await send(message)

        self.meters.in_progress.inc()
        try:
            await self.app(scope, receive, answer)
        except ClientDisconnect:
            status = status or WENT_AWAY
        except Exception as failed:
            seen.error = type(failed).__qualname__
            if not status:
                await _broken()(scope, receive, answer)
            status = 500
            raise
        finally:
            self.meters.in_progress.dec()
            self._tell(scope, seen, status or WENT_AWAY, time.perf_counter() - begun)

    def _tell(self, scope: Scope, seen: Observed, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else OTHER
        route = scope["path"] if scope["path"] in self.paths else OTHER
        self.meters.count(method, route, status, seconds, seen)
        if route in _QUIET and status < 500:
            return
        fields: dict[str, Field] = {
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        if seen.device:
            fields["device"] = seen.device
        if seen.ops:
            fields["ops"] = seen.ops
        if seen.undone:
            fields["undone"] = seen.undone
        if seen.error:
            fields["error"] = seen.error
        event(log, logging.ERROR if status == 500 else logging.INFO, "request", **fields)


def _broken() -> Response:
    problem = Problem("internal", "Central failed over this request; everything is still on the device.")
    return Response(
        msgspec.json.encode(problem), 500, {"Cache-Control": "no-store"}, media_type="application/problem+json"
    )
