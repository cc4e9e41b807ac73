"""How a kind of fact is described: its fields in the order of the form, and what may be done with it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fieldpo.store.acting.acts import Step
from fieldpo.store.entries.facts.case_now import CaseNow
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.engine import Obligation
from fieldpo.supervision.written.codes import Entry
from fieldpo.sync.protocol.body import KINDS, Json, Merging

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
    OBLIGATION = "obligation"
    """One of those that the case owes now."""


@dataclass(frozen=True)
class FactField:
    """One field. `label` has at most 9 cells; `codes` names the pack's list of a choice, `choices` are fieldpo's own.

    `proves`: a verification is about this value, and falls with it. `private`: not for the client's eyes. `ahead`: a
    day without a year is the next one, not the last. `most`: what a number cannot be above.
    """

    name: str
    label: str
    takes: Takes = Takes.LINE
    codes: str = ""
    needed: bool = False
    proves: bool = False
    private: bool = False
    ahead: bool = False
    most: int = 9_999
    hint: str = ""
    choices: tuple[Entry, ...] = ()
    offers: Callable[[Obligation], bool] = bool
    """Which of the obligations that the case owes now can be chosen."""

    def entries(self, pack: Pack) -> tuple[Entry, ...]:
        """What a choice offers."""
        return self.choices or tuple(getattr(pack, self.codes))


@dataclass(frozen=True)
class Settling:
    """What a kind looks at before its record is made: the values as typed, the case and the office's day."""

    values: Mapping[str, Json]
    pack: Pack
    case: CaseNow
    today: str


Completing = Callable[[Settling], Mapping[str, Json]]
"""The values with those that nobody types. Raises `BadInput` for what cannot be."""
Over = Callable[[Mapping[str, Json]], bool]
"""Whether a fact with these values is done with, so that it stands last."""
Beside = Callable[[Settling], tuple[Step, ...]]
"""What is changed in the same act as the record is made."""
WithdrawnWith = Callable[[str, CaseNow], tuple[Step, ...]]
"""What is changed in the same act as the record with this id is withdrawn."""


@dataclass(frozen=True)
class FactKind:
    """One kind of fact. `key` is its letter where one is added; empty where none is made on a laptop.

    `told`: what the client told and what was verified are kept apart, each with its day. `until`: one ends by a day.
    `active`: one ends by being no longer so. `told_item` is the pack's item by which a client tells that it changed.
    `about` is a field that is shown above the form and never changed by it. `began` names the day that an end cannot
    come before. `of_case`: it is about the open case. `in_error`: one that is wrong is withdrawn, with a reason. `over`
    is for those that are done with by another word than `until` or `active`.
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
    began: str = "since"
    of_case: bool = False
    in_error: bool = False
    over: Over | None = None
    complete: Completing | None = None
    beside: Beside | None = None
    withdrawn_with: WithdrawnWith | None = None

    @property
    def adds(self) -> bool:
        """Whether an officer makes new ones: of a person's own facts there is one."""
        return self.kind not in ("person", "condition")

    @property
    def corrected(self) -> bool:
        """Whether one that stands can be changed: some are written once, and withdrawn."""
        return KINDS[self.kind].merging is not Merging.INSERT

    def field(self, name: str) -> FactField | None:
        """A field by its name."""
        return next((one for one in self.fields if one.name == name), None)
