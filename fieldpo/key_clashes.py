"""Keys that the user's keymap puts on two commands of one screen: said at the start, since only one can work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from fieldpo import bindings
from fieldpo.bindings import Key
from fieldpo.screens.widgets.key_footer import key_name

_EVERY_SCREEN: Final = ("everywhere", "screen")
_TOGETHER: Final = frozenset({("row", "today"), ("row", "caseload"), ("row", "table"), ("person", "table")})
"""Sections, beside those of every screen, that one screen has together."""
_OWN_FIELDS: Final = frozenset({"form", "note", "unlock", "first_run", "help", "search"})
"""Sections of screens in which the global letters are off."""


def clash_words(keymap: Mapping[str, str]) -> str:
    """One sentence about the first clash and the number of others; empty where there is none."""
    found = list(dict.fromkeys(_clashes(keymap)))
    if not found:
        return ""
    key, one, other = found[0]
    more = f" ({len(found) - 1} more like it)" if len(found) > 1 else ""
    return (
        f"The settings' [keymap] puts {key_name(key)} on both “{one}” and “{other}”{more}: only one of them works. "
        "Give one another key."
    )


def _clashes(keymap: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    every = [(section, key, _keys(keymap, key)) for section, keys in bindings.SECTIONS.items() for key in keys]
    for section, key, ours in every:
        if key.id not in keymap:
            continue
        for beside, other, theirs in every:
            same = other.id == key.id or other.action == key.action
            if same or not _meet(section, key, beside, other):
                continue
            meant = _keys({}, key) & _keys({}, other)  # as ctrl+c, which copies where something is marked
            for shared in sorted((ours & theirs) - meant):
                first, second = sorted((key.label, other.label))
                yield shared, first, second


def _keys(keymap: Mapping[str, str], key: Key) -> frozenset[str]:
    return frozenset(one.strip() for one in keymap.get(key.id, key.keys).split(","))


def _meet(section: str, key: Key, beside: str, other: Key) -> bool:
    """Whether both work on some screen at the same time."""
    if (key.letter and beside in _OWN_FIELDS) or (other.letter and section in _OWN_FIELDS):
        return False
    if section == beside or section in _EVERY_SCREEN or beside in _EVERY_SCREEN:
        return True
    return (section, beside) in _TOGETHER or (beside, section) in _TOGETHER
