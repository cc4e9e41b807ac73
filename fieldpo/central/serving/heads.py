"""HTTP by httptools, with a limit to what stands around a body: whoever reaches the port could fill the memory."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_AROUND = 64 * 1024
"""Bytes of a request that are not its body: first line, headers, the lengths of chunks, what follows the last one."""


class Heads(HttpToolsProtocol):
    """Uvicorn's own, which would gather a header for as long as it comes."""

    _around = 0

    def data_received(self, data: bytes) -> None:
        """Read what came; refuse a request of which too much is no body."""
        self._around += len(data)
        super().data_received(data)
        if self._around > MOST_AROUND and not self.transport.is_closing():
            self.send_400_response("What stands around the body is too long.")

    def on_body(self, body: bytes) -> None:
        """A part of the body, which has limits of its own."""
        self._around -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """What comes next on this connection is another request."""
        self._around = 0
        super().on_message_complete()
