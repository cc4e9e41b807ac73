"""A row of the file as drafts of records: read, cleaned, checked and with their lasting ids; no database yet."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from fieldpo.central.importing.cells import (
    ABSENT,
    Cells,
    Reader,
    column_reader,
    find_column,
    rest_of,
)
from fieldpo.central.importing.mapping import FieldSource, Find, Mapping, RecordSource, When
from fieldpo.central.importing.names import family_name, given_name
from fieldpo.central.importing.report import Complaint
from fieldpo.central.importing.rows import BadCell, Table, fold
from fieldpo.plain import clean
from fieldpo.sync.protocol.body import KINDS, Json


@dataclass(frozen=True)
class Pending:
    """A reference to another record by the agency's identifier, looked up when the row is loaded."""

    column: str
    kind: str
    system: str
    key: str


@dataclass(frozen=True)
class Draft:
    """One record of a row; `pending` fields are still to be looked up, `once` ones stand as first loaded."""

    id: str
    kind: str
    key: str
    body: dict[str, Json]
    pending: dict[str, Pending]
    once: frozenset[str]
    officer_field: str = ""


@dataclass(frozen=True)
class RowDraft:
    """All records of one row, and the words that decide on a new person's caseload."""

    line: int
    key: str
    drafts: list[Draft]
    group: str = ""
    officer: str = ""
    officer_name: str = ""


@dataclass
class Reading:
    """What came of the file: how many rows there were, and what was wrong with some of them."""

    rows: int = 0
    repeats: int = 0
    complaints: list[Complaint] = field(default_factory=list)
    bad_rows: int = 0
    unused: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Row:
    key: str
    ids: dict[str, str]
    body: dict[str, Json]


@dataclass(frozen=True)
class _Record:
    source: RecordSource
    key_places: list[int]
    test: Callable[[Cells], bool]
    fields: list[tuple[str, Reader]]
    made: list[tuple[str, FieldSource]]
    finds: list[tuple[str, Find, int]]
    once: frozenset[str]
    officer_field: str


def read_rows(mapping: Mapping, table: Table, reading: Reading) -> Iterator[RowDraft]:
    """Every good row, in the file's order; bad ones become complaints in `reading`.

    Raises ImportRefused when the file lacks a column that the mapping needs.
    """
    used: set[int] = set()
    plan = [_planned(record, table, used) for record in mapping.ordered]
    own = [find_column(table, column) for column in mapping.identity.columns]
    used.update(own)
    load = mapping.caseloads
    places = [
        None if column is None or not mapping.makes_people else find_column(table, column)
        for column in (load.by, load.officer, load.officer_name)
    ]
    used.update(place for place in places if place is not None)
    rest = rest_of(table, used)
    if not any(source.rest for record in mapping.records for source in record.fields.values()):
        reading.unused = tuple(heading for at, heading in enumerate(table.headings) if at not in used and heading)
    seen: Counter[str] = Counter()
    lines: dict[str, tuple[int, str]] = {}
    for line, cells in table.rows():
        reading.rows += 1
        complaints = _misfit(table, cells)
        content = "\x1f".join(clean(cell) for cell in cells)
        if mapping.identity.by == "content":
            digest = hashlib.sha256(content.encode()).hexdigest()[:32]
            seen[digest] += 1
            key = f"{digest}/{seen[digest]}"
            reading.repeats += seen[digest] > 1
        else:
            key = "" if complaints else _key(cells, own)
            if not key and not complaints:
                complaints = [("/".join(mapping.identity.columns), "is empty, so the row cannot be known again")]
            earlier = lines.setdefault(key, (line, content)) if key else (line, content)
            if earlier[0] != line:
                if earlier[1] == content:
                    reading.repeats += 1
                    continue
                complaints = [("/".join(mapping.identity.columns), f"is also the identifier of line {earlier[0]}")]
        if complaints:
            _complain(reading, line, complaints)
            continue
        drafts, complaints = _drafted(mapping, plan, cells, key, rest)
        if complaints:
            _complain(reading, line, complaints)
            continue
        words = ["" if place is None else clean(cells[place]) for place in places]
        yield RowDraft(line, key, drafts, *words)


def _misfit(table: Table, cells: Cells) -> list[tuple[str, str]]:
    if len(cells) == len(table.headings):
        return []
    return [("", f"has {len(cells)} cells where the headings are {len(table.headings)}")]


def _complain(reading: Reading, line: int, complaints: list[tuple[str, str]]) -> None:
    reading.bad_rows += 1
    reading.complaints.extend(Complaint(line, column, reason) for column, reason in complaints)


def _key(cells: Cells, places: list[int]) -> str:
    parts = [clean(cells[place]) for place in places]
    return "/".join(parts) if all(parts) else ""


