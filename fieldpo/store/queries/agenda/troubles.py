"""What stands in the way of saying what a case owes, as alerts: each one sentence, and what stops everything first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from fieldpo.store.queries.rules.counting_contacts import days_ahead
from fieldpo.store.queries.rules.owed import Owed
from fieldpo.supervision.agenda.items import Item, Source
from fieldpo.supervision.agenda.words import dates_in_words
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import Contact
from fieldpo.supervision.standards.troubles import Trouble, troubles

STOPS, LEFT_OUT = "what is owed is not known", "case to put right"


def case_alerts(connection: Connection, pack: Pack, found: Sequence[Owed], on: dt.date) -> list[Item]:
    """The troubles of these cases on a local day; those that stop every answer first."""
    ahead = days_ahead(connection, pack, [one.person_id for one in found], on)
    made = [
        _item(one, trouble, number, on)
        for one in found
        for number, trouble in enumerate(_troubles(one, ahead.get(one.person_id, ()), on))
    ]
    return sorted(made, key=lambda one: (not one.stops, one.key))


def _troubles(one: Owed, ahead: Sequence[dt.date], on: dt.date) -> Iterator[Trouble]:
    if one.trouble:
        yield Trouble(one.trouble, stops=True)
    if one.case.started:
        yield from troubles(one.pack, one.case.facts, [Contact(day, "", "", "") for day in ahead], on)


def _item(one: Owed, trouble: Trouble, number: int, on: dt.date) -> Item:
    key = f"trouble:{one.case.case_id}:{number}"
    what = STOPS if trouble.stops else LEFT_OUT
    said = dates_in_words(trouble.said, on)
    return Item(key, Source.TROUBLE, what, one.person_id, one.case.case_id, why=said, stops=trouble.stops)
