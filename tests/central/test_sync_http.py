"""POST /v1/sync over real HTTP on loopback: headers, compression and sizes."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator

import httpx
import msgspec
import pytest
import uvicorn
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from fieldpo.central.caller import Caller
from fieldpo.central.exchanging.routes_sync import routes
from fieldpo.sync.protocol.exchange import MAX_INFLATED, PROTOCOL, SyncRequest, SyncResponse, VerdictKind
from tests.central.laptop import NOW, Laptop, put_person
from tests.coded import zstd

HEADERS = {"Fieldpo-Protocol": PROTOCOL, "Content-Type": "application/json"}


class _SignedIn:
    """Every request is Rivera's laptop's: signing in has tests of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["caller"] = Caller("rivera", "laptop-1")
        await self.app(scope, receive, send)


@pytest.fixture
def central(database: Engine) -> Iterator[httpx.Client]:
    """A client of a served central."""
    put_person(database, "rivera", "doe")
    app = Starlette(routes=routes(database, lambda: NOW))
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(_SignedIn(app), log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", trust_env=False) as client:
        yield client
    server.should_exit = True
    thread.join(30)
    listening.close()


def post(client: httpx.Client, request: SyncRequest | bytes, **headers: str) -> httpx.Response:
    """One exchange on the wire; gzip where the header says so."""
    body = request if isinstance(request, bytes) else msgspec.json.encode(request)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/v1/sync", content=body, headers={**HEADERS, **named})


def test_an_exchange_goes_compressed_both_ways(central: httpx.Client, database: Engine) -> None:
    """Gzip up and down, the protocol named, and the note is at central."""
    laptop = Laptop(database)
    ops = [laptop.contact("doe", f"Note {number}") for number in range(40)]
    packed = gzip.compress(msgspec.json.encode(laptop.request(*ops)))
    answer = post(central, packed, Content_Encoding="gzip")
    assert (answer.status_code, answer.headers["content-encoding"], answer.headers["fieldpo-protocol"]) == (
        200,
        "gzip",
        PROTOCOL,
    )
    read = msgspec.json.decode(answer.content, type=SyncResponse)
    assert [each.verdict for each in read.verdicts] == [VerdictKind.ACCEPTED] * 40
    assert read.server_time == NOW


def test_zstd_goes_both_ways_where_the_device_has_it(central: httpx.Client, database: Engine) -> None:
    """Each answer names it; a request in it is read, and its answer comes in it."""
    laptop = Laptop(database)
    assert post(central, laptop.request()).headers["accept-encoding"] == "zstd, gzip"
    ops = [laptop.contact("doe", f"Note {number}") for number in range(40)]
    coded = zstd.compress(msgspec.json.encode(laptop.request(*ops)))
    named = {**HEADERS, "Content-Encoding": "zstd", "Accept-Encoding": "zstd, gzip"}
    with central.stream("POST", "/v1/sync", content=coded, headers=named) as answer:
        assert (answer.status_code, answer.headers["content-encoding"]) == (200, "zstd")
        read = msgspec.json.decode(zstd.decompress(b"".join(answer.iter_raw())), type=SyncResponse)
    assert [each.verdict for each in read.verdicts] == [VerdictKind.ACCEPTED] * 40


def test_a_body_may_come_as_it_is(central: httpx.Client, database: Engine) -> None:
    """Identity is accepted, and a small answer to it too."""
    answer = post(central, Laptop(database).request(), Accept_Encoding="identity")
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{}", {"Fieldpo_Protocol": "99"}, 400, "protocol"),
        (b"{}", {}, 400, "bad-request"),
        (b"<html>", {}, 400, "bad-request"),
        (b"\xff\xfe", {}, 400, "bad-request"),
        (b"{}", {"Content_Encoding": "br"}, 415, "content-encoding"),
        (b"{}", {"Content_Encoding": "gzip"}, 400, "content-encoding"),
        (gzip.compress(b"{}", mtime=0)[:-4], {"Content_Encoding": "gzip"}, 400, "content-encoding"),
        (gzip.compress(b" " * (MAX_INFLATED + 1), mtime=0), {"Content_Encoding": "gzip"}, 413, "too-large"),
        (b"{}", {"Content_Encoding": "zstd"}, 400, "content-encoding"),
        (zstd.compress(b"{}")[:-1], {"Content_Encoding": "zstd"}, 400, "content-encoding"),
        (zstd.compress(b"{}") * 2, {"Content_Encoding": "zstd"}, 400, "content-encoding"),
        (zstd.compress(b" " * (MAX_INFLATED + 1)), {"Content_Encoding": "zstd"}, 413, "too-large"),
        (b" " * (MAX_INFLATED + 1), {}, 413, "too-large"),
        (b"{}", {"Content_Type": "text/plain"}, 415, "content-type"),
    ],
    ids=[
        *("protocol", "no exchange", "html", "no text", "coding", "no gzip", "cut gzip", "bomb"),
        *("no zstd", "cut zstd", "two frames", "zstd bomb", "too large", "type"),
    ],
)
def test_a_request_outside_the_contract_is_answered_with_a_problem(
    central: httpx.Client, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    """Never a 500: a status, a problem document and its code."""
    answer = post(central, body, **headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == code
    assert answer.headers["accept-encoding"] == "zstd, gzip"


def test_another_devices_request_is_refused(central: httpx.Client, database: Engine) -> None:
    """The request's device is the token's."""
    answer = post(central, Laptop(database, device="laptop-2").request())
    assert (answer.status_code, answer.json()["type"]) == (400, "bad-request")


def test_a_client_that_is_too_old_gets_its_verdicts_and_no_changes(central: httpx.Client, database: Engine) -> None:
    """What it typed is taken and answered; instead of changes it is told to upgrade."""
    laptop = Laptop(database)
    op = laptop.contact("doe", "From an old laptop")
    answer = post(central, laptop.request(op), Fieldpo_Protocol="0")
    told = msgspec.json.decode(answer.content, type=SyncResponse)
    assert (told.upgrade, told.partitions, told.granted) == (True, [], [])
    assert [(each.op_id, each.verdict) for each in told.verdicts] == [(op.op_id, VerdictKind.ACCEPTED)]
    assert not msgspec.json.decode(post(central, laptop.request()).content, type=SyncResponse).upgrade
    assert post(central, laptop.request(), Fieldpo_Protocol="2").status_code == 400