def _planned(record: RecordSource, table: Table, used: set[int]) -> _Record:
    fields: list[tuple[str, Reader]] = []
    made: list[tuple[str, FieldSource]] = []
    finds: list[tuple[str, Find, int]] = []
    officer_field = ""
    for name, source in record.fields.items():
        if source.column is not None or source.columns is not None:
            columns = [source.column] if source.column is not None else list(source.columns or [])
            used.update(find_column(table, column) for column in columns)
            fields.append((name, column_reader(source, table)))
        elif source.find is not None:
            place = find_column(table, source.find.column)
            used.add(place)
            finds.append((name, source.find, place))
        elif source.officer is not None:
            officer_field = name
        else:
            made.append((name, source))
    if record.when is not None and not _never(record.when, table):
        used.add(find_column(table, record.when.column))
    key_places = [find_column(table, column) for column in record.key or []]
    used.update(key_places)
    once = frozenset(name for name, source in record.fields.items() if source.once or source.today)
    return _Record(record, key_places, _test(record.when, table), fields, made, finds, once, officer_field)


def _never(when: When, table: Table) -> bool:
    return when.optional and table.place(when.column) is None


def _test(when: When | None, table: Table) -> Callable[[Cells], bool]:
    if when is None:
        return lambda _: True
    if _never(when, table):
        return lambda _: False
    place = find_column(table, when.column)
    among = None if when.among is None else frozenset(fold(word) for word in when.among)

    def holds(cells: Cells) -> bool:
        text = cells[place]
        if when.filled is not None and bool(text.strip()) is not when.filled:
            return False
        return among is None or fold(text) in among

    return holds


def _drafted(
    mapping: Mapping, plan: list[_Record], cells: Cells, row_key: str, rest: Reader
) -> tuple[list[Draft], list[tuple[str, str]]]:
    drafts: list[Draft] = []
    complaints: list[tuple[str, str]] = []
    ids: dict[str, str] = {}
    for record in plan:
        if not record.test(cells):
            continue
        own_key = _key(cells, record.key_places) if record.key_places else row_key
        key = f"{own_key}/{record.source.part}" if record.source.part else own_key
        if not own_key:
            complaints.append(("/".join(record.source.key or []), "is empty, so the record cannot be known again"))
            continue
        ids[record.source.title] = mapping.record_id(record.source.kind, key)
        row = _Row(row_key, ids, {})
        pending: dict[str, Pending] = {}
        for name, read in record.fields:
            try:
                _put(row.body, name, read(cells))
            except BadCell as bad:
                complaints.append((bad.column, bad.reason))
        for name, source in record.made:
            _put(row.body, name, rest(cells) if source.rest else _made(source, row))
        for name, find, place in record.finds:
            word = clean(cells[place])
            if word:
                column = find.column if isinstance(find.column, str) else find.column[0]
                pending[name] = Pending(column, find.kind, find.system or mapping.identity.system, word)
            elif KINDS[record.source.kind].fields[name].required:
                complaints.append((find.column if isinstance(find.column, str) else find.column[0], "is empty"))
        if KINDS[record.source.kind].of_person and "person" in ids and "person_id" not in pending:
            row.body.setdefault("person_id", ids["person"])
        if mapping.identity.by == "identifier" and not record.source.part:
            row.body["agency_ids"] = {mapping.identity.system: key}
        drafts.append(
            Draft(
                ids[record.source.title], record.source.kind, key, row.body, pending, record.once, record.officer_field
            )
        )
    return drafts, complaints or _unfit(drafts)


def _put(body: dict[str, Json], name: str, value: Json) -> None:
    if value is not ABSENT:
        body[name] = value


TODAY = "\x00today"
"""Stands for the day of the import until the row is loaded."""


def _made(source: FieldSource, row: _Row) -> Json:
    if source.generated == "family_name":
        return family_name(row.key)
    if source.generated == "given_name":
        return given_name(row.key, str(row.body.get("sex", "")))
    if source.record is not None:
        return row.ids.get(source.record, ABSENT)
    return TODAY if source.today else source.value


_STAND_IN = "00000000-0000-0000-0000-000000000000"


def _unfit(drafts: list[Draft]) -> list[tuple[str, str]]:
    """What the kinds themselves have against the bodies, with stand-ins for what is looked up later."""
    complaints = []
    for draft in drafts:
        body = {name: "2000-01-01" if value == TODAY else value for name, value in draft.body.items()}
        body |= dict.fromkeys(draft.pending, _STAND_IN)
        if draft.officer_field:
            body[draft.officer_field] = _STAND_IN
        try:
            KINDS[draft.kind].check(body)
        except msgspec.ValidationError as error:
            complaints.append(("", f"does not make a {draft.kind}: {error}"))
    return complaints
