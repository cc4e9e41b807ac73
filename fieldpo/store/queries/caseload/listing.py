"""The caseload as a list: filtered, sorted and paged in SQL, so that 10,000 clients cost no more than a page."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from functools import cache

import msgspec
from sqlalchemy import Connection

from fieldpo.store.database.at_once import Asked, AtOnce
from fieldpo.store.queries.agenda.days import kept_days
from fieldpo.store.queries.clients.find_people import matching_people
from fieldpo.store.queries.clients.hazards import Hazard, hazards_of
from fieldpo.store.queries.clients.last_contacts import NEVER, RECORDS_CHECK, LastContact, last_contacts
from fieldpo.store.queries.clients.names import PersonName, name_of
from fieldpo.store.queries.clients.whose import caseloads, covered, listed
from fieldpo.supervision.calendar import at as clock_at
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of

PAGE = 500
"""Rows a page: 10,000 in one table cost a second to paint."""


class Due(enum.StrEnum):
    """When the next appointment of a client, or the next thing owed, lies."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    NONE = "none"
    """Without an appointment, whatever is owed."""


class Flag(enum.StrEnum):
    """What a client may be flagged with."""

    HAZARD = "hazard"
    ALERT = "alert"
    NOT_SENT = "not sent"


class Sort(enum.StrEnum):
    """By what the list is in order."""

    NAME = "name"
    DUE = "due"
    LEVEL = "level"
    LAST = "last contact"
    AREA = "area"


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to and in what order; empty means all."""

    typed: str = ""
    level: str = ""
    area: str = ""
    due: Due | None = None
    flag: Flag | None = None
    sort: Sort = Sort.NAME

    @property
    def narrowed(self) -> bool:
        """Whether anybody may be left out."""
        return bool(self.typed or self.level or self.area or self.due or self.flag)


@dataclass(frozen=True)
class NextDue:
    """The first thing that a person owes, and by which local day."""

    on: dt.date
    what: str


@dataclass(frozen=True)
class CaseloadRow:
    """One client on the list."""

    name: PersonName
    level: str
    level_words: str
    status: str
    """In words; empty for an active case."""
    next_at: dt.datetime | None
    """The open appointment that comes first, on the office's clock; past when it was missed."""
    next_what: str
    area: str
    alerts: tuple[str, ...]
    hazards: tuple[Hazard, ...]
    contact: LastContact
    due: NextDue | None = None
    """What is owed next."""
    covered_for: str = ""
    """The colleague whose client this is, while the officer covers."""


@dataclass(frozen=True)
class CaseloadPage:
    """A page of the list, and how many rows there are with this filter and in all."""

    rows: tuple[CaseloadRow, ...]
    offset: int
    matching: int
    everybody: int


@dataclass(frozen=True)
class Choices:
    """The levels and areas that occur in the caseload, levels by rank, areas by name."""

    levels: tuple[str, ...]
    areas: tuple[str, ...]


_FIRST = "min(coalesce(n.next_utc, d.due_utc), coalesce(d.due_utc, n.next_utc))"
_ORDER = {
    Sort.NAME: "p.sort_name, p.id",
    Sort.DUE: f"{_FIRST} IS NULL, {_FIRST}, p.sort_name, p.id",
    Sort.LEVEL: "coalesce(r.rank, -1) DESC, p.sort_name, p.id",
    Sort.LAST: "last_utc IS NOT NULL, last_utc, p.sort_name, p.id",
    Sort.AREA: "h.area IS NULL OR h.area = '', h.area, p.sort_name, p.id",
}
_LAST = (
    "(SELECT l.occurred_utc FROM r_contact l WHERE l.person_id = p.id AND l.hidden = 0 AND l.contact != :records "
    "AND l.outcome IN (SELECT value FROM json_each(:counting)) AND l.rowid NOT IN (SELECT e.rowid FROM r_withdrawal w "
    "JOIN r_contact e ON e.id = w.entry_id WHERE w.hidden = 0) ORDER BY l.occurred_utc DESC LIMIT 1)"
)
_ROWS = """
WITH booked AS (
    SELECT person_id, min(starts_utc) AS next_utc, appointment FROM r_appointment
    WHERE status IN ('made', 'moved') AND hidden = 0 GROUP BY person_id),
ranks AS (SELECT json_extract(value, '$[0]') AS level, json_extract(value, '$[1]') AS rank FROM json_each(:ranks)),
dues AS MATERIALIZED (SELECT value ->> 0 AS person_id, value ->> 1 AS due_utc FROM json_each(:dues)),
homes AS (SELECT person_id, max(area) AS area FROM r_address WHERE "use" = 'home' AND until IS NULL AND hidden = 0
    GROUP BY person_id)
SELECT {columns} FROM r_person p
LEFT JOIN r_case c ON c.id = (SELECT k.id FROM r_case k WHERE k.person_id = p.id AND k.hidden = 0
    ORDER BY k.status IN (SELECT value FROM json_each(:final)), k.id DESC LIMIT 1)
LEFT JOIN ranks r ON r.level = c.level
LEFT JOIN booked n ON n.person_id = p.id
LEFT JOIN dues d ON d.person_id = p.id
LEFT JOIN homes h ON h.person_id = p.id
WHERE p.hidden = 0 AND +p.partition IN (SELECT value FROM json_each(:own))
"""
_COLUMNS = f"p.id, p.body, c.level, c.status, n.next_utc, n.appointment, h.area, {_LAST} AS last_utc"
_LEVELS = AtOnce(
    "SELECT DISTINCT level FROM r_case WHERE hidden = 0 AND level != '' "
    "AND +partition IN (SELECT value FROM json_each(:own))"
)
_AREAS = AtOnce(
    "SELECT DISTINCT area FROM r_address WHERE hidden = 0 AND area != '' "
    "AND +partition IN (SELECT value FROM json_each(:own)) AND \"use\" = 'home' AND until IS NULL ORDER BY area"
)
_WAITING = "SELECT person_id FROM op WHERE state IN ('waiting', 'blocked', 'parked') AND person_id IS NOT NULL"
_DUE = {
    Due.OVERDUE: "(n.next_utc < :day OR d.due_utc < :day)",
    Due.TODAY: f"{_FIRST} >= :day AND {_FIRST} < :tomorrow",
    Due.WEEK: f"{_FIRST} >= :day AND {_FIRST} < :week",
    Due.NONE: "n.next_utc IS NULL",
}


