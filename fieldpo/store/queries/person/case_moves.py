"""The records that move a due day, as lines of the overview."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from fieldpo.plain import day
from fieldpo.store.entries.facts.case_event import EVENTS
from fieldpo.store.entries.facts.stay import STAYS
from fieldpo.store.queries.clients.of_kind import Bodies, standing
from fieldpo.store.queries.person.facts import Line
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of
from fieldpo.sync.protocol.body import Json

_BESIDES = ("deferral", "rate_override", "level_change", "case_event")


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
