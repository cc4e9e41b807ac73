"""HTTP as the sync wants it, against servers that misbehave."""

from __future__ import annotations

import gzip
import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from fieldpo.errors import BadInput
from fieldpo.sync.effects import Answer, Fault
from fieldpo.sync.protocol.exchange import MAX_RESPONSE_BYTES
from fieldpo.sync.transport import Transport, checked_url
from tests.coded import zstd


@contextmanager
def serving(answer: bytes) -> Iterator[str]:
    """A server that gives one answer to whatever is asked, once."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def http(body: bytes, kind: str = "application/json", status: str = "200 OK", extra: str = "") -> bytes:
    """An HTTP answer whose connection ends with it."""
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{extra}\r\n"
    )
    return head.encode() + body


def asked(answer: bytes) -> Answer | Fault:
    """What the transport makes of an answer."""
    with serving(answer) as url, Transport(url) as transport:
        return transport.post("/v1/sync", b"{}", {})


GZIP = "Content-Encoding: gzip\r\n"
ZSTD = "Content-Encoding: zstd\r\n"


def test_gzip_is_inflated() -> None:
    """The ordinary answer."""
    assert asked(http(gzip.compress(b'{"a":1}'), extra=GZIP)) == Answer(200, b'{"a":1}')
    assert asked(http(zstd.compress(b'{"a":1}'), extra=ZSTD)) == Answer(200, b'{"a":1}')


def test_a_bomb_is_refused_while_inflating() -> None:
    """A small answer that inflates beyond the limit is a fault, not memory."""
    zeros = b"\x00" * (MAX_RESPONSE_BYTES + 1)
    assert isinstance(asked(http(gzip.compress(zeros), extra=GZIP)), Fault)
    assert isinstance(asked(http(zstd.compress(zeros), extra=ZSTD)), Fault)


@pytest.mark.parametrize(
    ("told", "reads"),
    [
        ("", "gzip"),
        ("Accept-Encoding: zstd, gzip\r\n", "zstd"),
        ("Accept-Encoding: gzip\r\n", "gzip"),
        ("Accept-Encoding: zstd;q=0\r\n", "gzip"),
        ("Accept-Encoding: br\r\n", "gzip"),
    ],
)
def test_an_answer_tells_what_to_write_in(told: str, reads: str) -> None:
    """What central says that it reads; gzip where it says nothing that this program writes."""
    assert asked(http(b"{}", extra=told)) == Answer(200, b"{}", reads=reads)


@pytest.mark.parametrize(
    "answer",
    [
        http(gzip.compress(b'{"a":1}' * 99, mtime=0)[:-12], extra=GZIP),
        http(b"not gzip at all", extra=GZIP),
        http(zstd.compress(b'{"a":1}')[:-2], extra=ZSTD),
        http(zstd.compress(b'{"a":1}') + b"x", extra=ZSTD),
        http(b"<html>hotel</html>", "text/html"),
        http(b"", "text/html", "302 Found", "Location: http://127.0.0.1:1/login\r\n"),
        http(b"{}", extra="Content-Encoding: br\r\n"),
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
        b"SSH-2.0-OpenSSH_9.7\r\n",
    ],
    ids=[
        "cut",
        "damaged",
        "cut zstd",
        "more behind",
        "portal",
        "redirect",
        "other encoding",
        "short",
        "another protocol",
    ],
)
def test_what_is_not_an_answer_of_central_is_a_fault(answer: bytes) -> None:
    """Cut, damaged, a portal, a redirect, another protocol."""
    assert isinstance(asked(answer), Fault)


def test_retry_after_is_read() -> None:
    """Seconds, where the server names them."""
    assert asked(http(b"{}", "application/problem+json", "503 No", "Retry-After: 30\r\n")) == Answer(503, b"{}", 30.0)


def test_nobody_listening_was_not_reached() -> None:
    """A refused connection cannot have delivered anything."""
    with Transport("http://127.0.0.1:9") as transport:
        answer = transport.post("/v1/sync", b"{}", {})
    assert isinstance(answer, Fault)
    assert not answer.reached


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy variable is not followed: tokens go to central alone."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert os.environ["HTTP_PROXY"]
    assert isinstance(asked(http(b"{}")), Answer)


@pytest.mark.parametrize(
    "url",
    [
        "http://central.example",
        "ftp://127.0.0.1",
        "central",
        "https://",
        "https://u:p@host",
        "https://h?x=1",
        "http://[x",
    ],
)
def test_bad_addresses_are_refused(url: str) -> None:
    """Plain HTTP off loopback, other schemes, credentials or queries in the address."""
    with pytest.raises(BadInput):
        checked_url(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8700/", "http://localhost:1", "http://[::1]:8700", "https://h.example"]
)
def test_good_addresses_lose_their_slash(url: str) -> None:
    """TLS anywhere, plain HTTP on this computer."""
    assert checked_url(url) == url.rstrip("/")


def test_addresses_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Httpx would log every address."""
    with caplog.at_level(logging.DEBUG):
        asked(http(b"{}"))
    assert [record for record in caplog.records if record.name.startswith(("httpx", "httpcore"))] == []
