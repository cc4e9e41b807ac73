"""Central as one ASGI app: sign-in, the officer's page, the exchange."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from fieldpo.central import observed
from fieldpo.central.accounts import pages, routes_sign_in, tokens
from fieldpo.central.books.database import open_database
from fieldpo.central.books.migrations import is_current
from fieldpo.central.contract import openapi
from fieldpo.central.exchanging import routes_sync
from fieldpo.central.exchanging.rehearsal import rehearse
from fieldpo.central.log_lines import event, failure
from fieldpo.central.serving import health, metrics_route
from fieldpo.central.serving.metrics import Meters
from fieldpo.central.serving.metrics_database import DatabaseState
from fieldpo.central.serving.request_log import Watched
from fieldpo.central.settings import Settings
from fieldpo.central.teams.held_carrying import carry_out
from fieldpo.errors import BadInput
from fieldpo.sync.protocol.exchange import Problem

log = logging.getLogger(__name__)

Now = Callable[[], dt.datetime]


def create_app(settings: Settings, engine: Engine | None = None, now: Now | None = None) -> Starlette:
    """The app over an initialised database. Raises BadInput when the database was never made ready."""
    database = engine or open_database(settings.database_url)
    if not is_current(database):
        raise BadInput("This database is not ready: run `fieldpo central init --db URL` first. Nothing was changed.")
    clock = now or utc_now
    carry_out(database, clock())  # what supervisors had decided when central went down

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        yield
        if engine is None:
            database.dispose()

    meters, readiness = Meters(), health.Readiness(database)
    meters.watch_pool(database)
    watch = health.routes(readiness)
    scrape = metrics_route.Scrape(meters, DatabaseState(database, clock))
    mounted: list[BaseRoute] = [
        *routes_sign_in.routes(database, settings, clock),
        *pages.routes(database, settings, clock),
        *routes_sync.routes(database, clock),
        Route("/openapi.json", _openapi, methods=["GET"]),
        *watch,
        Route("/metrics", scrape.here(settings), methods=["GET"]),
    ]
    paths = [each.path for each in mounted if isinstance(each, Route)]
    app = Starlette(
        routes=mounted,
        middleware=[Middleware(Watched, meters, paths), Middleware(_Bearer, database, clock)],
        exception_handlers={DBAPIError: _no_database, NoConnection: _no_database},
        lifespan=life,
    )
    app.state.readiness = readiness
    app.state.rehearse = lambda: rehearse(database, clock())
    app.state.beside = Starlette(routes=[*watch, Route("/metrics", scrape.anyone, methods=["GET"])])
    return app


def utc_now() -> dt.datetime:
    """The clock on the wall, in UTC."""
    return dt.datetime.now(dt.UTC)


def _openapi(_: Request) -> Response:
    return Response(msgspec.json.encode(openapi.description()), media_type="application/json")


def _no_database(_: Request, failed: Exception) -> Response:
    """The database refuses just now, its disk full perhaps: passing trouble, told without what it said."""
    event(log, logging.ERROR, "database_refused", **failure(failed))
    problem = Problem("unavailable", "Central cannot read or store anything now; everything is still on the device.")
    return Response(
        msgspec.json.encode(problem),
        503,
        {"Retry-After": "30", "Cache-Control": "no-store"},
        media_type="application/problem+json",
    )


class _Bearer:
    """Everything under /v1 is for a device with a good token; it finds `request.state.caller`."""

    def __init__(self, app: ASGIApp, engine: Engine, now: Now) -> None:
        self.app = app
        self.engine = engine
        self.now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self.app(scope, receive, send)
            return
        scheme, _, token = Request(scope).headers.get("authorization", "").partition(" ")
        caller = None
        if scheme.lower() == "bearer" and token:
            try:
                caller = await run_in_threadpool(tokens.authenticate, self.engine, token.strip(), self.now())
            except (DBAPIError, NoConnection) as failed:
                await _no_database(Request(scope), failed)(scope, receive, send)
                return
        if caller is None:
            await _unauthorized(bool(token))(scope, receive, send)
            return
        observed.note_device(caller.device_id)
        scope.setdefault("state", {})["caller"] = caller
        await self.app(scope, receive, send)


def _unauthorized(had_token: bool) -> Response:  # noqa: FBT001 - which of two challenges
    problem = Problem("sign-in-needed", "The sign-in has ended or the device was revoked.")
    challenge = 'Bearer realm="fieldpo", error="invalid_token"' if had_token else 'Bearer realm="fieldpo"'
    return Response(
        msgspec.json.encode(problem),
        401,
        {"WWW-Authenticate": challenge, "Cache-Control": "no-store"},
        media_type="application/problem+json",
    )
