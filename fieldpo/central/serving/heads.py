"""HTTP by httptools, with a limit to what stands around a body: whoever reaches the port could fill the memory."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_AROUND = 64 * 1024
"""Bytes of a request that are not its body: first line, headers, the lengths of chunks, what follows the last one."""

MOST_AHEAD = 4
"""Requests that a connection may send before the one under way is answered. No client of ours sends any."""


class _TooManyAhead(Exception):
    """Out of the parser, whose caller answers 400 and ends the connection."""


class Heads(HttpToolsProtocol):
    """Uvicorn's own, which gathers a header for as long as it comes, and as many requests as are sent ahead."""

    _around = 0

    def data_received(self, data: bytes) -> None:
        """Read what came; refuse a request of which too much is no body."""
        self._around += len(data)
        super().data_received(data)
        if self._around > MOST_AROUND and not self.transport.is_closing():
            self.send_400_response("What stands around the body is too long.")

    def on_message_begin(self) -> None:
        """Another request of the connection."""
        if len(self.pipeline) >= MOST_AHEAD:
            raise _TooManyAhead
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        """A part of the body, which has limits of its own."""
        self._around -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """What comes next on this connection is another request."""
        self._around = 0
        super().on_message_complete()