def caseload(
    connection: Connection,
    pack: Pack,
    user_id: str,
    now: dt.datetime,
    wanted: Wanted,
    *,
    offset: int = 0,
) -> CaseloadPage:
    """A page of one officer's caseload at `now`, from row `offset` of those that the filter leaves."""
    mine, today = caseloads(connection, user_id), local(now, pack).date()
    own, for_whom = listed(mine), covered(connection, mine)
    days = kept_days(connection, pack, mine, today)
    called = {person: [one.label for one in day.alerts] for person, day in days.items() if day.alerts}
    dues = {
        person: NextDue(due.due, due.label)
        for person, day in days.items()
        if (due := day.next_due) is not None and due.due is not None
    }
    asked = _parameters(pack, own, today)
    asked["dues"] = _json([[key, int(clock_at(one.on, dt.time(), pack).timestamp())] for key, one in dues.items()])
    where = _where(wanted)
    asked |= {
        "level": wanted.level,
        "area": wanted.area,
        "alerted": _json(list(called)),
        "typed": _json(matching_people(connection, own, wanted.typed)) if wanted.typed else "[]",
    }
    everybody = _count(connection, "", asked)
    matching = _count(connection, where, asked) if wanted.narrowed else everybody
    rows = _page(where, wanted.sort).rows(connection, asked | {"page": PAGE, "offset": offset})
    ids = [row.id for row in rows]
    hazards = hazards_of(connection, pack, ids)
    contacts = last_contacts(connection, pack, ids, now)
    made = []
    for row in rows:
        at = local(dt.datetime.fromtimestamp(row.next_utc, dt.UTC), pack) if row.next_utc is not None else None
        made.append(
            CaseloadRow(
                name_of(row.id, msgspec.json.decode(row.body)),
                row.level or "",
                label_of(pack.levels, row.level) if row.level else "",
                label_of(pack.case_statuses, row.status) if row.status and row.status != "active" else "",
                at,
                label_of(pack.appointment_kinds, row.appointment) if at else "",
                row.area or "",
                tuple(called.get(row.id, ())),
                hazards.get(row.id, ()),
                contacts.get(row.id, NEVER),
                dues.get(row.id),
                for_whom.get(row.id, ""),
            )
        )
    return CaseloadPage(tuple(made), offset, matching, everybody)


def choices(connection: Connection, pack: Pack, user_id: str) -> Choices:
    """What the filters can be set to."""
    own = {"own": listed(caseloads(connection, user_id))}
    ranks = {one.code: one.rank for one in pack.levels}
    levels = sorted(_LEVELS.values(connection, own), key=lambda code: (-ranks.get(code, -1), code))
    return Choices(tuple(levels), tuple(_AREAS.values(connection, own)))


def _parameters(pack: Pack, own: str, today: dt.date) -> dict[str, Asked]:
    def midnight(days: int) -> int:
        return int(clock_at(today + dt.timedelta(days=days), dt.time(), pack).timestamp())

    return {
        "own": own,
        "day": midnight(0),
        "tomorrow": midnight(1),
        "week": midnight(8),
        "records": RECORDS_CHECK,
        "ranks": _json([[one.code, one.rank] for one in pack.levels]),
        "final": listed(pack.final_statuses),
        "counting": _json([one.code for one in pack.outcomes if one.satisfies]),
    }


def _where(wanted: Wanted) -> str:
    parts = []
    if wanted.typed:
        parts.append("p.id IN (SELECT value FROM json_each(:typed))")
    if wanted.level:
        parts.append("c.level = :level")
    if wanted.area:
        parts.append("h.area = :area")
    if wanted.due:
        parts.append(_DUE[wanted.due])
    if wanted.flag is Flag.HAZARD:
        parts.append("EXISTS (SELECT 1 FROM r_hazard z WHERE z.person_id = p.id AND z.hidden = 0 AND z.active = 1)")
    if wanted.flag is Flag.ALERT:
        parts.append("p.id IN (SELECT value FROM json_each(:alerted))")
    if wanted.flag is Flag.NOT_SENT:
        parts.append(f"p.id IN ({_WAITING})")
    return "".join(f" AND {part}" for part in parts)


@cache
def _page(where: str, sort: Sort) -> AtOnce:
    return AtOnce(f"{_ROWS.format(columns=_COLUMNS)}{where} ORDER BY {_ORDER[sort]} LIMIT :page OFFSET :offset")


def _count(connection: Connection, where: str, asked: dict[str, Asked]) -> int:
    return int(_counted(where).values(connection, asked)[0])


@cache
def _counted(where: str) -> AtOnce:
    return AtOnce(f"{_ROWS.format(columns='count(*) AS n')}{where}")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
