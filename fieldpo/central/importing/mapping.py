"""A mapping: how the columns of an agency's file become records. Written in TOML; see docs/import-mappings.md."""

from __future__ import annotations

import uuid
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

import fieldpo.sync.protocol.kinds  # noqa: F401 - declares the kinds
from fieldpo.errors import ImportRefused
from fieldpo.sync.protocol.body import KINDS, Json

Reading = Literal["line", "text", "number", "whole", "yes_no", "date", "moment", "list"]

_ROOT = uuid.UUID("6f1d6f2e-5a53-5c0f-9d0e-0c3f5b0f7a11")
SHIPPED = "mappings"

KIND_ORDER = ("officer", "caseload", "person", "case")
"""What is loaded before everything else, in this order; other kinds follow as the mapping lists them."""


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the mapping: a key that nobody knows is a mistake, not a wish."""


class Find(Strict, frozen=True, kw_only=True):
    """Another record, by the agency's identifier: in an earlier file or earlier in this one."""

    kind: str
    column: str | list[str]
    system: str = ""


class FieldSource(Strict, frozen=True, kw_only=True):
    """Where one field's value comes from, and how its text is read. Exactly one of the sources is given."""

    column: str | list[str] | None = None
    """The column's heading; several are the spellings it has had."""
    columns: list[str] | None = None
    """Several columns joined into one text."""
    value: Json = msgspec.UNSET
    """The same for every row."""
    generated: Literal["family_name", "given_name"] | None = None
    """A made-up name, always the same for the same row."""
    record: str | None = None
    """The id of another record of this row, by its name."""
    find: Find | None = None
    officer: Literal["caseload"] | None = None
    """The officer whose caseload the person is on."""
    today: bool = False
    """The day of the import that first brings the record."""
    rest: bool = False
    """Every column that no other field uses, by its heading; empty cells are left out."""

    read: Reading = "line"
    format: str | list[str] | None = None
    values: dict[str, Json] | None = None
    other: Literal["refuse", "keep", "default"] = "refuse"
    """What a value that `values` does not list becomes."""
    default: Json = msgspec.UNSET
    required: bool = False
    separator: str = ""
    once: bool = False
    """Set when the record first comes, and left alone by newer files."""


class When(Strict, frozen=True, kw_only=True):
    """A condition on one column: the record is made only for such rows."""

    column: str | list[str]
    among: list[str] | None = None
    filled: bool | None = None
    optional: bool = False
    """Without that column the record is never made, instead of the file being refused."""


class RecordSource(Strict, frozen=True, kw_only=True):
    """One record that a row makes. `part` tells it from others of its kind in the same row."""

    kind: str
    name: str = ""
    part: str = ""
    key: list[str] | None = None
    when: When | None = None
    fields: dict[str, FieldSource]

    @property
    def title(self) -> str:
        """How other records of the row call this one."""
        return self.name or (f"{self.kind}/{self.part}" if self.part else self.kind)


class Source(Strict, frozen=True, kw_only=True):
    """How the file is written. Encodings are tried in order; a file that fits none is refused."""

    encodings: tuple[str, ...] = ("utf-8-sig", "cp1252")
    delimiter: str = ","
    quote: str = '"'
    missing: list[str] = []
    """Cells that mean "not given", beside the empty one."""
    time_zone: str = "UTC"


class Identity(Strict, frozen=True, kw_only=True):
    """How a row is known again: by the agency's identifier, or by its content and occurrence."""

    agency: str
    system: str
    columns: list[str] = []
    by: Literal["identifier", "content"] = "identifier"


class Caseloads(Strict, frozen=True, kw_only=True):
    """Whose caseload a new person goes to: the officer the file names, or caseloads of a size."""

    size: int = 60
    by: str | list[str] | None = None
    """Caseloads do not mix values of this column."""
    officer: str | list[str] | None = None
    """The column with the officer's identifier; then `size` does not apply."""
    officer_name: str | list[str] | None = None
    title: str = "Officer"
    name: str = "Caseload {n}"
    otherwise: str = "not given"


