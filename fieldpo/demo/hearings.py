"""Hearings of an invented caseload: some held, some in the weeks ahead, with the notice that is due before them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from fieldpo.demo.drawing import Json, Record, milliseconds_of, record_id
from fieldpo.demo.people import Client
from fieldpo.store.entries.facts.hearing import HEARINGS
from fieldpo.supervision.calendar import next_office_day
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import by_code

_COURTS = ("Div 1", "Div 3", "Div 7", "the board")
_AHEAD, _BEHIND = (5, 14, 23, 32), (9, 27)
"""Which places of 36 have one ahead or behind."""
_NOTICE = timedelta(days=10)


def hearings(client: Client, today: date, pack: Pack) -> Iterator[Record]:
    """A hearing for one client in six; the client's own draws stay as they are without it."""
    rng = Random(f"{client.id}/hearing")
    place = client.place % 36
    if place in _AHEAD:
        yield _ahead(client, rng, _AHEAD.index(place), today, pack)
    elif place in _BEHIND:
        held = next_office_day(pack, max(client.start, today - timedelta(days=rng.randrange(20, 200))))
        if held < today:
            more: dict[str, Json] = {"status": "held", "outcome": "Supervision continues, same conditions."}
            yield _record(client, rng, held, today, pack, more)


def _ahead(client: Client, rng: Random, turn: int, today: date, pack: Pack) -> Record:
    """The first of the caseload tomorrow, the next ones later; whose notice was given, and whose is due."""
    on = next_office_day(pack, today + timedelta(days=1 + turn * 6))
    kind = "violation" if turn % 2 else "review"
    more: dict[str, Json] = {} if kind == "review" else {"hearing": by_code(HEARINGS, kind).code}
    notice = on - _NOTICE
    more["notice_by"] = notice.isoformat()
    if notice <= today:
        more["notified_on"] = (notice - timedelta(days=rng.randrange(1, 6))).isoformat()
    return _record(client, rng, on, today, pack, more)


def _record(client: Client, rng: Random, on: date, today: date, pack: Pack, more: dict[str, Json]) -> Record:
    body: dict[str, Json] = {
        "person_id": client.id,
        "case_id": client.case_id,
        "on": on.isoformat(),
        "time": rng.choice(("09:00", "09:30", "10:30", "13:30")),
        "court": rng.choice(_COURTS),
        **more,
    }
    made = min(on, today) - timedelta(days=rng.randrange(12, 30))
    return Record("hearing", record_id(rng, milliseconds_of(made, pack)), body)
