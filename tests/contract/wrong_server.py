"""Central behind a proxy that may have a fault for the moment (`fault.Fault`)."""

from __future__ import annotations

import gzip
import json
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.contract.fault import MISSING, SYNC, Answered, Asked, Fault, Json


class Wrong:
    """Central behind a proxy with one fault, or for the moment with none."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.fault: Fault | None = None
        self.kept: dict[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        fault = self.fault
        if fault is None or scope["type"] != "http" or scope["path"] not in (SYNC, MISSING):
            await self.app(scope, receive, send)
            return
        asked = Asked(scope["path"], dict(scope["headers"]), await _whole(receive), None, self.kept)
        asked.body = _read(asked)
        before = json.dumps(asked.body)
        fault.before(asked)
        raw = asked.raw
        if json.dumps(asked.body) != before:
            raw = json.dumps(asked.body).encode()
            asked.headers.pop(b"content-encoding", None)
        headers = [(name, value) for name, value in asked.headers.items() if name != b"content-length"]
        plain = [pair for pair in headers if pair[0] != b"accept-encoding"]
        sent: list[Message] = []
        given = [{"type": "http.request", "body": raw, "more_body": False}]

        async def give() -> Message:
            return given.pop(0) if given else {"type": "http.disconnect"}

        async def take(message: Message) -> None:
            sent.append(message)

        await self.app({**scope, "headers": plain}, give, take)
        await _answer(fault, asked, sent, send)


async def _answer(fault: Fault, asked: Asked, sent: list[Message], send: Send) -> None:
    start, body = sent[0], b"".join(part.get("body", b"") for part in sent[1:])
    answered = Answered(start["status"], json.loads(body))
    fault.after(asked, answered)
    made = answered.body.encode() if isinstance(answered.body, str) else json.dumps(answered.body).encode()
    headers = [pair for pair in start["headers"] if pair[0] not in (b"content-length", b"content-encoding")]
    if answered.packed:
        made, headers = gzip.compress(made), [*headers, (b"content-encoding", b"gzip")]
    headers.append((b"content-length", str(len(made)).encode()))
    await send({"type": "http.response.start", "status": answered.status, "headers": headers})
    await send({"type": "http.response.body", "body": made})


async def _whole(receive: Receive) -> bytes:
    made = bytearray()
    while True:
        message = await receive()
        made += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(made)


def _read(asked: Asked) -> Json:
    try:
        raw = gzip.decompress(asked.raw) if asked.headers.get(b"content-encoding") == b"gzip" else asked.raw
        found = json.loads(raw)
    except (OSError, EOFError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and "device" in found else None
