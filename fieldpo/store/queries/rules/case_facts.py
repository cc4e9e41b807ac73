"""The cases of a caseload as the contact standards see them: dates, level, and the records that move a due day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection

from fieldpo.store.database.at_once import Asked, AtOnce
from fieldpo.store.database.migrations import sql_table
from fieldpo.store.database.record_table import table_of
from fieldpo.store.queries.clients.whose import People, listed
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import (
    Assessment,
    CaseFacts,
    Deferral,
    Event,
    LevelChange,
    Override,
    Stay,
)
from fieldpo.sync.protocol import kinds
from fieldpo.sync.protocol.body import KINDS, Body

_SEX = {"m": "male", "f": "female", "male": "male", "female": "female"}
_BY_STATUS = {"in_custody": "jail_or_prison", "absconded": "absconding"}
"""What a case's status says by itself, where no stay was recorded."""

B = TypeVar("B", bound=Body)


@dataclass(frozen=True)
class OwedCase:
    """A case that is being supervised, with its facts. One not `started` has no start on record, nor anything due."""

    case_id: str
    person_id: str
    facts: CaseFacts
    started: bool = True
    number: str = ""
    """As the court has it."""


def owed_cases(
    connection: Connection,
    pack: Pack,
    partitions: Collection[str],
    on: dt.date,
    people: People = None,
) -> list[OwedCase]:
    """The cases of some caseloads, or of some people in them, that are open on a local day: closed after it counts."""
    final = pack.final_statuses
    asked = {"own": listed(partitions), "people": None if people is None else listed(people)}
    cases = _bodies(connection, "case", kinds.Case, asked)
    moving = {
        "assessment": _grouped(connection, "assessment", kinds.Assessment, asked),
        "level_change": _grouped(connection, "level_change", kinds.LevelChange, asked),
        "stay": _grouped(connection, "stay", kinds.Stay, asked),
        "rate_override": _grouped(connection, "rate_override", kinds.RateOverride, asked),
        "deferral": _grouped(connection, "deferral", kinds.Deferral, asked),
        "case_event": _grouped(connection, "case_event", kinds.CaseEvent, asked),
        "address": _grouped(connection, "address", kinds.Address, asked),
    }
    sexes = _sexes(connection, asked)
    return [
        OwedCase(
            case_id,
            case.person_id,
            _facts(case_id, case, moving, sexes.get(case.person_id)),
            case.start_on is not None,
            case.case_number,
        )
        for case_id, case in cases
        if case.status not in final or (case.status_since is not None and case.status_since > on)
    ]


def _facts(case_id: str, case: kinds.Case, moving: Mapping[str, Any], sex: str | None) -> CaseFacts:
    def of(kind: str) -> list[Any]:
        rows = moving[kind].get(case.person_id, ())
        return [one for one in rows if getattr(one, "case_id", None) in (None, case_id)]

    start = case.start_on or dt.date.min
    return CaseFacts(
        start=start,
        level=case.level,
        case_type=case.case_type,
        supervision_type=case.supervision_type,
        policy=case.policy,
        sex=sex,
        history_complete_from=case.history_complete_from,
        end=case.end_on,
        levels=_levels(case, start, of("level_change")),
        assessments=tuple(
            Assessment(one.done_on, one.score, one.instrument, at) for at, one in enumerate(of("assessment"))
        ),
        stays=_stays(case, of("stay")),
        events=_events(start, of("case_event"), of("address"), of("stay")),
        overrides=tuple(
            Override(one.obligation, one.rate, one.start, one.until, one.reason, one.approver)
            for one in of("rate_override")
        ),
        deferrals=tuple(
            Deferral(one.obligation, one.to, one.granted_on, one.reason, one.approver, one.due)
            for one in of("deferral")
        ),
    )


def _levels(case: kinds.Case, start: dt.date, changes: list[kinds.LevelChange]) -> tuple[LevelChange, ...]:
    """The recorded levels; the case's own since its day, where no record says the same or later."""
    found = [
        LevelChange(one.since, one.level, override=one.override, reason=one.reason, approver=one.approver)
        for one in changes
    ]
    since = case.level_since or start
    if case.level and all(one.since < since for one in found):
        found.append(LevelChange(since, case.level))
    return tuple(sorted(found, key=lambda one: one.since))


def _stays(case: kinds.Case, stays: list[kinds.Stay]) -> tuple[Stay, ...]:
    found = [Stay(one.stay, one.start, one.until, one.reason, one.approver, tuple(one.obligations)) for one in stays]
    said = _BY_STATUS.get(case.status)
    if said and case.status_since and not any(one.kind == said and one.until is None for one in found):
        found.append(Stay(said, case.status_since))
    return tuple(found)


def _events(
    start: dt.date, recorded: list[kinds.CaseEvent], addresses: list[kinds.Address], stays: list[kinds.Stay]
) -> tuple[Event, ...]:
    """Those recorded, and those that other records tell: a home since the case began, the end of custody."""
    moved = ((one.since or one.told_on) for one in addresses if one.use == "home")
    found = [
        *(Event(one.event, one.on) for one in recorded),
        *(Event("new_address", on) for on in moved if on is not None and on > start),
        *(Event("released", one.until) for one in stays if one.stay == "jail_or_prison" and one.until is not None),
    ]
    return tuple(dict.fromkeys(found))


def _bodies(connection: Connection, kind: str, body: type[B], asked: Mapping[str, Asked]) -> list[tuple[str, B]]:
    rows = _of_kind(kind, some=asked["people"] is not None).rows(connection, asked)
    assert KINDS[kind].body is body  # noqa: S101 - the caller names one kind
    decoder: msgspec.json.Decoder[B] = _decoder(body)
    return [(row.id, decoder.decode(row.body)) for row in rows]


@cache
def _decoder(body: type[Body]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(body)


@cache
def _of_kind(kind: str, *, some: bool) -> AtOnce:
    table = sql_table(table_of(kind)).name
    return AtOnce(
        f"SELECT r.id, r.body FROM {table} r WHERE r.hidden = 0 "  # noqa: S608 - ours
        f"AND +r.partition IN (SELECT value FROM json_each(:own)) {_whose('r.person_id', some=some)}"
        "AND NOT EXISTS (SELECT 1 FROM r_withdrawal w WHERE w.entry_id = r.id AND w.hidden = 0) ORDER BY r.id"
    )


def _grouped(connection: Connection, kind: str, body: type[B], asked: Mapping[str, Asked]) -> dict[str, list[B]]:
    found: defaultdict[str, list[B]] = defaultdict(list)
    for _, one in _bodies(connection, kind, body, asked):
        found[one.person_id].append(one)  # type: ignore[attr-defined]
    return found


def _sexes(connection: Connection, asked: Mapping[str, Asked]) -> dict[str, str]:
    rows = _sex_of(some=asked["people"] is not None).rows(connection, asked)
    return {row.id: _SEX[str(row.sex).lower()] for row in rows if str(row.sex).lower() in _SEX}


@cache
def _sex_of(*, some: bool) -> AtOnce:
    return AtOnce(
        "SELECT id, json_extract(body, '$.sex') AS sex FROM r_person WHERE hidden = 0 "  # noqa: S608 - ours
        f"AND +partition IN (SELECT value FROM json_each(:own)) {_whose('id', some=some)}"
    )


def _whose(column: str, *, some: bool) -> str:
    """By their index where some people are asked for: among all of them the condition would be looked up by row."""
    return f"AND {column} IN (SELECT value FROM json_each(:people)) " if some else ""  # noqa: S608
