"""A relay on loopback that counts the bytes of each direction as they stand on the wire, HTTP's headers among them."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_PART = 256 * 1024


@dataclass
class Relay:
    """The relay's address and what went by."""

    url: str = ""
    up: int = 0
    down: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, size: int, *, up: bool) -> None:
        """Count some bytes."""
        with self._lock:
            if up:
                self.up += size
            else:
                self.down += size


@contextmanager
def relay_to(url: str) -> Iterator[Relay]:
    """A relay to the server at that address."""
    relay = Relay()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        relay.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        threading.Thread(target=_accept, args=(listening, relay, urlsplit(url).port), daemon=True).start()
        try:
            yield relay
        finally:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, relay: Relay, port: int) -> None:
    while True:
        try:
            near, _ = listening.accept()
            far = socket.create_connection(("127.0.0.1", port))
        except OSError:
            return
        for one in (near, far):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_pass, args=(near, far, relay), kwargs={"up": True}, daemon=True).start()
        threading.Thread(target=_pass, args=(far, near, relay), kwargs={"up": False}, daemon=True).start()


def _pass(source: socket.socket, target: socket.socket, relay: Relay, *, up: bool) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(_PART):
            relay.count(len(part), up=up)
            target.sendall(part)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
