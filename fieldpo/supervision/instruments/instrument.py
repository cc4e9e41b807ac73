"""An instrument that is ready to score: its definition, checked, with its tables read and its formulas parsed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from fieldpo.errors import NotFound, PolicyError
from fieldpo.plain import clean
from fieldpo.supervision.instruments.checks import problems
from fieldpo.supervision.instruments.formula import Formula, parse
from fieldpo.supervision.toml import sort_of_rules
from fieldpo.supervision.toml.reading import parse_toml
from fieldpo.supervision.toml.sort_of_rules import shipped_text
from fieldpo.supervision.toml.text import read_text
from fieldpo.supervision.written.instruments import Band, Definition, Item, Table

_ROOM: Final = "fieldpo.supervision.instruments"

Beside = Callable[[str], str]
"""Gives the text of a file that stands beside the instrument's own; raises PolicyError where there is none."""


@dataclass(frozen=True)
class Instrument:
    """A definition with what was made of it once: tables by name, formulas by their text, bands by name."""

    definition: Definition
    tables: Mapping[str, Mapping[str, float]] = field(repr=False)
    refused: Mapping[str, Mapping[str, str]] = field(repr=False)
    formulas: Mapping[str, Formula] = field(repr=False)
    bands: Mapping[str, tuple[Band, ...]] = field(repr=False)

    def item(self, code: str) -> Item | None:
        """The item of this code, or None."""
        return next((item for item in self.definition.items if item.code == code), None)


def load(path: Path) -> Instrument:
    """Read an agency's instrument from a file; its tables may stand in files beside it.

    Raises PolicyError, naming file, line and key, where it is not sound.
    """

    def beside(name: str) -> str:
        return read_text(path.parent / name, "table")

    return parse_instrument(read_text(path, "instrument"), str(path), beside)


def parse_instrument(text: str, source: str, beside: Beside | None = None) -> Instrument:
    """Read an instrument's TOML; ``source`` is what errors name, ``beside`` gives its table files, if it has any.

    Raises PolicyError, naming source, line and key, where it is not sound.
    """
    return ready(parse_toml(text, source, Definition, problems), source, beside)


def ready(definition: Definition, source: str, beside: Beside | None = None) -> Instrument:
    """Make a definition that was checked ready to score. Raises PolicyError where a table's file is not sound."""
    read = [_table(table, source, beside) for table in definition.tables]
    return Instrument(
        definition,
        {table.name: rows for table, (rows, _) in zip(definition.tables, read, strict=True)},
        {table.name: refused for table, (_, refused) in zip(definition.tables, read, strict=True)},
        {formula: parse(formula) for formula in _formulas(definition)},
        {named.name: named.rows for named in definition.bands},
    )


def shipped_names() -> tuple[str, ...]:
    """Name the instruments that come with fieldpo, in alphabetical order."""
    return sort_of_rules.shipped_names(_ROOM)


def shipped(name: str) -> Instrument:
    """Return an instrument that comes with fieldpo; “DAST-10” and “dast_10” are `dast10`. Raises NotFound for
    another name."""
    plain = {_plain(known): known for known in shipped_names()}
    if _plain(name) not in plain:
        known = ", ".join(shipped_names())
        raise NotFound(f"No instrument named “{clean(name)}” comes with fieldpo. There are: {known}; or a TOML file.")
    return _read(plain[_plain(name)])


def _plain(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "")


@cache
def _read(name: str) -> Instrument:
    def beside(file: str) -> str:
        return shipped_text(_ROOM, file)

    return parse_instrument(beside(f"{name}.toml"), f"{name}.toml", beside)


def _formulas(definition: Definition) -> Iterator[str]:
    yield from (one.formula for one in definition.derived)
    yield from (one.formula for one in definition.outputs)
    yield from (check.must for check in definition.checks)


def _table(table: Table, source: str, beside: Beside | None) -> tuple[dict[str, float], dict[str, str]]:
    if not table.file:
        return dict(table.rows), {}
    if beside is None:
        raise PolicyError(f"{source}: tables “{table.name}”: a text that came alone cannot name a file; use rows.")
    rows: dict[str, float] = {}
    refused: dict[str, str] = {}
    reader = csv.DictReader(io.StringIO(beside(table.file)))
    absent = [name for name in (*table.key, table.value) if name not in (reader.fieldnames or ())]
    if absent:
        raise PolicyError(f"{table.file}, line 1: expected a column {absent[0]}, which is missing.")
    for row in reader:
        code, value = "".join(row[name] or "" for name in table.key), row[table.value] or ""
        if code in rows or code in refused:
            raise PolicyError(f"{table.file}, line {reader.line_num}: expected “{code}” once, but it stands above.")
        if value in table.refused:
            refused[code] = table.refused[value]
            continue
        try:
            rows[code] = float(value)
        except ValueError as cause:
            said = f"{table.file}, line {reader.line_num}: {table.value}: expected a number, got “{value}”."
            raise PolicyError(said) from cause
    return rows, refused
