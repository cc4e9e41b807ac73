"""A loopback connection that breaks as central acknowledges: central has committed, the laptop never hears of it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

_SYNC = b"POST /v1/sync"
_PIECE = 65_536


class Lossy:
    """Passes bytes on to a port of loopback until the first answer to an exchange, which it loses; then it is dead."""

    def __init__(self, port: int) -> None:
        self.lost = False
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()

    @property
    def url(self) -> str:
        """Where the laptop finds it."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def serve(self) -> None:
        """Accept until `close`."""
        while True:
            try:
                laptop, _ = self._listening.accept()
            except OSError:
                return
            if self.lost:
                laptop.close()
                continue
            central = socket.create_connection(("127.0.0.1", self._port))
            self._open |= {laptop, central}
            asked = threading.Event()
            for each in ((laptop, central, asked, True), (central, laptop, asked, False)):
                threading.Thread(target=self._pass_on, args=each, daemon=True).start()

    def close(self) -> None:
        """Stop accepting and end every connection."""
        # shutdown wakes accept on Linux, where close alone does not.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for each in list(self._open):
            _end(each)

    def _pass_on(self, source: socket.socket, sink: socket.socket, asked: threading.Event, up: bool) -> None:  # noqa: FBT001 - a direction
        with contextlib.suppress(OSError):
            while piece := source.recv(_PIECE):
                if up and _SYNC in piece:
                    asked.set()
                if not up and asked.is_set():
                    self.lost = True
                    break
                sink.sendall(piece)
        _end(source)
        _end(sink)


@contextlib.contextmanager
def losing_one(port: int) -> Iterator[Lossy]:
    """A connection to that port which breaks at its first acknowledgement."""
    lossy = Lossy(port)
    thread = threading.Thread(target=lossy.serve, daemon=True)
    thread.start()
    try:
        yield lossy
    finally:
        lossy.close()
        thread.join()


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
