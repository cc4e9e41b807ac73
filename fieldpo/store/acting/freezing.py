"""One step of an act: the record's row and base copy, and the op that says what was done, frozen.

Text is cleaned here, before it is frozen; central keeps it as it came.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, text

from fieldpo import plain
from fieldpo.errors import BadInput, NotFound
from fieldpo.store import records
from fieldpo.store.acting import outbox
from fieldpo.store.acting.succession import deps_in_place_of
from fieldpo.store.misfit import misfit
from fieldpo.store.records import Record
from fieldpo.store.vault import Identity
from fieldpo.sync.protocol.body import KINDS, Body, Json, Kind, Merging, Prose, plain_body
from fieldpo.sync.protocol.exchange import CASE, TEAM, caseload_partition
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.merge import apply_over
from fieldpo.sync.protocol.ops import MAX_OP_BYTES, SCHEMA_VERSION, Edit, FieldEdit, Op, freeze

Values = tuple[Mapping[str, Json], Mapping[str, list[Json]], Mapping[str, list[Json]]]


@dataclass(frozen=True)
class Frozen:
    """An op with the record it is about, as that now stands on the device."""

    op: Op
    text: str
    record: Record

    @property
    def kind(self) -> str:
        """The record's kind."""
        return self.record.kind

    @property
    def shown(self) -> Mapping[str, Json]:
        """The text that search shall find: nothing of a record taken away."""
        return {} if self.op.verb == "delete" else self.record.body


@dataclass(frozen=True)
class Links:
    """The earlier op or conflict that an op follows: replaces, answers or takes back."""

    supersedes: str | None = None
    resolves: str | None = None
    undoes: str | None = None

    def makes_again(self, there: Record) -> bool:
        """Whether a new record may stand in the place of this one: returned, deleted, or taken away and wanted back."""
        if self.undoes and there.hidden:
            return True
        return bool(self.supersedes or self.resolves) and not there.version and not there.waiting


class Stepper:
    """Makes the steps of one act, within its transaction."""

    def __init__(self, connection: Connection, identity: Identity, occurred_at: dt.datetime, now: dt.datetime) -> None:
        """Steps of the vault's user. Both times carry their offset."""
        self._connection = connection
        self._identity = identity
        self._occurred_at = occurred_at
        self._now = now
        self._made: list[Op] = []

    def create(self, kind: str, record_id: str, body: Body, links: Links) -> Frozen:
        """A new record. Raises `BadInput` if its id is taken or a value does not fit."""
        spec = _writable(kind)
        there = records.read_record(self._connection, kind, record_id)
        if there is not None and not links.makes_again(there):
            raise BadInput("This entry is already saved. Nothing was added; nothing is lost.")
        cleaned = cleaned_body(spec, plain_body(body))
        self._check(spec, cleaned)
        person_id = cleaned.get("person_id")
        place = self._team_of(kind, cleaned) or self._partition(person_id)
        record = Record(kind, record_id, place, person_id, cleaned)
        if there is not None:
            record = replace(record, version=there.version, number=there.number)
        records.keep_base(self._connection, record, known=False)
        records.write_record(self._connection, record)
        op_id = record_id if there is None and links.supersedes is None else new_id()
        return self._freeze(record, op_id, ("create", cleaned), links, base_version=record.version)

    def change(self, kind: str, record_id: str, values: Values, links: Links) -> Frozen | None:
        """New values of a record. None when nothing differs and no question is answered by it."""
        spec = _writable(kind)
        if spec.merging is Merging.INSERT:
            raise BadInput("This entry cannot be changed once saved. Add an addendum instead.")
        record = self._standing(kind, record_id)
        edit = _edit(spec, record.body, values)
        if edit == Edit() and not links.resolves:
            return None
        body = apply_over(spec, record.body, edit)
        self._check(spec, body)
        records.keep_base(self._connection, record, known=record.version > 0)
        changed = replace(record, body=body)
        records.write_record(self._connection, changed)
        told: dict[str, Json] = msgspec.to_builtins(edit)
        return self._freeze(changed, new_id(), ("edit", told), links, base_version=record.version)

    def remove(self, kind: str, record_id: str, links: Links) -> Frozen:
        """Take a changeable record away: hidden at once, gone when central has answered."""
        _writable(kind)
        record = self._standing(kind, record_id, even_hidden=bool(links.resolves))
        records.keep_base(self._connection, record, known=record.version > 0)
        hidden = replace(record, hidden=True)
        records.write_record(self._connection, hidden)
        return self._freeze(hidden, new_id(), ("delete", {}), links, base_version=record.version)

    def _standing(self, kind: str, record_id: str, *, even_hidden: bool = False) -> Record:
        record = records.read_record(self._connection, kind, record_id)
        if record is None or (record.hidden and not even_hidden):
            raise NotFound("This record is no longer in your caseload. Nothing was changed.")
        _only_read(record)
        return record

    def _partition(self, person_id: str | None) -> str:
        own = caseload_partition(self._identity.user_id)
        if person_id is None:
            return own
        person = records.read_record(self._connection, "person", person_id)
        if person is None or person.hidden:
            raise NotFound("This client is no longer in your caseload. Nothing was saved; the draft is kept.")
        _only_read(person)
        return person.partition

    def _team_of(self, kind: str, body: Mapping[str, Json]) -> str | None:
        """The team in whose queue the report stands that a supervisor decides on. Raises `BadInput` for a withdrawal
        of a decision: it stands."""
        if kind == "withdrawal":
            entry = records.read_record(self._connection, "report_step", str(body.get("entry_id")))
            if entry is not None and entry.partition.startswith(TEAM):
                raise BadInput("A decision on a report stands once it is signed. Nothing was changed.")
        if kind != "report_step" or body.get("step") == "submitted":
            return None
        found = text("SELECT partition FROM r_review_item WHERE report_id = :id AND hidden = 0")
        place: str | None = self._connection.scalar(found, {"id": body.get("report_id")})
        return place

    def _check(self, spec: Kind, body: Mapping[str, Json]) -> None:
        try:
            spec.check(body)
        except msgspec.ValidationError as error:
            raise BadInput(f"This entry was not saved, and its draft is kept: {misfit(error)}.") from None

    def _freeze(
        self, record: Record, op_id: str, what: tuple[str, dict[str, Json]], links: Links, *, base_version: int
    ) -> Frozen:
        verb, body = what
        seen = self._connection.scalar(text("SELECT number FROM partition WHERE id = :id"), {"id": record.partition})
        op = Op(
            op_id=op_id,
            device_id=self._identity.device_id,
            author_id=self._identity.user_id,
            kind=f"{record.kind}.{verb}",
            schema_version=SCHEMA_VERSION,
            record_id=record.id,
            base_version=base_version,
            deps=self._deps(record, verb, links.supersedes),
            supersedes=links.supersedes,
            resolves=links.resolves,
            undoes=links.undoes,
            seen=seen or 0,
            occurred_at=self._occurred_at,
            recorded_at=self._now,
            body=body,
        )
        frozen = freeze(op)
        if len(frozen.encode()) > MAX_OP_BYTES:
            raise BadInput(
                "This entry is longer than 256 KiB and was not saved; its draft is kept. "
                "Shorten the note, or split it into two entries."
            )
        self._made.append(op)
        return Frozen(op, frozen, record)

    def _deps(self, record: Record, verb: str, replaced: str | None) -> list[str]:
        """What must be applied first: in the outbox, and in this act, which is not in the outbox yet."""
        needed = dict.fromkeys(outbox.waiting_for(self._connection, record, verb))
        if replaced is not None:
            needed = dict.fromkeys(deps_in_place_of(self._connection, replaced, needed))
        parents = [] if verb == "delete" else outbox.parents(record)
        for made in self._made:
            if made.record_id == record.id or (made.verb == "create" and made.record_id in parents):
                needed[made.op_id] = None
        return list(needed)


