"""The hazards that go before a client's name: what is known of the way to their door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from fieldpo.plain import count, short_day
from fieldpo.store.applying.clean_bodies import UNREADABLE
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.names import day_of
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of

_HAZARDS = AtOnce(
    "SELECT id, person_id, body FROM r_hazard WHERE person_id IN (SELECT value FROM json_each(:ids)) "
    "AND hidden = 0 AND active = 1"
)
_UNREADABLE = AtOnce(
    "SELECT id, person_id FROM r_unknown WHERE person_id IN (SELECT value FROM json_each(:ids)) "
    "AND kind = :kind AND hidden = 0"
)
UNREAD = "unread"
"""The code of a safety entry that central sent in a form that cannot be read: it is never shown as nothing on file."""
_UNREAD_TEXT = "Central sent a safety entry that this computer cannot read. Ask the office before you go."


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


def hazards_of(connection: Connection, pack: Pack, ids: Iterable[str]) -> dict[str, tuple[Hazard, ...]]:
    """The active hazards of persons by id, the gravest first, then the newest; persons without one are left out."""
    found: dict[str, list[Hazard]] = {}
    asked = {"ids": list(ids), "kind": f"{UNREADABLE}hazard"}
    for row in _HAZARDS.rows(connection, asked):
        found.setdefault(row.person_id, []).append(_hazard(pack, row.id, row.person_id, row.body))
    for row in _UNREADABLE.rows(connection, asked):
        unread = Hazard(row.id, row.person_id, UNREAD, "!!", "UNREAD", _UNREAD_TEXT, "central", None, None)
        found.setdefault(row.person_id, []).append(unread)
    return {person_id: tuple(sorted(hazards, key=_gravest_first)) for person_id, hazards in found.items()}


def safety_words(hazards: tuple[Hazard, ...]) -> str:
    """How many hazards a person has and how recent the newest is: "2 entries, newest Mon 02 Nov 2026"."""
    if not hazards:
        return "nothing on file"
    seen = [one.observed_on for one in hazards if one.observed_on]
    newest = f", newest {short_day(max(seen))} {max(seen).year}" if seen else ", no date given"
    return f"{count(len(hazards), 'entry')}{newest}"


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
