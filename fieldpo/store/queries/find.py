"""Finding a person by an ID or a name typed nearly right, and entries by their words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from rapidfuzz import fuzz
from sqlalchemy import Connection, bindparam, text

from fieldpo.store.database.record_table import TABLES
from fieldpo.store.queries.names import PersonName, name_of
from fieldpo.store.search import excerpt, match_expression, searchable
from fieldpo.sync.protocol.body import Json

CLOSE_ENOUGH = 74
"""Of 100: how alike a typed word and a name must be; "alvares" and "Alvarez" are 86, "reyes" and "reese" 60."""

MOST_PEOPLE = 20
"""How many persons are found at most."""

SHORTEST = 2
"""Letters from which notes are searched; one letter stands in all of them."""

_PEOPLE = text(
    "SELECT id, body FROM r_person WHERE hidden = 0 AND (:own IS NULL OR "
    "+partition IN (SELECT value FROM json_each(:own))) ORDER BY sort_name, id"
)
_ENTRIES = text(
    "SELECT s.record_id, s.kind, s.person_id FROM search CROSS JOIN search_row s ON s.row = search.rowid "
    "WHERE search MATCH :expression AND s.kind != 'person' AND (:person IS NULL OR s.person_id = :person) "
    "ORDER BY search.rowid DESC LIMIT :limit"
)


@dataclass(frozen=True)
class FoundPerson:
    """A person who may be meant. `by` says how: "ID", "name", "alias" or "sounds like"."""

    name: PersonName
    by: str
    alias: str = ""
    score: float = 100.0


@dataclass(frozen=True)
class FoundEntry:
    """An entry with all the words typed. `on` is the ISO moment or day the entry is of; empty where it has none."""

    record_id: str
    kind: str
    person_id: str
    on: str
    excerpt: str
    withheld: bool
    """Sensitive, third-party or about a third party: not for a client's eyes."""


def fold(typed: str) -> str:
    """Letters as they are compared: no case, no accents."""
    apart = unicodedata.normalize("NFKD", typed.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def find_people(connection: Connection, typed: str) -> list[FoundPerson]:
    """Persons by ID, by the beginnings of their names or aliases, or by names nearly so; the likeliest first.

    Everything that is typed must fit somewhere.
    """
    words = _words(typed)
    if not words:
        return []
    found = [hit for row in _people(connection) if (hit := _judge(*row, typed.strip(), words)) is not None]
    if any(hit.score >= 100 for hit in found):
        found = [hit for hit in found if hit.score >= CLOSE_ENOUGH + 10]
    found.sort(key=lambda hit: (-hit.score, fold(hit.name.full)))
    return found[:MOST_PEOPLE]


def matching_people(connection: Connection, own: str, typed: str) -> list[str]:
    """The ids of the persons whose names, aliases or IDs begin with every word typed, for a filter in a list.

    `own` keeps to partitions, as `whose.listed` writes them.
    """
    words = _words(typed)
    return [
        record_id
        for record_id, body in _people(connection, own)
        if _begins(words, _tokens(_name_parts(body) + _aliases(body) + _ids(record_id, body)))
    ]


def find_entries(connection: Connection, typed: str, limit: int = 50, person_id: str | None = None) -> list[FoundEntry]:
    """Entries with all the words typed, the last one as a beginning, the newest-indexed first."""
    words = _words(typed)
    if len(max(words, key=len, default="")) < SHORTEST:
        return []
    # One letter begins every tenth word: as a prefix it costs 25 ms and narrows nothing down.
    expression = match_expression(" ".join(words[:-1] if len(words[-1]) < SHORTEST else words))
    rows = connection.execute(_ENTRIES, {"expression": expression, "limit": limit, "person": person_id}).all()
    bodies = _bodies(connection, [(row.kind, row.record_id) for row in rows])
    return [
        FoundEntry(
            row.record_id,
            row.kind,
            row.person_id or "",
            _on(bodies[row.record_id]),
            excerpt(searchable(row.kind, bodies[row.record_id]), typed),
            is_withheld(row.kind, bodies[row.record_id]),
        )
        for row in rows
        if row.record_id in bodies
    ]


def is_withheld(kind: str, body: dict[str, Json]) -> bool:
    """Whether an entry is kept from the client-safe view: sensitive, or of or about a third party."""
    if kind in ("hazard", "collateral", "intake") or body.get("collateral_id"):
        return True
    return body.get("confidentiality", "normal") != "normal" or "collateral" in body.get("present", ())


def _people(connection: Connection, own: str | None = None) -> Iterable[tuple[str, dict[str, Json]]]:
    for row in connection.execute(_PEOPLE, {"own": own}):
        yield row.id, msgspec.json.decode(row.body)


def _judge(record_id: str, body: dict[str, Json], typed: str, words: list[str]) -> FoundPerson | None:
    name = name_of(record_id, body)
    if typed.casefold() in {one.casefold() for one in _ids(record_id, body)}:
        return FoundPerson(name, "ID", score=200.0)
    if _begins(words, _tokens(_name_parts(body))):
        return FoundPerson(name, "name", score=100.0 + (fold(body.get("family_name", "")) == words[0]))
    for alias in _aliases(body):
        if _begins(words, _tokens([alias])):
            return FoundPerson(name, "alias", alias, 100.0)
    if any(word.isdigit() for word in words):
        started = any(one.startswith(typed) for one in _ids(record_id, body))
        return FoundPerson(name, "ID", score=95.0) if started else None
    score = _alike(words, _tokens(_name_parts(body) + _aliases(body)))
    return FoundPerson(name, "sounds like", score=score) if score >= CLOSE_ENOUGH else None


def _alike(words: list[str], tokens: list[str]) -> float:
    """How well the worst of the typed words fits its best token."""
    worst = 100.0
    for word in words:
        best = max((fuzz.ratio(word, token, score_cutoff=CLOSE_ENOUGH) for token in tokens), default=0.0)
        if not best:
            return 0.0
        worst = min(worst, best)
    return worst


def _begins(words: list[str], tokens: list[str]) -> bool:
    return all(any(token.startswith(word) for token in tokens) for word in words)


def _words(typed: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(typed))


def _tokens(names: Iterable[str]) -> list[str]:
    return [token for name in names for token in _words(name)]


def _name_parts(body: dict[str, Json]) -> list[str]:
    return [body[name] for name in ("family_name", "given_name", "middle_name") if body.get(name)]


def _aliases(body: dict[str, Json]) -> list[str]:
    return list(body.get("aliases", ()))


def _ids(record_id: str, body: dict[str, Json]) -> list[str]:
    return [record_id, *body.get("agency_ids", {}).values()]


def _on(body: dict[str, Json]) -> str:
    names = ("occurred_at", "written_at", "starts_at", "observed_on", "ordered_on")
    return next((body[name] for name in names if body.get(name)), "")


def _bodies(connection: Connection, wanted: list[tuple[str, str]]) -> dict[str, dict[str, Json]]:
    """The bodies of records that are not hidden, a statement a kind."""
    by_kind: dict[str, list[str]] = {}
    for kind, record_id in wanted:
        by_kind.setdefault(kind if kind in TABLES else "", []).append(record_id)
    found = {}
    for kind, ids in by_kind.items():
        statement = text(
            f"SELECT id, body FROM {TABLES[kind].__tablename__} WHERE id IN :ids AND hidden = 0"  # noqa: S608 - ours
        ).bindparams(bindparam("ids", expanding=True))
        for row in connection.execute(statement, {"ids": ids}):
            found[row.id] = msgspec.json.decode(row.body)
    return found
