"""A loopback way to a server that delays each answer, counts round trips and keeps what went by."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_DROPPED = {"connection", "transfer-encoding", "content-length", "date", "server", "host"}


@dataclass(frozen=True)
class Exchange:
    """One request and its answer; `behind_ms` is how long the server behind took for it."""

    path: str
    sent: bytes
    headers: dict[str, str]
    received: bytes
    answer_headers: dict[str, str]
    behind_ms: float


@dataclass
class Way:
    """The way's address and what went by; `delay` in seconds for each round trip."""

    url: str
    delay: float = 0.0
    went_by: list[Exchange] = field(default_factory=list)


Answering = Callable[[str, bytes, dict[str, str]], tuple[int, bytes, dict[str, str]]]


@contextmanager
def way_to(port: int) -> Iterator[Way]:
    """A way to the server on that port."""

    def ask(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        connection = HTTPConnection("127.0.0.1", port)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())
        finally:
            connection.close()

    with _served(ask) as way:
        yield way


@contextmanager
def same_answer(answer: bytes, headers: dict[str, str]) -> Iterator[Way]:
    """A way that ends at once, always with the same answer: the bare peer."""
    with _served(lambda _, __, ___: (200, answer, headers)) as way:
        yield way


@contextmanager
def _served(answering: Answering) -> Iterator[Way]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _DROPPED}
            time.sleep(way.delay / 2)
            began = time.perf_counter()
            status, answer, given = answering(self.path, body, headers)
            behind = (time.perf_counter() - began) * 1000
            time.sleep(way.delay / 2)
            kept = {name: value for name, value in given.items() if name.lower() not in _DROPPED}
            way.went_by.append(Exchange(self.path, body, headers, answer, kept, behind))
            lines = [f"HTTP/1.1 {status} .", *(f"{name}: {value}" for name, value in kept.items())]
            head = "\r\n".join([*lines, f"Content-Length: {len(answer)}", "", ""]).encode()
            self.wfile.write(head + answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    way = Way(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield way
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
