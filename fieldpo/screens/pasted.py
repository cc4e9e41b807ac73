"""What is pasted is text: Textual takes an escape sequence within it for keys, and a hostile one would press them.

Most terminals take control characters out of a paste; those that do not are not trusted here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Final

from textual._xterm_parser import XTermParser
from textual.message import Message

BEGINS: Final = "\x1b[200~"
ENDS: Final = "\x1b[201~"
_TAKEN: Final = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)))
for _kept in "\t\n\r":
    del _TAKEN[ord(_kept)]


class PasteParser(XTermParser):
    """Textual's parser of what the terminal sends, after the control characters of a paste are gone."""

    def __init__(self, debug: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's own
        super().__init__(debug)
        self._inside = False
        self._rest = ""
        """The end of what was read before: it may be the beginning of a mark."""

    def feed(self, data: str) -> Iterable[Message]:
        """What was read; an empty text is the end."""
        clean = self._clean(data)
        if clean or not data:
            yield from super().feed(clean)

    def _clean(self, data: str) -> str:
        made = ""
        while data:
            mark = ENDS if self._inside else BEGINS
            whole = self._rest + data
            at = whole.find(mark)
            if self._inside:
                # What may be the beginning of the mark waits for the rest of it.
                here = at if at >= 0 else len(whole) - _begun(whole, mark)
                made += whole[:here].translate(_TAKEN) + (mark if at >= 0 else "")
                self._rest, data = ("", whole[at + len(mark) :]) if at >= 0 else (whole[here:], "")
            else:
                # A key is never kept back: it has gone to the app when the mark turns out to be one.
                here = at + len(mark) - len(self._rest) if at >= 0 else len(data)
                made += data[:here]
                self._rest, data = ("", data[here:]) if at >= 0 else (whole[len(whole) - _begun(whole, mark) :], "")
            self._inside ^= at >= 0
        return made


def _begun(text: str, mark: str) -> int:
    """How many characters at the end of a text begin the mark."""
    return next((size for size in range(min(len(mark) - 1, len(text)), 0, -1) if text.endswith(mark[:size])), 0)


def guard_pastes() -> None:
    """Let this process's terminal be read by `PasteParser`; call before the app runs."""
    driver = "textual.drivers.win32" if sys.platform == "win32" else "textual.drivers.linux_driver"
    import_module(driver).XTermParser = PasteParser  # type: ignore[attr-defined]
