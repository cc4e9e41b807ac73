"""What stands in the way of saying what a case owes, as alerts: each one sentence, and what stops everything first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from fieldpo.store.queries.alerts import Alert
from fieldpo.store.queries.counting_contacts import days_ahead
from fieldpo.store.queries.owed import Owed
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import Contact
from fieldpo.supervision.standards.troubles import Trouble, troubles

STOPS, LEFT_OUT = "what is owed is not known", "case to put right"


def case_alerts(connection: Connection, pack: Pack, found: Sequence[Owed], on: dt.date) -> list[Alert]:
    """The troubles of these cases on a local day; those that stop every answer first."""
    ahead = days_ahead(connection, pack, [one.person_id for one in found], on)
    made = [
        (not trouble.stops, _alert(one, trouble, number))
        for one in found
        for number, trouble in enumerate(_troubles(one, ahead.get(one.person_id, ()), on))
    ]
    return [alert for _, alert in sorted(made, key=lambda pair: (pair[0], pair[1].key))]


def _troubles(one: Owed, ahead: Sequence[dt.date], on: dt.date) -> Iterator[Trouble]:
    if one.trouble:
        yield Trouble(one.trouble, stops=True)
    if one.case.started:
        yield from troubles(one.pack, one.case.facts, [Contact(day, "", "", "") for day in ahead], on)


def _alert(one: Owed, trouble: Trouble, number: int) -> Alert:
    key = f"trouble:{one.case.case_id}:{number}"
    what = STOPS if trouble.stops else LEFT_OUT
    return Alert(key, one.case.case_id, one.person_id, None, "now", what, trouble.said)
