"""Records that central sent and that do not fit their kind: kept whole in the vault (`clean_bodies`), and what the
officer is told of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import Connection

from fieldpo.plain import count
from fieldpo.store.applying.clean_bodies import UNREADABLE
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.names import NO_NAME, people_named
from fieldpo.store.queries.clients.whose import People, listed
from fieldpo.supervision.agenda.items import Item, Source
from fieldpo.sync.protocol.body import Json

STATE: Final = "cannot be read"
"""Where such a record is, in a list of entries."""
WHERE: Final = "At central, and in the vault just as it came; no screen shows it."
AGENCY: Final = "the agency"
_WORDS: Final = {"hazard": "safety entry"}

_KINDS = {"kinds": f"{UNREADABLE}%"}
_FOUND = AtOnce(
    "SELECT id, kind, person_id, body FROM r_unknown WHERE kind LIKE :kinds AND hidden = 0 ORDER BY person_id, kind, id"
)
_IDS = AtOnce("SELECT id FROM r_unknown WHERE kind LIKE :kinds AND hidden = 0")
_NEWER = AtOnce("SELECT DISTINCT kind FROM r_unknown WHERE kind NOT LIKE :kinds AND hidden = 0 ORDER BY kind")
_OF_PEOPLE = AtOnce(
    "SELECT person_id, kind FROM r_unknown WHERE kind LIKE :kinds AND hidden = 0 AND person_id IS NOT NULL "
    "AND +partition IN (SELECT value FROM json_each(:own)) "
    "AND (:people IS NULL OR person_id IN (SELECT value FROM json_each(:people))) ORDER BY person_id, kind"
)


@dataclass(frozen=True)
class Unreadable:
    """One record that cannot be read. `whose` is a client's name, or the agency's own."""

    record_id: str
    kind: str
    person_id: str | None
    whose: str

    @property
    def what(self) -> str:
        """Its kind as a person says it."""
        return kind_words(self.kind)

    @property
    def happened(self) -> str:
        """What came of it."""
        return f"Central sent this {self.what} in a form that fieldpo cannot read, so no screen counts it."

    @property
    def to_do(self) -> str:
        """What the officer does."""
        return (
            f"Tell your administrator: {self.kind} {self.record_id}. It comes by itself once central has put it "
            "right; until then ask the office what it says. What you typed is safe."
        )


def kind_words(kind: str) -> str:
    """`drug_test` → `drug test`."""
    return _WORDS.get(kind, kind.replace("_", " "))


def unreadable_ids(connection: Connection) -> frozenset[str]:
    """The ids of all of them."""
    return frozenset(_IDS.values(connection, _KINDS))


def newer_kinds(connection: Connection) -> list[str]:
    """The kinds of record that only a newer fieldpo knows, from A to Z: kept as they came until this one is updated."""
    return _NEWER.values(connection, _KINDS)


def unreadable_records(connection: Connection) -> list[Unreadable]:
    """All of them, a person's together."""
    rows = _FOUND.rows(connection, _KINDS)
    names = people_named(connection, {row.person_id for row in rows if row.person_id})
    return [
        Unreadable(
            row.id,
            row.kind.removeprefix(UNREADABLE),
            row.person_id,
            names[row.person_id].full if row.person_id in names else _whose(row.person_id, row.body),
        )
        for row in rows
    ]


def unreadable_items(connection: Connection, partitions: tuple[str, ...], people: People) -> Iterator[Item]:
    """An alert for each person of some caseloads of whom central sent something that cannot be read."""
    asked = {**_KINDS, "own": listed(partitions), "people": None if people is None else listed(people)}
    found: dict[str, list[str]] = {}
    for row in _OF_PEOPLE.rows(connection, asked):
        found.setdefault(row.person_id, []).append(kind_words(row.kind.removeprefix(UNREADABLE)))
    for person, kinds in found.items():
        what = f"{count(len(kinds), 'record')} cannot be read"
        why = (
            f"Central sent what fieldpo cannot read: {', '.join(kinds)}. What is owed and the safety entries may be "
            "incomplete. a shows which; tell your administrator."
        )
        yield Item(f"unreadable:{person}", Source.TROUBLE, what, person, person, why=why, stops=True)


def _whose(person_id: str | None, body: str) -> str:
    """Whose a record is where no client here has that id: its own person record may be the one that cannot be read."""
    if not person_id:
        return AGENCY
    read: Json = msgspec.json.decode(body)
    name = read.get("family_name") if isinstance(read, dict) else None
    return name if isinstance(name, str) and name else f"{NO_NAME} #{person_id[-6:]}"
