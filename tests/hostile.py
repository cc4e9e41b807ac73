"""Text that fights back, and a look at what of it reaches the terminal.

`STRINGS` goes wherever a person may write: names, notes, places, aliases. `raw_in(app)` looks at what a Pilot's screen
has painted; `on_a_pty(module, keys)` runs a program on a real terminal and returns every byte it wrote, of which
`leaks` names the controls that came from a string here.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pexpect
from textual.app import App

MARKED: Final[dict[str, str]] = {
    "an OSC 8 link": "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
    "an OSC 52 clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "an OSC 0 title": "\x1b]0;owned\x07",
    "a cursor jump": "\x1b[97;97H",
    "a DCS": "\x1bPq#0;2;0;0;0\x1b\\",
    "an APC": "\x1b_Gevil\x1b\\",
    "a C1 CSI": "\x9b97;97H",
    "a C1 OSC": "\x9d0;owned\x9c",
    "a right-to-left override": "\u202egpj.exe\u202c",
    "an isolate": "\u2066hidden\u2069",
    "a left-to-right mark": "\u200eabc\u200f",
    "an Arabic letter mark": "\u061cabc",
    "a backspace": "abc\x08\x08\x08xyz",
    "a NUL": "abc\x00def",
    "a line separator": "abc\u2028def",
}
"""Strings by what they try; each holds a control that Textual itself never writes in that form."""

MARKUP: Final = (
    "[/]",
    "[/path",
    "[@click=app.leave]x[/]",
    "[link=http://evil.example]x[/link]",
    "[bold]not bold",
    "\\[b]",
    "[[",
    "$name",
    "{0}",
    "%s",
)
"""Strings that Textual's or Rich's markup would take for its own."""

STRINGS: Final = (*MARKED.values(), *MARKUP, "Ō" * 40, "王小明" * 14, "👨‍👩‍👧‍👦" * 8, "a\u0301" * 40)

_RAW = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BYTES: Final = {
    "an OSC 8 link": b"\x1b]8;",
    "an OSC 52 clipboard": b"\x1b]52;",
    "an OSC 0 title": b"\x1b]0;owned",
    "a cursor jump": b"\x1b[97;97H",
    "a DCS": b"\x1bPq#0",
    "an APC": b"\x1b_Gevil",
    "a C1 CSI": b"\xc2\x9b",
    "a C1 OSC": b"\xc2\x9d",
    "a right-to-left override": "\u202e".encode(),
    "an isolate": "\u2066".encode(),
    "a left-to-right mark": "\u200e".encode(),
    "an Arabic letter mark": "\u061c".encode(),
    "a backspace": b"\x08",
    "a NUL": b"\x00",
    "a line separator": "\u2028".encode(),
}


def raw_in(app: App[Any]) -> list[str]:
    """Every painted piece of the present screen that holds a raw control or bidi mark; empty when all is well."""
    strips = app.screen._compositor.render_strips()
    return [segment.text for strip in strips for segment in strip if not segment.control and _RAW.search(segment.text)]


def leaks(written: bytes) -> list[str]:
    """What of `MARKED` reached a terminal, by name."""
    return [name for name, raw in _BYTES.items() if raw in written]


def on_a_pty(
    arguments: Sequence[str],
    expect: Sequence[tuple[str, str]],
    *,
    environment: Mapping[str, str] | None = None,
    size: tuple[int, int] = (24, 80),
    seconds: float = 30,
) -> bytes:
    """Run Python with `arguments` on a terminal; for each (text, keys) wait for the text and type the keys; wait for
    the end. Returns every byte written."""
    written: list[bytes] = []

    class Log:
        def write(self, some: bytes) -> int:
            written.append(some)
            return len(some)

        def flush(self) -> None:
            pass

    variables = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environment or {})}
    child = pexpect.spawn(
        sys.executable, list(arguments), env=variables, dimensions=size, timeout=seconds, encoding=None
    )
    child.logfile_read = Log()
    try:
        for text, keys in expect:
            child.expect_exact(text.encode())
            child.send(keys.encode())
        child.expect(pexpect.EOF)
    finally:
        child.close(force=True)
    return b"".join(written)
