"""The connection that loses an acknowledgement."""

from __future__ import annotations

import socket
import threading

from fieldpo.demo.check_steps.lossy import losing_one


def test_the_answer_to_an_exchange_is_lost_after_it_was_taken() -> None:
    """What goes up arrives whole; the answer is cut off, and after that nothing goes through any more."""
    came: list[bytes] = []

    def central() -> None:
        connection, _ = listening.accept()
        with connection:
            while b"end" not in b"".join(came):
                came.append(connection.recv(100))
            connection.sendall(b"HTTP/1.1 200 OK")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=central)
        thread.start()
        with losing_one(listening.getsockname()[1]) as lossy:
            with socket.create_connection(("127.0.0.1", int(lossy.url.rpartition(":")[2]))) as laptop:
                laptop.sendall(b"POST /v1/sync HTTP/1.1\r\n\r\n" + b"body, end")
                assert _all(laptop) == b""
            assert lossy.lost
            with socket.create_connection(("127.0.0.1", int(lossy.url.rpartition(":")[2]))) as laptop:
                assert _all(laptop) == b""
        thread.join()
    assert b"".join(came).endswith(b"body, end")


def _all(connection: socket.socket) -> bytes:
    parts = []
    try:
        while part := connection.recv(100):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)
