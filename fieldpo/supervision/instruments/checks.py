"""What must hold between the parts of an instrument: every name known where it is used, every table without gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from fieldpo.errors import PolicyError
from fieldpo.supervision.instruments.formula import parse, tables_of
from fieldpo.supervision.toml.lines import Path
from fieldpo.supervision.toml.reading import Wrong
from fieldpo.supervision.written.instruments import Band, CutOffs, Definition, Item, Scale

_ID = re.compile(r"[a-z0-9][a-z0-9_\-]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FILE = re.compile(r"[\w\-]+\.csv")


def problems(definition: Definition) -> Iterator[Wrong]:
    """List everything that is wrong between the parts of an instrument; nothing means that it is sound."""
    if not _ID.fullmatch(definition.id):
        yield Wrong(("id",), f"expected lower-case letters, digits, - and _, got “{definition.id}”")
    if not definition.version:
        yield Wrong(("version",), "expected a version, got nothing")
    yield from _names(definition)
    for at, item in enumerate(definition.items):
        yield from _item(("items", at), item, definition)
    yield from _tables(definition)
    yield from _formulas(definition)
    known = {item.code for item in definition.items} | {one.code for one in definition.derived}
    for at, scale in enumerate(definition.scales):
        yield from _scale(("scales", at), scale, known, definition)
        known |= {scale.code, scale.scaled_as} - {""}
    known |= {one.code for one in definition.outputs}
    for at, table in enumerate(definition.cutoffs):
        yield from _cutoffs(("cutoffs", at), table, known, definition)
    if definition.missing.most < 0:
        yield Wrong(("missing", "most"), f"expected 0 or more, got {definition.missing.most}")


def _names(definition: Definition) -> Iterator[Wrong]:
    seen: set[str] = set()
    named: list[tuple[Path, str]] = [
        *((("items", at, "code"), item.code) for at, item in enumerate(definition.items)),
        *((("derived", at, "code"), one.code) for at, one in enumerate(definition.derived)),
        *((("scales", at, "code"), scale.code) for at, scale in enumerate(definition.scales)),
        *((("scales", at, "scaled_as"), one.scaled_as) for at, one in enumerate(definition.scales) if one.scaled_as),
        *((("outputs", at, "code"), one.code) for at, one in enumerate(definition.outputs)),
        *((("tables", at, "name"), one.name) for at, one in enumerate(definition.tables)),
    ]
    for path, name in named:
        if not _NAME.fullmatch(name):
            yield Wrong(path, f"expected a lower-case name, got “{name}”")
        if name in seen:
            yield Wrong(path, f"expected a name used once, but “{name}” stands above already")
        seen.add(name)
    if not definition.items:
        yield Wrong(("items",), "expected at least one item, got an empty list")


def _item(path: Path, item: Item, definition: Definition) -> Iterator[Wrong]:
    if item.kind == "choice" and not item.choices:
        yield Wrong((*path, "choices"), "expected the choices of a choice")
    if item.kind == "points" and not item.allowed and (item.minimum is None or item.maximum is None):
        yield Wrong((*path, "allowed"), "expected allowed points, or a minimum and a maximum")
    if item.minimum is not None and item.maximum is not None and item.maximum < item.minimum:
        yield Wrong((*path, "maximum"), f"expected {item.minimum:g} or more, got {item.maximum:g}")
    if item.reversed and item.kind not in ("yes_no", "points"):
        yield Wrong((*path, "reversed"), "expected it on a yes_no or points item only")
    if item.instead_of and item.instead_of not in {one.code for one in definition.items}:
        yield Wrong((*path, "instead_of"), f"expected the code of an item, got “{item.instead_of}”")


def _tables(definition: Definition) -> Iterator[Wrong]:
    for at, table in enumerate(definition.tables):
        if bool(table.rows) == bool(table.file):
            yield Wrong(("tables", at), "expected rows, or a file with key and value")
        if table.file and not _FILE.fullmatch(table.file):
            yield Wrong(("tables", at, "file"), f"expected a CSV file beside this one, got “{table.file}”")
        if table.file and not (table.key and table.value):
            yield Wrong(("tables", at, "key"), "expected the columns key and value of the file")
    for at, named in enumerate(definition.bands):
        yield from _bands(("bands", at, "rows"), named.rows, definition)


def _formulas(definition: Definition) -> Iterator[Wrong]:
    tables = {table.name for table in definition.tables}
    items = {item.code for item in definition.items}
    known = set(items)
    for at, one in enumerate(definition.derived):
        yield from _formula(("derived", at, "formula"), one.formula, known, tables)
        if one.blames and one.blames not in items:
            yield Wrong(("derived", at, "blames"), f"expected the code of an item, got “{one.blames}”")
        known.add(one.code)
    for at, check in enumerate(definition.checks):
        yield from _formula(("checks", at, "must"), check.must, known, tables)
        if check.item not in items:
            yield Wrong(("checks", at, "item"), f"expected the code of an item, got “{check.item}”")
    known |= {one.code for one in definition.scales} | {one.scaled_as for one in definition.scales}
    for at, output in enumerate(definition.outputs):
        yield from _formula(("outputs", at, "formula"), output.formula, known, tables)
        known.add(output.code)


def _formula(path: Path, text: str, known: set[str], tables: set[str]) -> Iterator[Wrong]:
    try:
        formula = parse(text)
    except PolicyError as wrong:
        yield Wrong(path, wrong.message)
        return
    for name in sorted(formula.names - known):
        yield Wrong(path, f"expected names that stand above, got “{name}”")
    for name in sorted(tables_of(formula) - tables):
        yield Wrong(path, f"expected the name of a table, got “{name}”")


def _scale(path: Path, scale: Scale, known: set[str], definition: Definition) -> Iterator[Wrong]:
    choices = {item.code: set(item.choices) for item in definition.items if item.kind == "choice"}
    for at, term in enumerate(scale.terms):
        here = (*path, "terms", at)
        if term.of not in known:
            yield Wrong((*here, "of"), f"expected a name that stands above, got “{term.of}”")
        if term.table and term.table not in {named.name for named in definition.bands}:
            yield Wrong((*here, "table"), f"expected the name of bands, got “{term.table}”")
        for name in sorted(set(term.points) ^ choices.get(term.of, set(term.points))):
            yield Wrong((*here, "points"), f"expected points for each choice of {term.of} and no other; see “{name}”")
        yield from _bands((*here, "bands"), term.bands, definition)
    if not scale.terms:
        yield Wrong((*path, "terms"), "expected at least one term, got an empty list")
    if bool(scale.scaled) != bool(scale.scaled_as):
        yield Wrong((*path, "scaled_as"), "expected scaled and scaled_as together")
    if scale.scaled and scale.maximum is not None and len(scale.scaled) != scale.maximum + 1:
        said = f"expected a value for each raw score from 0 to {scale.maximum:g}, got {len(scale.scaled)}"
        yield Wrong((*path, "scaled"), said)


def _bands(path: Path, bands: tuple[Band, ...], definition: Definition) -> Iterator[Wrong]:
    groups: dict[tuple[tuple[str, str], ...], list[tuple[int, Band]]] = {}
    for at, band in enumerate(bands):
        yield from _where((*path, at, "where"), band.where, definition)
        groups.setdefault(tuple(sorted(band.where.items())), []).append((at, band))
    for group in groups.values():
        yield from _steps(path, [(at, band.start, band.to) for at, band in group])


def _steps(path: Path, rows: Iterable[tuple[int, float | None, float | None]]) -> Iterator[Wrong]:
    last: float | None = None
    for turn, (at, start, to) in enumerate(rows):
        if turn and (start is None or last is None or start != last + 1):
            said = "expected it to begin one above the end of the one before"
            yield Wrong((*path, at, "from"), said)
        if start is not None and to is not None and to < start:
            yield Wrong((*path, at, "to"), f"expected {start:g} or more, got {to:g}")
        last = to


def _cutoffs(path: Path, table: CutOffs, known: set[str], definition: Definition) -> Iterator[Wrong]:
    if table.of not in known:
        yield Wrong((*path, "of"), f"expected the name of a score, got “{table.of}”")
    yield from _where((*path, "where"), table.where, definition)
    dates = {item.code for item in definition.items if item.kind == "date"}
    if table.dated_by and table.dated_by not in dates:
        yield Wrong((*path, "dated_by"), f"expected the code of a date item, got “{table.dated_by}”")
    if (table.start or table.before) and not table.dated_by:
        yield Wrong((*path, "dated_by"), "expected the date item that from and before are about")
    if not table.levels and table.otherwise is None:
        yield Wrong((*path, "levels"), "expected levels, or otherwise")
    yield from _steps((*path, "levels"), [(at, cut.start, cut.to) for at, cut in enumerate(table.levels)])


def _where(path: Path, where: dict[str, str], definition: Definition) -> Iterator[Wrong]:
    choices = {item.code: item.choices for item in definition.items if item.kind == "choice"}
    for name, wanted in where.items():
        if name not in choices:
            yield Wrong(path, f"expected the code of a choice item, got “{name}”")
        elif wanted not in choices[name]:
            yield Wrong(path, f"expected one of {', '.join(choices[name])}, got “{wanted}”")
