"""A paste that would press keys: whatever it holds, and however it is cut in pieces, it comes as text alone."""

from __future__ import annotations

import pytest
from textual import events

from fieldpo.screens.pasted import BEGINS, ENDS, PasteParser

HOSTILE = "Div \x1b[31m3\x1b]0;x\x07\x1bD\x9b1~ caf\u00e9\tend\nline"
TEXT = "Div [31m3]0;xD1~ caf\u00e9\tend\nline"


def read(pieces: list[str]) -> tuple[list[str], list[str]]:
    """The keys and the pasted texts that come of what the terminal sends in pieces."""
    parser = PasteParser()
    found = [event for piece in pieces for event in parser.feed(piece)]
    keys = [event.key for event in found if isinstance(event, events.Key)]
    return keys, [event.text for event in found if isinstance(event, events.Paste)]


def test_a_paste_presses_no_key() -> None:
    """Sequences, a bell and C1 within it are gone; the keys before and behind it are keys."""
    keys, pasted = read([f"a{BEGINS}{HOSTILE}{ENDS}", "b"])
    assert keys == ["a", "b"]
    assert pasted == [TEXT]


@pytest.mark.parametrize("size", range(1, 12))
def test_it_does_not_matter_where_it_is_cut(size: int) -> None:
    """Two pastes that come in pieces of any size, a mark in two of them, come whole."""
    sent = f"a{BEGINS}{HOSTILE}{ENDS}{BEGINS}{HOSTILE}{ENDS}bc"
    keys, pasted = read([sent[at : at + size] for at in range(0, len(sent), size)])
    assert keys == ["a", "b", "c"]
    assert pasted == [TEXT, TEXT]


def test_keys_by_themselves_are_read_as_ever() -> None:
    """Arrows, function keys and letters are no paste."""
    keys, pasted = read(["\x1b[A", "\x1bOQ", "\x07", "n"])
    assert keys == ["up", "f2", "ctrl+g", "n"]
    assert pasted == []
