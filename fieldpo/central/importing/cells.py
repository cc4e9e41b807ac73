"""One value from a row: the cell's text cleaned and read as the mapping says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from fieldpo.central.importing.mapping import FieldSource, Source
from fieldpo.central.importing.rows import BadCell, Table, fold
from fieldpo.errors import ImportRefused
from fieldpo.plain import clean, clean_text
from fieldpo.sync.protocol.body import Json

ABSENT = msgspec.UNSET
"""The field is left out: the cell was empty and there is no default."""

_YES = frozenset({"yes", "y", "true", "t", "1", "x"})
_NO = frozenset({"no", "n", "false", "f", "0"})
_NUMBER = re.compile(r"[+-]?(\d+(,\d{3})*|\d*)(\.\d+)?([eE][+-]?\d+)?")

Cells = list[str]
Reader = Callable[[Cells], Json]


def column_reader(source: FieldSource, table: Table) -> Reader:
    """How to read a field that comes from one column, or from several joined.

    The reader returns `ABSENT` for "not given" and raises BadCell. Raises ImportRefused when the file
    does not have the column.
    """
    if source.columns is not None:
        places = [find_column(table, column) for column in source.columns]
        heading = table.headings[places[0]]

        def text_of(cells: Cells) -> str:
            parts = [cells[place].strip() for place in places]
            return (source.separator or " ").join(part for part in parts if part)
    else:
        place = find_column(table, source.column or [])
        heading = table.headings[place]

        def text_of(cells: Cells) -> str:
            return cells[place]

    missing = frozenset(fold(word) for word in table.source.missing)
    convert = _converter(source, table.source)
    default = source.default

    def read(cells: Cells) -> Json:
        text = text_of(cells)
        if not text.strip() or (missing and fold(text) in missing):
            if default is not msgspec.UNSET:
                return default
            if source.required:
                raise BadCell(heading, "is empty")
            return ABSENT
        try:
            return convert(text)
        except ValueError as error:
            raise BadCell(heading, str(error)) from error

    return read


def find_column(table: Table, column: str | list[str]) -> int:
    """Where the column stands. Raises ImportRefused when the file does not have it."""
    place = table.place(column)
    if place is None:
        name = column if isinstance(column, str) else " or ".join(column)
        raise ImportRefused(f'The file has no column "{name}", which the mapping needs. Nothing was loaded.')
    return place


def rest_of(table: Table, used: set[int]) -> Reader:
    """Every column that nothing else uses, by its heading; cells that are empty are left out."""
    places = [
        (place, heading.replace("_", " ")[:400])
        for place, heading in enumerate(table.headings)
        if place not in used and heading
    ]

    def read(cells: Cells) -> Json:
        facts = {label: clean(cells[place])[:400] for place, label in places if cells[place].strip()}
        return facts or ABSENT

    return read


def _converter(source: FieldSource, written: Source) -> Callable[[str], Json]:
    if source.values is not None:
        return _mapped({fold(word): value for word, value in source.values.items()}, source)
    if source.read == "date":
        return _dates(source)
    if source.read == "moment":
        return _moments(source, ZoneInfo(written.time_zone))
    if source.read == "list":
        return lambda text: _members(text, source.separator or ";")
    return {
        "line": _line,
        "text": clean_text,
        "number": _number,
        "whole": _whole,
        "yes_no": _yes_no,
    }[source.read]


def _mapped(values: Mapping[str, Json], source: FieldSource) -> Callable[[str], Json]:
    @lru_cache(maxsize=4096)
    def convert(text: str) -> Json:
        word = fold(text)
        if word in values:
            return values[word]
        if source.other == "keep":
            return clean(text)
        if source.other == "default":
            return source.default
        raise ValueError(f'"{_short(text)}" is not one of the values in the mapping')

    return convert


def _dates(source: FieldSource) -> Callable[[str], Json]:
    formats = _formats(source, "%Y-%m-%d")

    @lru_cache(maxsize=4096)
    def convert(text: str) -> Json:
        for form in formats:
            try:
                return dt.datetime.strptime(text.strip(), form).date().isoformat()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        raise ValueError(f'"{_short(text)}" is not a date written as {" or ".join(formats)}')

    return convert


def _moments(source: FieldSource, zone: ZoneInfo) -> Callable[[str], Json]:
    formats = _formats(source, "%Y-%m-%d %H:%M")

    def convert(text: str) -> Json:
        for form in formats:
            try:
                moment = dt.datetime.strptime(text.strip(), form)  # noqa: DTZ007 - the zone comes next
            except ValueError:
                continue
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()
        raise ValueError(f'"{_short(text)}" is not a date and time written as {" or ".join(formats)}')

    return convert


def _formats(source: FieldSource, usual: str) -> list[str]:
    if source.format is None:
        return [usual]
    return [source.format] if isinstance(source.format, str) else source.format


def _members(text: str, separator: str) -> list[str]:
    return [member for member in (clean(part) for part in text.split(separator)) if member]


def _line(text: str) -> str:
    line = clean(text)
    if len(line) > 400:
        raise ValueError("is longer than 400 characters")
    return line


def _number(text: str) -> float:
    word = text.strip()
    if not _NUMBER.fullmatch(word) or not any(char.isdigit() for char in word):
        raise ValueError(f'"{_short(text)}" is not a number')
    return float(word.replace(",", ""))


def _whole(text: str) -> int:
    number = _number(text)
    if number != int(number):
        raise ValueError(f'"{_short(text)}" is not a whole number')
    return int(number)


def _yes_no(text: str) -> bool:
    word = fold(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f'"{_short(text)}" is neither yes nor no')


def _short(text: str) -> str:
    line = clean(text)
    return line if len(line) <= 40 else line[:39] + "…"
