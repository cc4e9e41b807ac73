"""A time in which contacts are not owed as usual: custody, a board hold, absconding, or exempt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fieldpo.errors import BadInput
from fieldpo.store.entries.facts.field import UNTIL, FactField, FactKind, Settling, Takes
from fieldpo.supervision.standards.suspension import EXEMPT
from fieldpo.supervision.written.codes import Entry
from fieldpo.sync.protocol.body import Json

STAYS: Final = (
    Entry("jail_or_prison", "in custody", "c"),
    Entry("board_hold", "board hold", "b"),
    Entry("absconding", "absconding", "a"),
    Entry(EXEMPT, "exempt", "e"),
)


def _complete(one: Settling) -> Mapping[str, Json]:
    values = one.values
    if values.get("stay") == EXEMPT and not (values.get("reason") and values.get("approver")):
        raise BadInput("An exempt time needs a reason and who approved it. Nothing was saved; the draft is kept.")
    if values["start"] > one.today and values.get("stay") != EXEMPT:
        raise BadInput("It cannot have begun on a day ahead. Nothing was saved; the draft is kept.")
    return values


STAY = FactKind(
    "stay",
    "custody or exempt time",
    (
        FactField("stay", "What", Takes.CHOICE, choices=STAYS, needed=True),
        FactField("start", "From", Takes.DAY, needed=True),
        FactField(UNTIL, "Until", Takes.DAY, hint="empty while it lasts; the first day after it"),
        FactField("reason", "Reason", hint="an exempt time needs one"),
        FactField("approver", "Approver", hint="who approved an exempt time"),
    ),
    key="t",
    until=True,
    began="start",
    of_case=True,
    in_error=True,
    complete=_complete,
)
