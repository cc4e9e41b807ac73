"""The checker's own list of what officers typed, kept apart from everything that the program keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from fieldpo.sync.protocol.ops import Op

TEXT = re.compile(r"txt\d{5}")


@dataclass
class Typed:
    """One text. `shown_saved` once a screen would have said Saved; `gone` only where a disk was put back or replaced.

    `again` tells that a later act typed the same text once more: an answer that keeps it, the undoing of a change.
    """

    text: str
    laptop: str
    user: str
    shown_saved: bool = False
    gone: bool = False
    again: bool = False
    op_id: str = ""
    kind: str = ""
    record_id: str = ""


@dataclass(frozen=True)
class Decided:
    """What a supervisor decided on an entry that is held; `whom` is a match's person or a new case's officer."""

    held_op: str
    decision: str
    whom: str = ""


@dataclass
class TypedList:
    """Every text by itself, in the order of typing."""

    texts: dict[str, Typed] = field(default_factory=dict)
    count: int = 0
    decided: dict[str, Decided] = field(default_factory=dict)
    """By the record that says so."""

    def fresh(self) -> str:
        """A text that nobody typed before."""
        self.count += 1
        return f"txt{self.count:05d}"

    def trying(self, texts: Iterable[str], laptop: str, user: str) -> None:
        """The officer presses the key."""
        for text in texts:
            self.texts.setdefault(text, Typed(text, laptop, user))

    def unsaid(self, before: int) -> None:
        """What was typed since was needed for nothing, and the officer was told so."""
        for n in range(before, self.count):
            self.texts.pop(f"txt{n + 1:05d}", None)

    def found(self, op: Op) -> None:
        """An op of the outbox: which texts it carries."""
        for text in typed_in(op):
            one = self.texts.get(text)
            if one is None:
                continue
            if not one.op_id:
                one.op_id, one.kind, one.record_id = op.op_id, op.kind, op.record_id
            elif one.op_id != op.op_id:
                one.again = True

    def let_out(self) -> set[str]:
        """The entries that a supervisor means to release."""
        return {one.held_op for one in self.decided.values() if one.decision == "release"}

    def of(self, laptops: list[str]) -> TypedList:
        """What was typed on some laptops."""
        return TypedList(
            {text: one for text, one in self.texts.items() if one.laptop in laptops}, self.count, self.decided
        )

    def standing(self) -> list[Typed]:
        """Those that have to be somewhere."""
        return [one for one in self.texts.values() if one.shown_saved and not one.gone]


def typed_in(op: Op) -> list[str]:
    """The texts that an op brings: not those that it replaces."""
    if op.verb == "edit":
        edit = op.edit()
        return texts_in([[change.new for change in edit.fields.values()], edit.add])
    return texts_in(op.body)


def texts_in(value: Any) -> list[str]:
    """Every typed text in a JSON value, in order, each once."""
    return list(dict.fromkeys(TEXT.findall(msgspec.json.encode(value).decode())))
