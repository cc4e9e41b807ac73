"""Codes with their words and keys: records keep the code, screens show the label and take the key.

An old record may hold a code that a newer pack lacks, so ``label_of`` never fails, while ``by_code`` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

import msgspec

from fieldpo.errors import NotFound


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One code of a list in the pack, with its words and, where a form offers it, its single key."""

    code: str
    label: str
    key: str = ""


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


class _Labelled(_Coded, Protocol):
    @property
    def label(self) -> str: ...


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


C = TypeVar("C", bound=_Coded)
K = TypeVar("K", bound=_Keyed)


def by_code(entries: Iterable[C], code: str) -> C:
    """Return the entry with this code.

    Raises NotFound where the pack has none, naming the codes that it has.
    """
    known = tuple(entries)
    for entry in known:
        if entry.code == code:
            return entry
    codes = ", ".join(entry.code for entry in known)
    raise NotFound(f"The policy pack has no code “{code}” here. It has: {codes}.")


def by_key(entries: Iterable[K], key: str) -> K | None:
    """Return the entry that this single key picks, or None; letters of both cases are alike."""
    wanted = key.casefold()
    return next((entry for entry in entries if entry.key and entry.key.casefold() == wanted), None)


def label_of(entries: Iterable[_Labelled], code: str) -> str:
    """Return the words for a code, or the code itself where this version of the pack no longer has it."""
    return next((entry.label for entry in entries if entry.code == code), code)