class Mapping(Strict, frozen=True, kw_only=True):
    """One file's mapping."""

    title: str
    source_note: str = ""
    source: Source = Source()
    identity: Identity
    caseloads: Caseloads = Caseloads()
    records: list[RecordSource]

    @property
    def ordered(self) -> list[RecordSource]:
        """The records of a row, people and cases first."""
        rank = {kind: place for place, kind in enumerate(KIND_ORDER)}
        return sorted(self.records, key=lambda record: rank.get(record.kind, len(rank)))

    @property
    def makes_people(self) -> bool:
        """Whether rows bring persons, who need a caseload."""
        return any(record.kind == "person" for record in self.records)

    def record_id(self, kind: str, key: str, system: str = "") -> str:
        """The id of the record that the agency's system knows by this key: always the same UUID."""
        namespace = uuid.uuid5(_ROOT, self.identity.agency)
        return str(uuid.uuid5(namespace, "\x1f".join((system or self.identity.system, kind, key))))


def shipped() -> list[str]:
    """The names of the mappings that come with fieldpo."""
    folder = resources.files("fieldpo.central.importing") / SHIPPED
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def load_mapping(name_or_path: str) -> Mapping:
    """Read a shipped mapping by name, or any by path. Raises ImportRefused naming the file and the key."""
    if name_or_path in shipped():
        text = (resources.files("fieldpo.central.importing") / SHIPPED / f"{name_or_path}.toml").read_text("utf-8")
    else:
        try:
            text = Path(name_or_path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ImportRefused(
                f"The mapping {name_or_path} cannot be read; give a file, or one of: {', '.join(shipped())}."
            ) from error
    return parse_mapping(text, name_or_path)


def parse_mapping(text: str, name: str) -> Mapping:
    """Read a mapping's text. Raises ImportRefused naming the mapping and the key."""
    try:
        mapping = msgspec.toml.decode(text, type=Mapping)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ImportRefused(f"The mapping {name} is not usable: {error}. Nothing was loaded.") from error
    problem = _problem(mapping)
    if problem:
        raise ImportRefused(f"The mapping {name} is not usable: {problem}. Nothing was loaded.")
    return mapping


def _problem(mapping: Mapping) -> str:
    identity = mapping.identity
    if identity.by == "identifier" and not identity.columns:
        return 'identity.columns is empty; name the columns that identify a row, or set by = "content"'
    if mapping.caseloads.size < 1:
        return "caseloads.size must be 1 or more"
    titles = [record.title for record in mapping.records]
    for title in titles:
        if titles.count(title) > 1:
            return f'two records are called "{title}"; give one a part or a name'
    return next(filter(None, (_record_problem(record, titles) for record in mapping.records)), "")


def _record_problem(record: RecordSource, titles: list[str]) -> str:
    if record.kind not in KINDS or record.kind in ("officer", "caseload"):
        return f'records.kind "{record.kind}" is not a kind that a file can bring'
    known = KINDS[record.kind].fields
    for name, source in record.fields.items():
        where = f"{record.title}.{name}"
        if name not in known:
            return f'{where}: a {record.kind} has no field "{name}"'
        if len(_sources(source)) != 1:
            return f"{where}: give one source of the value, not {' and '.join(_sources(source)) or 'none'}"
        if source.record is not None and source.record not in titles:
            return f'{where}: no record of this mapping is called "{source.record}"'
    for name, field in known.items():
        given = name in record.fields or (name == "person_id" and "person" in titles)
        if field.required and not given:
            return f"{record.title}: the field {name} is required"
    return ""


def _sources(source: FieldSource) -> list[str]:
    given = {
        "column": source.column is not None,
        "columns": source.columns is not None,
        "value": source.value is not msgspec.UNSET,
        "generated": source.generated is not None,
        "record": source.record is not None,
        "find": source.find is not None,
        "officer": source.officer is not None,
        "today": source.today,
        "rest": source.rest,
    }
    return [name for name, there in given.items() if there]
