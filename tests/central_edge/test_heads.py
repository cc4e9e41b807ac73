"""What stands around a request's body has an end, whoever sends it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from fieldpo.central.serving.heads import MOST_AHEAD, MOST_AROUND, Heads
from fieldpo.central.serving.serve import _listen

_HEAD = b"POST / HTTP/1.1\r\nHost: central\r\n"
_MOST_SENT = 8 * 1024 * 1024


async def _length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server that tells how long a body was."""
    listening = _listen("127.0.0.1", 0)
    app = Starlette(routes=[Route("/", _length, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, http=Heads, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    number = int(listening.getsockname()[1])
    # The socket is bound, but only listens once the server has started; a refused connection is tried again.
    with httpx.Client(transport=httpx.HTTPTransport(retries=10)) as client:
        assert client.post(f"http://127.0.0.1:{number}").text == "0"
    yield number
    server.should_exit = True
    thread.join(10)
    listening.close()


def _sent(port: int, begun: bytes, again: bytes) -> tuple[bytes, int]:
    """What the server answers to a beginning and one thing over and over, and how much of it was sent by then."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(begun)
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < _MOST_SENT:
                connection.sendall(again)
                sent += len(again)
        answer = b""
        with contextlib.suppress(ConnectionError):
            answer = connection.recv(100)
        return answer, sent


@pytest.mark.parametrize(
    ("begun", "again"),
    [
        pytest.param(_HEAD + b"X: ", b"a" * 4096, id="one header without an end"),
        pytest.param(_HEAD, b"X: a\r\n" * 700, id="headers without an end"),
        pytest.param(b"POST /", b"a" * 4096, id="an address without an end"),
        pytest.param(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: a\r\n" * 700, id="trailers"),
        pytest.param(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a" * 4096, id="a chunk's extension"),
    ],
)
def test_what_never_comes_to_its_body_is_refused(port: int, begun: bytes, again: bytes) -> None:
    """The connection ends long before it has filled any memory; where the answer still comes through, it says 400."""
    answer, sent = _sent(port, begun, again)
    assert sent < _MOST_SENT
    assert not answer or answer.startswith(b"HTTP/1.1 400 ")


def test_requests_sent_ahead_end_the_connection(port: int) -> None:
    """Nobody can have thousands of requests wait in memory: who sends a few before the answer is told 400."""
    request = _HEAD + b"Content-Length: 0\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request * 1_000)
        answers = b""
        with contextlib.suppress(ConnectionError):
            while came := connection.recv(65_536):
                answers += came
    assert answers.count(b"HTTP/1.1 200 ") <= MOST_AHEAD + 1
    assert answers.count(b"HTTP/1.1 400 ") <= 1


def test_large_bodies_come_through_one_after_another_on_one_connection(port: int) -> None:
    """A body of a request's full size counts for nothing, whole or in chunks, and headers of some length pass."""

    def chunks() -> Iterator[bytes]:
        yield from [b"a" * 8192] * 512

    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"X": "a" * (MOST_AROUND // 2)}) as client:
        for _ in range(3):
            assert client.post("/", content=b"a" * 4_194_304).text == "4194304"
            assert client.post("/", content=chunks()).text == "4194304"
