"""A person's open case with what it owes, as a form that moves a due day begins with it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from fieldpo.store.entries.facts.case_now import CaseNow, LevelThen
from fieldpo.store.queries.clients.names import day_of
from fieldpo.store.queries.clients.of_kind import bodies, standing
from fieldpo.store.queries.rules.owed import owed
from fieldpo.store.records import read_record
from fieldpo.supervision.pack import Pack


def open_case_now(
    connection: Connection, pack: Pack, person_id: str, today: dt.date, case_id: str | None = None
) -> CaseNow | None:
    """The case named, else the person's newest open one, with what it owes on a local day; None where there is none."""
    final = pack.final_statuses
    cases = bodies(connection, "case", person_id)
    key = case_id or next((each for each, one in cases.items() if one.get("status", "active") not in final), None)
    record = read_record(connection, "case", key) if key else None
    if key is None or record is None or record.hidden:
        return None
    found = owed(connection, pack, (record.partition,), today, (person_id,))
    start = day_of(record.body.get("start_on"))
    return CaseNow(
        case_id=key,
        person_id=person_id,
        level=record.body.get("level", ""),
        level_since=day_of(record.body.get("level_since")) or start,
        start=start,
        owes=next((one.obligations for one in found if one.case.case_id == key), ()),
        levels=tuple(
            LevelThen(each, dt.date.fromisoformat(one["since"]), one["level"])
            for each, one in standing(connection, "level_change", person_id).items()
            if one["case_id"] == key
        ),
    )
