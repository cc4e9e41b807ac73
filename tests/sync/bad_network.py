"""A small proxy between a device and central that behaves as networks do: for one test, on loopback."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class Proxy:
    """Passes connections on. `faults` are taken one a connection: lost, cut, html, or none when it is empty."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname or "", parts.port or 0)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.faults: list[str] = []
        self.met: list[str] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more connections."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                device, _ = self._listening.accept()
            except OSError:
                return
            with device:
                fault = self.faults.pop(0) if self.faults else ""
                self.met.append(fault)
                with contextlib.suppress(OSError):
                    self._serve(device, fault)

    def _serve(self, device: socket.socket, fault: str) -> None:
        """One request a connection: what comes is read whole before anything is passed on."""
        request = _whole(device)
        if not request:
            return
        if fault == "html":
            page = b"<html>Welcome to the hotel. Sign in.</html>"
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n"
            device.sendall(head.encode() + b"Connection: close\r\n\r\n" + page)
            return
        with socket.create_connection(self._upstream) as central:
            central.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            answer = b""
            while part := central.recv(65_536):
                answer += part
        if fault == "lost":
            return  # central has committed; nobody hears of it
        if fault == "cut":
            top, _, rest = answer.partition(b"\r\n\r\n")
            lines = [line for line in top.split(b"\r\n") if not line.lower().startswith(b"content-length")]
            device.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + rest[: len(rest) // 2])
            return
        device.sendall(answer)


def _whole(device: socket.socket) -> bytes:
    made = b""
    while b"\r\n\r\n" not in made:
        part = device.recv(65_536)
        if not part:
            return b""
        made += part
    head, _, body = made.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
    )
    while len(body) < length:
        part = device.recv(65_536)
        if not part:
            return b""
        body += part
    return head + b"\r\n\r\n" + body


@contextmanager
def between(upstream: str) -> Iterator[Proxy]:
    """A proxy until the block ends."""
    proxy = Proxy(upstream)
    try:
        yield proxy
    finally:
        proxy.close()
