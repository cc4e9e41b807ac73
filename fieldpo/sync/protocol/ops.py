"""An op: one thing an officer did, frozen as bytes when it was saved. Never edited, only followed."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import msgspec

from fieldpo.sync.protocol.body import KINDS, Code, Id, Json, Kind, Stamp

SCHEMA_VERSION = 1
"""The version of op bodies that this program writes; central reads every older one."""

MAX_OP_BYTES = 256 * 1024
"""The largest op, in bytes of its UTF-8 text; refused at save."""

MAX_OP_DEPTH = 64
"""How deep an op's objects and lists stand in one another: no JSON reader stops before that. No form comes near."""

MAX_GROUP_OPS = 256
MAX_GROUP_BYTES = 1024 * 1024
"""The largest group of ops that go all or nothing; refused at save."""


class FieldEdit(msgspec.Struct, frozen=True):
    """One field's value before and after, as the officer saw it."""

    old: Json
    new: Json


class Edit(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of an edit: fields, and members added to or removed from set fields."""

    fields: dict[Code, FieldEdit] = {}
    add: dict[Code, list[Json]] = {}
    remove: dict[Code, list[Json]] = {}


class Op(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One act on one record.

    `kind` is the record's kind and a verb, as in "contact.create", "person.edit", "phone.delete". `body` is
    the record's body for create, an `Edit` for edit, empty for delete. `base_version` is the record's version
    at central as the device knew it, 0 for a new one. `seen` is the feed number of the record's partition on
    the device when it was saved. No clock orders or judges ops; both times are for people.
    """

    op_id: Id
    device_id: Id
    author_id: Id
    kind: Code
    schema_version: int
    record_id: Id
    base_version: int = 0
    deps: list[Id] = []
    group_id: Id | None = None
    group_size: int | None = None
    supersedes: Id | None = None
    resolves: Id | None = None
    undoes: Id | None = None
    seen: int = 0
    occurred_at: Stamp
    recorded_at: Stamp
    body: dict[str, Json] = {}

    @property
    def record_kind(self) -> str:
        """The record's kind: "contact" in "contact.create"."""
        return _parted(self.kind)[0]

    @property
    def verb(self) -> str:
        """What was done: "create" in "contact.create"."""
        return _parted(self.kind)[2]

    @property
    def known_kind(self) -> Kind | None:
        """The kind's declaration; None for a kind that this program does not know."""
        return KINDS.get(_parted(self.kind)[0])

    def edit(self) -> Edit:
        """The body of an edit. Raises `msgspec.ValidationError`."""
        return msgspec.convert(self.body, Edit)


@lru_cache(1_000)
def _parted(kind: str) -> tuple[str, str, str]:
    return kind.rpartition(".")


_decoder = msgspec.json.Decoder(Op)
_encoder = msgspec.json.Encoder()


def freeze(op: Op) -> str:
    """The op's text for good: what the outbox keeps and the wire carries."""
    return _encoder.encode(op).decode()


def thaw(text: str) -> Op:
    """Read an op's text. Raises `msgspec.DecodeError` (of which ValidationError is one)."""
    return _decoder.decode(text)


def sha(text: str) -> str:
    """The sha256 of the op's raw bytes, by which each side knows it from another with the same op_id."""
    return hashlib.sha256(text.encode()).hexdigest()
