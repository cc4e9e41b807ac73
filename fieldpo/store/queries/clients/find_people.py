"""Finding a person by an ID, or by a name typed nearly right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from rapidfuzz import fuzz
from sqlalchemy import Connection

from fieldpo.errors import NotFound
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.names import PersonName, name_of
from fieldpo.store.records import read_record
from fieldpo.sync.protocol.body import Json

CLOSE_ENOUGH = 74
"""Of 100: how alike a typed word and a name must be; "alvares" and "Alvarez" are 86, "reyes" and "reese" 60."""

MOST_PEOPLE = 20
"""How many persons are found at most."""

_PEOPLE = AtOnce(
    "SELECT id, body FROM r_person WHERE hidden = 0 AND (:own IS NULL OR "
    "+partition IN (SELECT value FROM json_each(:own))) ORDER BY sort_name, id"
)
_BY_AGENCY_ID = AtOnce(
    "SELECT DISTINCT p.id FROM r_person p, json_each(p.body, '$.agency_ids') e WHERE p.hidden = 0 "
    "AND lower(CAST(e.value AS TEXT)) = lower(:typed) LIMIT 3"
)


@dataclass(frozen=True)
class FoundPerson:
    """A person who may be meant. `by` says how: "ID", "name", "alias" or "sounds like"."""

    name: PersonName
    by: str
    alias: str = ""
    score: float = 100.0


def fold(typed: str) -> str:
    """Letters as they are compared: no case, no accents (Unicode's compatibility caseless matching, D146)."""
    apart = typed
    for _ in range(2):  # "🄐" is "(A)" only when it is taken apart, and has a case then
        apart = unicodedata.normalize("NFKD", apart.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def person_by_id(connection: Connection, typed: str) -> str:
    """Our id of the person whom an agency's ID, or our own, names.

    Raises `NotFound` for nobody, and for an ID that two persons share.
    """
    own = read_record(connection, "person", typed.strip())
    if own is not None and not own.hidden:
        return own.id
    found = _BY_AGENCY_ID.values(connection, {"typed": typed.strip()})
    if not found:
        raise NotFound("Nobody on this laptop has that ID. `fieldpo find` looks people up by name.")
    if len(found) > 1:
        raise NotFound(f"More than one person has that ID; use one of these instead: {', '.join(found)}.")
    return str(found[0])


def find_people(connection: Connection, typed: str) -> list[FoundPerson]:
    """Persons by ID, by the beginnings of their names or aliases, or by names nearly so; the likeliest first.

    Everything that is typed must fit somewhere.
    """
    words = words_of(typed)
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
    words = words_of(typed)
    return [
        record_id
        for record_id, body in _people(connection, own)
        if _begins(words, _tokens(_name_parts(body) + _aliases(body) + _ids(record_id, body)))
    ]


def _people(connection: Connection, own: str | None = None) -> Iterable[tuple[str, dict[str, Json]]]:
    for row in _PEOPLE.rows(connection, {"own": own}):
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


def words_of(typed: str) -> list[str]:
    """The words of a text, as they are compared."""
    return re.findall(r"[^\W_]+", fold(typed))


def _tokens(names: Iterable[str]) -> list[str]:
    return [token for name in names for token in words_of(name)]


def _name_parts(body: dict[str, Json]) -> list[str]:
    return [body[name] for name in ("family_name", "given_name", "middle_name") if body.get(name)]


def _aliases(body: dict[str, Json]) -> list[str]:
    return list(body.get("aliases", ()))


def _ids(record_id: str, body: dict[str, Json]) -> list[str]:
    return [record_id, *body.get("agency_ids", {}).values()]
