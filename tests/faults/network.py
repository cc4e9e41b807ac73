"""The network between a laptop and central: a TCP proxy that treats each request as networks do."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

PORTAL: Final = b"<html>Welcome to the hotel. Sign in.</html>"
_PASSED: Final = 0.05
"""Seconds by which `delayed` keeps a request."""
_ENDURES: Final = 12.0
"""Seconds for which an answer that never comes is kept up."""


class Network:
    """Takes one request a connection. `fates` says what becomes of the next ones; afterwards all pass."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname or "", parts.port or 0)
        self.fates: list[str] = []
        self.met: list[str] = []
        self.too_large = 0
        """Where it is not 0, a proxy on the way answers 413 to every larger request."""
        self.outlasted: list[str] = []
        """What held an answer back for longer than the laptop should have waited."""
        self.endures = _ENDURES
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._take, "127.0.0.1", 0))
        self.url = "http://{}:{}".format(*self._server.sockets[0].getsockname()[:2])
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def close(self) -> None:
        """Take no more, and end whatever is held."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        held = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(_length(head))
            fate = self.fates.pop(0) if self.fates else ""
            if self.too_large and len(body) > self.too_large:
                fate = "413"
            self.met.append(fate)
            request = head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) + body
            try:
                await asyncio.wait_for(_FATES[fate](self, _Talk(reader, writer, request)), self.endures)
            except TimeoutError:
                self.outlasted.append(fate)
        writer.close()
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await writer.wait_closed()

    async def ask(self, request: bytes) -> bytes:
        """Central's whole answer."""
        reader, writer = await asyncio.open_connection(*self._upstream)
        try:
            writer.write(request)
            return await reader.read(-1)
        finally:
            writer.close()


class _Talk:
    """One request, and where its answer goes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
        self.reader, self.writer, self.request = reader, writer, request

    async def say(self, answer: bytes) -> None:
        """Send something back."""
        self.writer.write(answer)
        await self.writer.drain()

    async def held(self) -> None:
        """Until the laptop gives up."""
        await self.reader.read(-1)

    def broken(self) -> None:
        """Reset the connection."""
        self.writer.transport.abort()


Fate = Callable[[Network, _Talk], Awaitable[None]]


async def _pass(network: Network, talk: _Talk) -> None:
    await talk.say(await network.ask(talk.request))


async def _delayed(network: Network, talk: _Talk) -> None:
    await asyncio.sleep(_PASSED)
    await _pass(network, talk)


async def _cut_request(network: Network, talk: _Talk) -> None:
    """Central gets a part of it."""
    _, writer = await asyncio.open_connection(*network._upstream)
    writer.write(talk.request[: len(talk.request) - 40])
    await writer.drain()
    writer.close()
    talk.broken()


async def _lost(network: Network, talk: _Talk) -> None:
    """Central has committed, and nobody hears of it."""
    await network.ask(talk.request)
    talk.broken()


async def _twice(network: Network, talk: _Talk) -> None:
    """Both copies at once; the laptop hears the answer to the one that ended last."""
    answers = [asyncio.ensure_future(network.ask(talk.request)) for _ in range(2)]
    await asyncio.wait(answers)
    await talk.say(await answers[1])


async def _cut_response(network: Network, talk: _Talk) -> None:
    top, _, rest = (await network.ask(talk.request)).partition(b"\r\n\r\n")
    await talk.say(top + b"\r\n\r\n" + rest[: len(rest) // 2])


async def _cut_coded_body(network: Network, talk: _Talk) -> None:
    """Half of the answer's body, with nothing that tells how long it should have been."""
    top, _, rest = (await network.ask(talk.request)).partition(b"\r\n\r\n")
    lines = [line for line in top.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    await talk.say(b"\r\n".join(lines) + b"\r\n\r\n" + rest[: len(rest) // 2])


async def _silent(_: Network, talk: _Talk) -> None:
    """A black hole: it takes the request and never answers."""
    await talk.held()


async def _drips(_: Network, talk: _Talk) -> None:
    """An answer that never comes to an end: a byte of a header now and then."""
    with contextlib.suppress(OSError):
        await talk.say(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            await talk.say(b"x")
            await asyncio.sleep(_PASSED)


async def _one_direction(network: Network, talk: _Talk) -> None:
    """Requests arrive, answers do not."""
    await network.ask(talk.request)
    await talk.held()


def _answers(status: str, headers: str = "", page: bytes = b"") -> Fate:
    async def fate(_: Network, talk: _Talk) -> None:
        await talk.say(f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(page)}\r\n\r\n".encode() + page)

    return fate


_FATES: dict[str, Fate] = {
    "": _pass,
    "delayed": _delayed,
    "cut request": _cut_request,
    "cut response": _cut_response,
    "cut coded body": _cut_coded_body,
    "lost": _lost,
    "twice": _twice,
    "portal": _answers("200 OK", "Content-Type: text/html\r\n", PORTAL),
    "413": _answers("413 Content Too Large", "Content-Type: text/html\r\n", b"<html>too large</html>"),
    "429": _answers("429 Too Many Requests", "Retry-After: 0\r\n"),
    "502": _answers("502 Bad Gateway", "Content-Type: text/html\r\n", b"<html>bad gateway</html>"),
    "silent": _silent,
    "drips": _drips,
    "one direction": _one_direction,
}

HOLDING: Final = ("silent", "drips", "one direction")
"""What only a deadline ends."""
BREAKING: Final = tuple(fate for fate in _FATES if fate and fate not in HOLDING)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


@contextmanager
def between(upstream: str) -> Iterator[Network]:
    """A network until the block ends."""
    network = Network(upstream)
    try:
        yield network
    finally:
        network.close()
