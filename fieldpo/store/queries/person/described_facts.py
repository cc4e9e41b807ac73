"""Facts with no words of their own: a line each by the description of its kind, from which its form is opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection

from fieldpo.plain import day
from fieldpo.store.entries.facts.field import UNTIL, FactField, FactKind, Takes
from fieldpo.store.entries.facts.kinds import FACTS
from fieldpo.store.queries.clients.of_kind import standing
from fieldpo.store.queries.person.facts import Line
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of
from fieldpo.sync.protocol.body import KINDS, Json

IN_WORDS: Final = frozenset(
    {
        *("person", "hazard", "condition", "address", "phone", "employment", "collateral"),
        *("stay", "deferral", "level_change", "rate_override", "case_event"),
    }
)
"""Kinds that `facts`, `case_moves`, `overview` and the safety banner tell in words made for them."""


def described_lines(connection: Connection, pack: Pack, person_id: str, today: dt.date) -> list[Line]:
    """A person's facts of every other kind on a local day, the newest first; those that are over stand last."""
    lines = [
        _line(pack, fact, key, one, today)
        for kind, fact in FACTS.items()
        if kind not in IN_WORDS
        for key, one in standing(connection, kind, person_id).items()
    ]
    return sorted(lines, key=lambda line: line.ended)


def _line(pack: Pack, fact: FactKind, key: str, one: Mapping[str, Json], today: dt.date) -> Line:
    kind = KINDS[fact.kind]
    values = {name: kind.value(one, name) for name in (*kind.fields, *one)}
    private = fact.private or any(field.private and values.get(field.name) for field in fact.fields)
    over = bool(values.get(UNTIL) and values[UNTIL] <= today.isoformat()) or values.get("active") is False
    over = over or (fact.over is not None and fact.over(values))
    said = ", ".join(_words(pack, fact, values))
    return Line(fact.title.capitalize(), said, private, fact.kind, key, ended=over)


def _words(pack: Pack, fact: FactKind, values: Mapping[str, Json]) -> Iterator[str]:
    """The first value alone; the rest with its label, but for what a choice says by itself."""
    for number, field in enumerate(fact.fields):
        value = values.get(field.name)
        if value in (None, "", [], False):
            continue
        said = _said(pack, field, value)
        yield said if number == 0 or field.takes is Takes.CHOICE else f"{field.label.casefold()} {said}"


def _said(pack: Pack, field: FactField, value: Json) -> str:
    match field.takes:
        case Takes.CHOICE:
            return label_of(field.entries(pack), str(value))
        case Takes.DAY:
            return day(value)
        case Takes.LIST:
            return "; ".join(map(str, value))
        case Takes.YES_NO:
            return "yes"
        case _:
            return " ".join(str(value).split())
