"""Something that asks for a contact: a new address, a release, an arrest, a case assigned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fieldpo.errors import BadInput
from fieldpo.store.entries.facts.field import FactField, FactKind, Settling, Takes
from fieldpo.supervision.written.codes import Entry
from fieldpo.sync.protocol.body import Json

EVENTS: Final = (
    Entry("new_address", "new address", "n"),
    Entry("released", "released", "r"),
    Entry("arrest", "arrest", "a"),
    Entry("assigned", "assigned", "s"),
)


def _complete(one: Settling) -> Mapping[str, Json]:
    if one.values["on"] > one.today:
        raise BadInput("It cannot have happened on a day ahead. Nothing was saved; the draft is kept.")
    return one.values


CASE_EVENT = FactKind(
    "case_event",
    "case event",
    (
        FactField("event", "What", Takes.CHOICE, choices=EVENTS, needed=True),
        FactField("on", "Day", Takes.DAY, needed=True),
    ),
    key="e",
    of_case=True,
    in_error=True,
    complete=_complete,
)
