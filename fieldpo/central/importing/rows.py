"""Reading an agency's file: bytes to rows, each with the line it began on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fieldpo.central.importing.mapping import Source
from fieldpo.errors import ImportRefused
from fieldpo.plain import clean

_DASHES = re.compile("[\u2010-\u2015\u2212]")
MAX_FILE_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True)
class BadCell(Exception):
    """A cell that cannot be read as the mapping says; `column` may be empty for the row as a whole."""

    column: str
    reason: str


@dataclass(frozen=True)
class Table:
    """A file's headings as they came (without white space around them) and its text."""

    headings: tuple[str, ...]
    text: str
    source: Source

    def place(self, column: str | Sequence[str]) -> int | None:
        """Where a column stands, by any of its spellings; None where the file has none of them."""
        wanted = [column] if isinstance(column, str) else list(column)
        folded = [fold(heading) for heading in self.headings]
        for spelling in wanted:
            if fold(spelling) in folded:
                return folded.index(fold(spelling))
        return None

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every row with the line on which it began, counted from 1 for the headings; blank lines are skipped."""
        reader = _reader(self.text, self.source)
        next(reader)
        before = reader.line_num
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise ImportRefused(
                    f"Line {before + 1} cannot be read as a table ({error}). Nothing was loaded."
                ) from error
            line, before = before + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                yield line, cells


def read_table(path: Path, source: Source) -> Table:
    """Read a file. Raises ImportRefused when it is missing, too large, in no listed encoding, or has no headings."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ImportRefused(f"{path.name} is larger than 1 GiB; split it. Nothing was loaded.")
        raw = path.read_bytes()
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read ({error.strerror}). Nothing was loaded.") from error
    text = _decoded(raw, source, path.name)
    reader = _reader(text, source)
    try:
        headings = tuple(clean(cell) for cell in next(reader))
    except (StopIteration, csv.Error) as error:
        raise ImportRefused(f"{path.name} has no line of headings. Nothing was loaded.") from error
    folded = [fold(heading) for heading in headings if heading]
    twice = [heading for heading in folded if folded.count(heading) > 1]
    if twice:
        raise ImportRefused(f'{path.name} has the column "{twice[0]}" twice. Nothing was loaded.')
    return Table(headings, text, source)


def fold(text: str) -> str:
    """Text for comparing headings and values: one kind of dash, single spaces, no case."""
    return clean(_DASHES.sub("-", text)).casefold()


def _decoded(raw: bytes, source: Source, name: str) -> str:
    for encoding in source.encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        except LookupError as error:
            raise ImportRefused(f'The mapping names the encoding "{encoding}", which does not exist.') from error
    raise ImportRefused(f"{name} is in none of these encodings: {', '.join(source.encodings)}. Nothing was loaded.")


def _reader(text: str, source: Source) -> csv.Reader:  # type: ignore[name-defined] # exists from 3.10 on in _csv only
    csv.field_size_limit(1024 * 1024)
    return csv.reader(io.StringIO(text, newline=""), delimiter=source.delimiter, quotechar=source.quote, strict=True)
