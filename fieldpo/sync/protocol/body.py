"""What every record body shares, and the registry of kinds that central and every device read.

A kind is declared once, by the decorator on its body type in `kinds`. The registry tells both sides how
its fields merge, which of them are sets, which go all or nothing, which text can be searched and which
fields name another record.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, TypeVar

import msgspec

Json = Any
"""A JSON value as Python's own types: what `msgspec.to_builtins` gives."""

Line = Annotated[str, msgspec.Meta(max_length=400)]
"""One line of person-made text."""

Prose = Annotated[str, msgspec.Meta(max_length=60_000)]
"""Person-made text with line breaks; an op as a whole stays below `ops.MAX_OP_BYTES`."""

Code = Annotated[str, msgspec.Meta(max_length=64)]
"""A code of the policy pack (kind, place, outcome, ...); its words stand in the pack."""

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
"""The id of a record: a UUID in lower-case text."""

Stamp = Annotated[dt.datetime, msgspec.Meta(tz=True)]
"""A moment with its UTC offset, as the officer's clock showed it."""

Day = dt.date


class Confidentiality(enum.StrEnum):
    """Who may read an entry beyond the officer: see the client's copy and shared reports."""

    NORMAL = "normal"
    SENSITIVE = "sensitive"
    THIRD_PARTY = "third_party"


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of every record body.

    `agency_ids` maps a system of the agency to its identifier there. Fields that this version does not
    know are kept by both sides as they came: bodies are stored as JSON, never re-made from these types.
    """

    agency_ids: dict[Code, Line] = {}
    confidentiality: Confidentiality = Confidentiality.NORMAL


class OfPerson(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Base of every body that belongs to a person under supervision, and moves with that person."""

    person_id: Id


class Merging(enum.StrEnum):
    """How two officers' changes to one record meet."""

    INSERT = "insert"
    """Written once, never changed: corrections are addenda, undoing is a withdrawal."""
    FIELDS = "fields"
    """Each field on its own: the first writer's value stands, a losing value is kept and asked about."""
    CENTRAL = "central"
    """Only central writes it: a device's op on it is refused."""


@dataclass(frozen=True)
class Kind:
    """One kind of record: how it is called, what it holds and how it merges."""

    name: str
    body: type[Body]
    merging: Merging
    legal: tuple[frozenset[str], ...] = ()
    """Groups of fields with legal weight: one field's conflict is the whole group's."""
    sets: frozenset[str] = frozenset()
    """List fields that change by adding and removing members, so that two additions never conflict."""
    prose: tuple[str, ...] = ()
    """Fields whose text full-text search finds."""
    refers: tuple[str, ...] = ()
    """Fields that hold ids of other records: an op waits for the op that creates one of them."""

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Every field that names a record: the person's first, also in a body that has none."""
        return ("person_id", *self.refers)

    @cached_property
    def fields(self) -> Mapping[str, msgspec.structs.FieldInfo]:
        """Every field of the body by name."""
        return {field.name: field for field in msgspec.structs.fields(self.body)}

    def default(self, name: str) -> Json:
        """What a body means that leaves the field out; None for a field unknown here."""
        field = self.fields.get(name)
        if field is None:
            return None
        if field.default_factory is not msgspec.NODEFAULT:
            return msgspec.to_builtins(field.default_factory())
        if field.default is not msgspec.NODEFAULT:
            return msgspec.to_builtins(field.default)
        return None

    def value(self, body: Mapping[str, Json], name: str) -> Json:
        """The field's value in a JSON body, its default where it is left out."""
        return body[name] if name in body else self.default(name)

    def check(self, body: Mapping[str, Json]) -> Body:
        """Read a JSON body as this kind. Raises `msgspec.ValidationError` naming the field."""
        return msgspec.convert(body, self.body, strict=True)

    @property
    def of_person(self) -> bool:
        """Whether the record belongs to a person and moves with them."""
        return issubclass(self.body, OfPerson)


B = TypeVar("B", bound=Body)

KINDS: dict[str, Kind] = {}
"""Every kind by name, filled by `kind`."""


def kind(
    name: str,
    merging: Merging,
    *,
    legal: tuple[frozenset[str], ...] = (),
    sets: tuple[str, ...] = (),
    prose: tuple[str, ...] = (),
    refers: tuple[str, ...] = (),
) -> Callable[[type[B]], type[B]]:
    """Declare a body type as a kind of record."""

    def declare(body: type[B]) -> type[B]:
        if name in KINDS:
            raise ValueError(f"the kind {name!r} is declared twice")
        KINDS[name] = Kind(name, body, merging, legal, frozenset(sets), prose, refers)
        return body

    return declare


def plain_body(body: Body) -> dict[str, Json]:
    """The body as JSON values, fields at their default left out."""
    made: dict[str, Json] = msgspec.to_builtins(body)
    return made
