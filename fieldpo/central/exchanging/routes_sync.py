"""`POST /v1/sync` over HTTP: headers, sizes and compression around `exchange`."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import msgspec
from sqlalchemy.engine import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fieldpo.central.caller import Caller
from fieldpo.central.exchanging.exchange import Unavailable, exchange
from fieldpo.central.exchanging.missing import missing
from fieldpo.errors import BadInput
from fieldpo.sync.protocol.codings import IDENTITY, OFFERED, READ, Damaged, Inflater, TooLarge, chosen, packed, said
from fieldpo.sync.protocol.exchange import (
    MAX_INFLATED,
    OLDEST_PROTOCOL,
    PROTOCOL,
    MissingRequest,
    Problem,
    SyncRequest,
    SyncResponse,
)

log = logging.getLogger(__name__)

SMALL = 1_024
"""Answers below this many bytes go as they are."""

_GZIP_LEVEL = 1
_ALWAYS = {"Cache-Control": "no-store", "Fieldpo-Protocol": PROTOCOL, "Accept-Encoding": OFFERED}

T = TypeVar("T")

_decoder = msgspec.json.Decoder(SyncRequest)
_missing_decoder = msgspec.json.Decoder(MissingRequest)


class Refused(Exception):
    """A request that is answered with a problem before anything is read or written."""

    def __init__(self, status: int, problem: Problem) -> None:
        self.status, self.problem = status, problem


def utc_now() -> dt.datetime:
    """Central's clock."""
    return dt.datetime.now(dt.UTC)


def routes(engine: Engine, now: Callable[[], dt.datetime] = utc_now) -> list[BaseRoute]:
    """The route; whoever mounts it has put the `Caller` into `request.state.caller`."""

    async def sync(request: Request) -> Response:
        caller: Caller = request.state.caller
        try:
            asked = _read(request, await _body(request), _decoder)
            too_old = (_protocol(request) or 0) < OLDEST_PROTOCOL
            return await run_in_threadpool(
                _answered, request, partial(exchange, engine, caller, asked, now(), too_old=too_old)
            )
        except Refused as refused:
            return problem_answer(refused.status, refused.problem)
        except BadInput as refused:
            return problem_answer(400, Problem("bad-request", refused.message))
        except Unavailable as failed:
            return problem_answer(503, Problem("unavailable", failed.message), {"Retry-After": "30"})

    async def ask_missing(request: Request) -> Response:
        caller: Caller = request.state.caller
        try:
            asked = _read(request, await _body(request), _missing_decoder)
            answer = await run_in_threadpool(missing, engine, caller, asked, now())
        except Refused as refused:
            return problem_answer(refused.status, refused.problem)
        except BadInput as refused:
            return problem_answer(400, Problem("bad-request", refused.message))
        return await run_in_threadpool(_packed, request, msgspec.json.encode(answer))

    return [Route("/v1/sync", sync, methods=["POST"]), Route("/v1/ops/missing", ask_missing, methods=["POST"])]


def problem_answer(status: int, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """A problem document (RFC 9457)."""
    return Response(
        msgspec.json.encode(problem),
        status,
        {**_ALWAYS, **(headers or {})},
        media_type="application/problem+json",
    )


def _protocol(request: Request) -> int | None:
    """The protocol that the device speaks; None where central does not know it."""
    told = request.headers.get("fieldpo-protocol", "")
    known = told.isascii() and told.isdigit() and len(told) < 4 and int(told) <= int(PROTOCOL)
    return int(told) if known else None


async def _body(request: Request) -> bytes:
    """The body, inflated; never more of it in memory than a request may have."""
    if _protocol(request) is None:
        raise Refused(400, Problem("protocol", f"Central speaks protocol {PROTOCOL}: send Fieldpo-Protocol."))
    coding = said(request.headers.get("content-encoding"))
    if coding is None:
        raise Refused(415, Problem("content-encoding", f"Central reads {', '.join((*READ, IDENTITY))}."))
    inflater = Inflater(coding, MAX_INFLATED)
    try:
        async for part in request.stream():
            inflater.feed(part)
        return inflater.whole()
    except TooLarge:
        raise Refused(413, Problem("too-large", f"A request has at most {MAX_INFLATED} bytes.")) from None
    except Damaged:
        raise Refused(400, Problem("content-encoding", f"The body is not one whole body in {coding}.")) from None


def _read(request: Request, body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, Problem("content-type", "Central reads application/json."))
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Refused(400, Problem("bad-request", "The body is not an exchange.", str(wrong)[:200])) from None


def _answered(request: Request, exchanging: Callable[[], SyncResponse]) -> Response:
    """The exchange and its answer's bytes in one turn of a thread.

    Packed in a turn of its own, an answer would wait behind every exchange that came meanwhile: at five o'clock the
    first laptop would be answered when the last one was done.
    """
    return _packed(request, msgspec.json.encode(exchanging()))


def _packed(request: Request, body: bytes) -> Response:
    headers = {**_ALWAYS, "Vary": "Accept-Encoding"}
    coding = chosen(request.headers.get("accept-encoding")) if len(body) > SMALL else IDENTITY
    if coding != IDENTITY:
        headers["Content-Encoding"] = coding
        body = packed(body, coding, _GZIP_LEVEL)
    return Response(body, 200, headers, media_type="application/json")
