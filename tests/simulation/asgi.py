"""One request to an ASGI app, without a loop or a thread: the app must not wait for anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp


@dataclass(frozen=True)
class Came:
    """An HTTP answer as it stands on the wire."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def header(self, name: bytes) -> bytes:
        """One header's value; empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), b"")


def ask(app: ASGIApp, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Came:
    """Send one request and take the whole answer; what the app raises is raised here."""
    sent: list[dict[str, Any]] = []
    given = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return given.pop(0) if given else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(key.lower().encode(), value.encode()) for key, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    under_way: Any = app(scope, receive, send)
    try:
        under_way.send(None)
    except StopIteration:
        pass
    except Exception:  # noqa: BLE001 - as uvicorn: the connection gets what was sent, or a 500
        if not sent:
            return Came(500, (), b"")
    else:
        raise AssertionError("the app waited for something outside the simulation")
    start = sent[0]
    whole = b"".join(part.get("body", b"") for part in sent[1:])
    return Came(start["status"], tuple((bytes(k), bytes(v)) for k, v in start["headers"]), whole)
