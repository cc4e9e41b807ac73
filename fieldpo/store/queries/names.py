"""How people are called on a screen: clients by name and ID, officers by name, and the hazard that goes before both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, bindparam, text

from fieldpo.store.applying.clean_bodies import UNREADABLE
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of
from fieldpo.sync.protocol.body import Json

NO_NAME = "(no name)"

SECRET_IDS = frozenset({"ssn", "social_security", "social_security_number"})
"""Identifiers that no list shows as a person's ID."""

_PEOPLE = text("SELECT id, body FROM r_person WHERE id IN :ids AND hidden = 0").bindparams(
    bindparam("ids", expanding=True)
)
_OFFICERS = text("SELECT id, name FROM r_officer WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))
_HAZARDS = text(
    "SELECT id, person_id, hazard, body FROM r_hazard WHERE person_id IN :ids AND hidden = 0 AND active = 1"
).bindparams(bindparam("ids", expanding=True))
_UNREADABLE = text(
    "SELECT id, person_id FROM r_unknown WHERE person_id IN :ids AND kind = :kind AND hidden = 0"
).bindparams(bindparam("ids", expanding=True), kind=f"{UNREADABLE}hazard")
UNREAD = "unread"
"""The code of a safety entry that central sent in a form that cannot be read: it is never shown as nothing on file."""
_UNREAD_TEXT = "Central sent a safety entry that this computer cannot read. Ask the office before you go."
_CHUNK = 2_000


@dataclass(frozen=True)
class PersonName:
    """A client's name in the three lengths that screens use, and the ID that the agency knows them by."""

    person_id: str
    full: str
    """"Alvarez, Marisol Inés"."""
    short: str
    """"Alvarez, M."."""
    shown_id: str
    """The agency's identifier; the end of ours, with a "#", where the agency has given none yet."""


@dataclass(frozen=True)
class Hazard:
    """A hazard as it is read before the door."""

    record_id: str
    person_id: str
    code: str
    severity: str
    """"!!" or "!", by the pack."""
    label: str
    text: str
    source: str
    observed_on: dt.date | None
    review_on: dt.date | None

    def review_passed(self, today: dt.date) -> bool:
        """Whether the day on which it was to be looked at again is over."""
        return self.review_on is not None and self.review_on < today


def full_name(body: Mapping[str, Json]) -> str:
    """Family name first, then all given ones: "Alvarez, Marisol Inés Jr."."""
    given = " ".join(body.get(name, "") for name in ("given_name", "middle_name", "suffix") if body.get(name))
    family = body.get("family_name", "")
    return f"{family}, {given}" if family and given else family or given or NO_NAME


def short_name(body: Mapping[str, Json]) -> str:
    """Family name and initial: "Alvarez, M."."""
    family, given = body.get("family_name", ""), body.get("given_name", "")
    return f"{family}, {given[0]}." if family and given else family or given or NO_NAME


def shown_id(record_id: str, body: Mapping[str, Json]) -> str:
    """The agency's identifier of a record, the first of several and never a social security number; else ours' end."""
    ids = (value for system, value in body.get("agency_ids", {}).items() if system.casefold() not in SECRET_IDS)
    return next(ids, "") or f"#{record_id[-6:]}"


def name_of(record_id: str, body: Mapping[str, Json]) -> PersonName:
    """A person's names out of the body."""
    return PersonName(record_id, full_name(body), short_name(body), shown_id(record_id, body))


def people_named(connection: Connection, ids: Iterable[str]) -> dict[str, PersonName]:
    """The names of persons by id; one that is not on this laptop is left out."""
    return {
        row.id: name_of(row.id, msgspec.json.decode(row.body))
        for some in _chunks(ids)
        for row in connection.execute(_PEOPLE, {"ids": some})
    }


def officers_named(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The names of officers by id; one that this laptop does not know is left out."""
    return {row.id: row.name for some in _chunks(ids) for row in connection.execute(_OFFICERS, {"ids": some})}


def hazards_of(connection: Connection, pack: Pack, ids: Iterable[str]) -> dict[str, tuple[Hazard, ...]]:
    """The active hazards of persons by id, the gravest first, then the newest; persons without one are left out."""
    found: dict[str, list[Hazard]] = {}
    for some in _chunks(ids):
        for row in connection.execute(_HAZARDS, {"ids": some}):
            found.setdefault(row.person_id, []).append(_hazard(pack, row.id, row.person_id, row.body))
        for row in connection.execute(_UNREADABLE, {"ids": some}):
            unread = Hazard(row.id, row.person_id, UNREAD, "!!", "UNREAD", _UNREAD_TEXT, "central", None, None)
            found.setdefault(row.person_id, []).append(unread)
    return {person_id: tuple(sorted(hazards, key=_gravest_first)) for person_id, hazards in found.items()}


def day_of(value: Json) -> dt.date | None:
    """A day out of a JSON body."""
    return dt.date.fromisoformat(value) if value else None


def _hazard(pack: Pack, record_id: str, person_id: str, body: str) -> Hazard:
    read = msgspec.json.decode(body)
    kind = next((known for known in pack.hazard_kinds if known.code == read["hazard"]), None)
    return Hazard(
        record_id,
        person_id,
        read["hazard"],
        kind.severity if kind else "!",
        label_of(pack.hazard_kinds, read["hazard"]).upper(),
        read.get("text", ""),
        read.get("source", ""),
        day_of(read.get("observed_on")),
        day_of(read.get("review_on")),
    )


def _gravest_first(hazard: Hazard) -> tuple[int, int, str]:
    newest = hazard.observed_on.toordinal() if hazard.observed_on else 0
    return (-len(hazard.severity), -newest, hazard.record_id)


def _chunks(ids: Iterable[str]) -> list[list[str]]:
    each = list(dict.fromkeys(ids))
    return [each[start : start + _CHUNK] for start in range(0, len(each), _CHUNK)]