def _only_read(record: Record) -> None:
    """Raises `BadInput` for a record of a whole case that a supervisor asked for."""
    if record.partition.startswith(CASE):
        raise BadInput("You may read this case for some days, not write in it. Nothing was saved.")


def _writable(kind: str) -> Kind:
    spec = KINDS[kind]
    if spec.merging is Merging.CENTRAL:
        raise BadInput("Only the agency's central office can change this. Nothing was changed.")
    return spec


def _edit(spec: Kind, body: Mapping[str, Json], values: Values) -> Edit:
    fields, add, remove = values
    changes = {}
    for name, value in fields.items():
        old, new = spec.value(body, name), _cleaned(spec, name, msgspec.to_builtins(value))
        if old != new:
            changes[name] = FieldEdit(old, new)
    adding, removing = {}, {}
    for name, members in add.items():
        standing = spec.value(body, name) or []
        cleaned = [_cleaned(spec, name, member) for member in members]
        if fresh := [member for member in dict.fromkeys(cleaned) if member not in standing]:
            adding[name] = fresh
    for name, members in remove.items():
        standing = spec.value(body, name) or []
        if there := [member for member in members if member in standing]:
            removing[name] = there
    return Edit(changes, adding, removing)


def cleaned_body(spec: Kind, body: Mapping[str, Json]) -> dict[str, Json]:
    """The body with every text cleaned: line breaks stay in prose alone."""
    return {name: _cleaned(spec, name, value) for name, value in body.items()}


def _cleaned(spec: Kind, name: str, value: Json) -> Json:
    field = spec.fields.get(name)
    prose = field is None or field.type == Prose or not isinstance(value, str)
    return _clean(value, plain.clean_text if prose else plain.clean)


def _clean(value: Json, how: object) -> Json:
    clean = plain.clean_text if how is plain.clean_text else plain.clean
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_clean(item, how) for item in value]
    if isinstance(value, dict):
        return {plain.clean(key): _clean(item, how) for key, item in value.items()}
    return value
