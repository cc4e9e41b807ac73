"""`POST /v1/sync` over HTTP: headers, sizes and compression around `exchange`."""

from __future__ import annotations

import datetime as dt
import gzip
import logging
import zlib
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
from fieldpo.central.exchange import Unavailable, exchange
from fieldpo.central.missing import missing
from fieldpo.errors import BadInput
from fieldpo.sync.protocol.exchange import (
    MAX_REQUEST_BYTES,
    OLDEST_PROTOCOL,
    PROTOCOL,
    MissingRequest,
    Problem,
    SyncRequest,
    SyncResponse,
)

log = logging.getLogger(__name__)

MAX_INFLATED = 2 * MAX_REQUEST_BYTES
"""The most that central inflates of a request: its ops may grow to twice their size as JSON strings."""

SMALL = 1_024
"""Answers below this many bytes go as they are."""

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
        {"Cache-Control": "no-store", "Fieldpo-Protocol": PROTOCOL, **(headers or {})},
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
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip"):
        raise Refused(415, Problem("content-encoding", "Central reads identity and gzip."))
    inflater = zlib.decompressobj(wbits=31) if coding == "gzip" else None
    made = bytearray()
    async for part in request.stream():
        room = MAX_INFLATED + 1 - len(made)
        try:
            made += inflater.decompress(part, room) if inflater else part
        except zlib.error:
            raise Refused(400, Problem("content-encoding", "The body is not gzip.")) from None
        if len(made) > MAX_INFLATED:
            raise Refused(413, Problem("too-large", f"A request has at most {MAX_INFLATED} bytes."))
    if inflater and not inflater.eof:
        raise Refused(400, Problem("content-encoding", "The body is cut short."))
    return bytes(made)


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
    headers = {"Cache-Control": "no-store", "Fieldpo-Protocol": PROTOCOL, "Vary": "Accept-Encoding"}
    if len(body) > SMALL and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, compresslevel=1, mtime=0)
    return Response(body, 200, headers, media_type="application/json")
