"""The records that move a due day, as lines of the overview; and the open case that a form of one begins with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from fieldpo.plain import day
from fieldpo.store.entries.facts.case_event import EVENTS
from fieldpo.store.entries.facts.case_now import CaseNow, LevelThen
from fieldpo.store.entries.facts.stay import STAYS
from fieldpo.store.queries.facts import Bodies, Line, bodies, standing
from fieldpo.store.queries.owed import owed
from fieldpo.store.records import read_record
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of
from fieldpo.sync.protocol.body import Json

_BESIDES = ("deferral", "rate_override", "level_change", "case_event")


def open_case_now(
    connection: Connection, pack: Pack, person_id: str, today: dt.date, case_id: str | None = None
) -> CaseNow | None:
    """The case named, else the person's newest open one, with what it owes on a local day; None where there is none."""
    final = {one.code for one in pack.case_statuses if one.final}
    cases = bodies(connection, "case", person_id)
    key = case_id or next((each for each, one in cases.items() if one.get("status", "active") not in final), None)
    record = read_record(connection, "case", key) if key else None
    if key is None or record is None or record.hidden:
        return None
    found = owed(connection, pack, (record.partition,), today, (person_id,))
    start = _date(record.body.get("start_on"))
    return CaseNow(
        case_id=key,
        person_id=person_id,
        level=record.body.get("level", ""),
        level_since=_date(record.body.get("level_since")) or start,
        start=start,
        owes=next((one.obligations for one in found if one.case.case_id == key), ()),
        levels=tuple(
            LevelThen(each, dt.date.fromisoformat(one["since"]), one["level"])
            for each, one in standing(connection, "level_change", person_id).items()
            if one["case_id"] == key
        ),
    )


def case_lines(connection: Connection, pack: Pack, person_id: str, today: dt.date) -> list[Line]:
    """Stays, deferrals, rates, levels and events that stand, with who approved; what is over stands last."""
    lines = list(_stays(standing(connection, "stay", person_id), today))
    for kind in _BESIDES:
        for key, one in standing(connection, kind, person_id).items():
            label, words, over = _besides(pack, kind, one, today)
            lines.append(Line(label, words + _approved(one), kind=kind, record_id=key, ended=over))
    return sorted(lines, key=lambda line: line.ended)


def _stays(stays: Bodies, today: dt.date) -> Iterator[Line]:
    for key, one in stays.items():
        until = one.get("until")
        words = f"{label_of(STAYS, one['stay'])} {_span(one)}{_approved(one)}"
        yield Line("Not owed", words, kind="stay", record_id=key, ended=bool(until and until <= today.isoformat()))


def _besides(pack: Pack, kind: str, one: Mapping[str, Json], today: dt.date) -> tuple[str, str, bool]:
    now = today.isoformat()
    if kind == "deferral":
        return "Deferred", f"{_label(pack, one['obligation'])} to {day(one['to'])}", one["to"] < now
    if kind == "rate_override":
        over = bool(one.get("until") and one["until"] <= now)
        return "Own rate", f"{_label(pack, one['obligation'])} {one['rate']} {_span(one)}", over
    if kind == "level_change":
        override = " (override)" if one.get("override") else ""
        return "Level", f"{label_of(pack.levels, one['level'])} since {day(one['since'])}{override}", False
    return "Event", f"{label_of(EVENTS, one['event'])} {day(one['on'])}", False


def _span(one: Mapping[str, Json]) -> str:
    until = f" until {day(one['until'])}" if one.get("until") else ""
    return f"from {day(one['start'])}{until}"


def _approved(one: Mapping[str, Json]) -> str:
    reason = f": {one['reason']}" if one.get("reason") else ""
    return f"{reason}. Approved by {one['approver']}." if one.get("approver") else f"{reason}."


def _label(pack: Pack, code: str) -> str:
    rules = (rule for policy in pack.policies for rule in policy.obligations)
    return next((rule.label for rule in rules if rule.code == code), code.replace("_", " "))


def _date(text_of: Json) -> dt.date | None:
    return dt.date.fromisoformat(text_of) if text_of else None
