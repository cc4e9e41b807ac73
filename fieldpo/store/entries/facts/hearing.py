"""A hearing: its day and time, where, and the notice that the client is to have before it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from fieldpo.errors import BadInput
from fieldpo.store.entries.facts.field import FactField, FactKind, Settling, Takes
from fieldpo.supervision.written.codes import Entry
from fieldpo.sync.protocol.body import Json

HEARINGS: Final = (
    Entry("review", "review hearing", "r"),
    Entry("violation", "violation hearing", "v"),
    Entry("revocation", "revocation hearing", "k"),
    Entry("preliminary", "preliminary hearing", "p"),
    Entry("sentencing", "sentencing", "s"),
)
STATES: Final = (
    Entry("set", "set", "s"),
    Entry("held", "held", "h"),
    Entry("continued", "continued to another day", "c"),
    Entry("vacated", "vacated", "v"),
)
_TIME = re.compile(r"([01]?\d|2[0-3]):?([0-5]\d)")


def _complete(one: Settling) -> Mapping[str, Json]:
    values = dict(one.values)
    if typed := values.get("time"):
        found = _TIME.fullmatch(typed.strip())
        if found is None:
            raise BadInput(f"A time is typed as 09:30, not “{typed}”. Nothing was saved; the draft is kept.")
        values["time"] = f"{int(found[1]):02}:{found[2]}"
    if values.get("status") == "held" and values["on"] > one.today:
        raise BadInput("A hearing ahead cannot have been held. Nothing was saved; the draft is kept.")
    by, given = values.get("notice_by"), values.get("notified_on")
    if by and by > values["on"]:
        raise BadInput("The notice would be due after the hearing. Nothing was saved; the draft is kept.")
    if given and given > one.today:
        raise BadInput("The client cannot have been notified on a day ahead. Nothing was saved; the draft is kept.")
    return values


HEARING = FactKind(
    "hearing",
    "hearing",
    (
        FactField("hearing", "What", Takes.CHOICE, choices=HEARINGS, needed=True),
        FactField("on", "Day", Takes.DAY, needed=True, ahead=True),
        FactField("time", "Time", hint="09:30, on the office's clock"),
        FactField("court", "Court", hint="Div 3, or the board"),
        FactField("notice_by", "Notice by", Takes.DAY, ahead=True, hint="the last day to notify the client"),
        FactField("notified_on", "Notified", Takes.DAY, hint="the day the client got it"),
        FactField("status", "State", Takes.CHOICE, choices=STATES),
        FactField("outcome", "Outcome"),
    ),
    key="h",
    of_case=True,
    over=lambda one: one.get("status") != "set",
    complete=_complete,
)
