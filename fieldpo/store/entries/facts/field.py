"""How a kind of fact is described: its fields in the order of the form, and what may be done with it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

TOLD_ON, VERIFIED_ON, VERIFIED_HOW, UNTIL = "told_on", "verified_on", "verified_how", "until"


class Takes(enum.Enum):
    """What is typed or chosen in a field."""

    LINE = "line"
    PROSE = "prose"
    DAY = "day"
    CHOICE = "choice"
    YES_NO = "yes or no"
    NUMBER = "number"
    LIST = "list"
    """Members added and removed one by one."""


@dataclass(frozen=True)
class FactField:
    """One field. `label` has at most 9 cells; `codes` names the pack's list of a choice.

    `proves`: a verification is about this value, and falls with it. `private`: not for the client's eyes. `ahead`: a
    day without a year is the next one, not the last.
    """

    name: str
    label: str
    takes: Takes = Takes.LINE
    codes: str = ""
    needed: bool = False
    proves: bool = False
    private: bool = False
    ahead: bool = False
    hint: str = ""


@dataclass(frozen=True)
class FactKind:
    """One kind of fact. `key` is its letter where one is added; empty where none is made on a laptop.

    `told`: what the client told and what was verified are kept apart, each with its day. `until`: one ends by a day.
    `active`: one ends by being no longer so. `told_item` is the pack's item by which a client tells that it changed.
    `about` is a field that is shown above the form and never changed by it.
    """

    kind: str
    title: str
    fields: tuple[FactField, ...]
    key: str = ""
    told: bool = False
    until: bool = False
    active: bool = False
    private: bool = False
    told_item: str = ""
    about: str = ""
    new: str = "new one, this ends"
    ended: str = "it has ended"

    @property
    def adds(self) -> bool:
        """Whether an officer makes new ones: of a person's own facts there is one."""
        return self.kind not in ("person", "condition")

    def field(self, name: str) -> FactField | None:
        """A field by its name."""
        return next((one for one in self.fields if one.name == name), None)
