"""One exchange, `POST /v1/sync`: what a device sends and what central answers."""

from __future__ import annotations

import enum
import hashlib
from typing import Annotated

import msgspec

from fieldpo.sync.protocol.body import Code, Id, Json, Stamp

PROTOCOL = "1"
"""The value of the `Fieldpo-Protocol` header."""

MAX_OPS = 2_000
MAX_REQUEST_BYTES = 4 * 1024 * 1024
"""The most that one request carries, in bytes before compression."""

MAX_INFLATED = 2 * MAX_REQUEST_BYTES
"""The most that central inflates of a request: its ops may grow to twice their size as JSON strings."""

MAX_RESPONSE_BYTES = 64 * 1024 * 1024
"""The most that a device inflates of one response."""

PAGE = 2_000
"""The changes that one response carries for all partitions together, unless asked for fewer."""

MAX_MISSING = 2_000
"""The most op_ids that one question after a restore names."""

OLDEST_PROTOCOL = 1
"""The oldest protocol that is sent changes; an older one has its ops taken, and is told to upgrade."""

HASH_MODULUS = 2**256


MAX_PLACE = 2**53
"""What no seq and no other place in a count reaches."""

Place = Annotated[int, msgspec.Meta(ge=-MAX_PLACE, le=MAX_PLACE)]
"""A count or a place in one: what every database and every JSON reader holds. An answer beyond it is no central's."""

Mark = Annotated[str, msgspec.Meta(max_length=200)]
"""What tells one history of a count from another, if central gives it; a device keeps it and sends it back."""


class VerdictKind(enum.StrEnum):
    """Central's durable answer to one op."""

    ACCEPTED = "accepted"
    MERGED = "merged"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    BLOCKED = "blocked"
    RETRY = "retry"


FINAL = frozenset({VerdictKind.ACCEPTED, VerdictKind.MERGED, VerdictKind.CONFLICT, VerdictKind.REJECTED})
"""Verdicts that never change but by a person's decision at central."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why something was refused (RFC 9457): `type` is one of the codes in docs/sync-contract.md."""

    type: Code
    title: str
    detail: str = ""
    op_id: str | None = None


class FieldConflict(msgspec.Struct, frozen=True, omit_defaults=True):
    """One field that lost to a newer value: both values, and the row that keeps the losing one."""

    conflict_id: Id
    field: Code
    yours: Json = None
    current: Json = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What central decided about one op; `rev` is the device's own count of verdicts, ascending.

    `inbox` is the place in central's inbox, compared with `durable_through`. `version` and `number` are the
    record's after the op, 0 where nothing was applied.
    """

    op_id: Id
    verdict: VerdictKind
    rev: Place
    inbox: Place = 0
    record_id: Id | None = None
    partition: str = ""
    version: Place = 0
    number: Place = 0
    duplicate: bool = False
    problem: Problem | None = None
    conflicts: list[FieldConflict] = []

    @property
    def final(self) -> bool:
        """Whether the device may stop waiting."""
        return self.verdict in FINAL


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One record as it stands at `number` of its partition's feed.

    `body` is absent when the device's own op in this very request made the change and nothing was merged, and
    when `deleted`. The kind "case_leave" says that everything of the person `id` has left the partition, "record_leave"
    that the record `id` alone has.
    """

    id: Id
    kind: Code
    version: Place
    number: Place
    person_id: Id | None = None
    body: dict[str, Json] | None = None
    deleted: bool = False


CASE_LEAVE = "case_leave"

RECORD_LEAVE = "record_leave"
"""The kind that says that the one record `id` has left the partition, as someone not listed does when matched."""

CREATED, DELETED = "created", "deleted"
"""The `field` of a conflict that is about the record as a whole: its making, or its removal."""


class PartitionPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A partition's next changes in feed order. `hash` is of the whole partition at the feed's end.

    `reload` tells that the cursor is of another history: everything comes again, from 0. `number` is the feed
    number that `cursor` stands for.
    """

    id: str
    changes: list[Change] = []
    cursor: str
    number: Place
    more: bool = False
    reload: bool = False
    hash: str = ""


class AuditRow(msgspec.Struct, frozen=True):
    """One row of the device's hash-chained log, as frozen text with its place in the chain.

    On the wire `hash` is empty where it follows from the row before in the same request (`log_chain`).
    """

    n: int
    text: str
    hash: str


class SyncRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a device sends: its ops as (seq, text), its audit rows, and where it stands in each feed.

    `verdicts_mark` is what came with the `verdict_rev` that it sends as `verdicts_after`.
    """

    device: Id
    incarnation: Id
    ops: list[tuple[int, str]] = []
    audit: list[AuditRow] = []
    cursors: dict[str, str] = {}
    verdicts_after: int = 0
    verdicts_mark: Mark = ""
    limit: int = PAGE


class SyncResponse(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What central answers; see docs/sync-contract.md for each field."""

    verdicts: list[Verdict] = []
    verdict_rev: Place = 0
    verdicts_mark: Mark = ""
    known_through: Place = 0
    audit_through: Place = 0
    epoch: Id
    fork: bool = False
    upgrade: bool = False
    partitions: list[PartitionPage] = []
    granted: list[str] = []
    revoked: list[str] = []
    durable_through: Place = 0
    server_time: Stamp
    problems: list[Problem] = []
    more_verdicts: bool = False


class MissingRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """After central was restored: the ops that the device holds a verdict for, at most `MAX_MISSING` of them.

    `superseded` names for ops among them the op that stands in their place: those are stored, never applied.
    """

    device: Id
    op_ids: list[Id]
    superseded: dict[Id, Id] = {}


class MissingResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Those of the ops that central does not have, in the order asked; the device sends them again."""

    epoch: Id
    missing: list[Id]


def record_digest(record_id: str, version: int) -> int:
    """One record's part of its partition's hash, added and taken away modulo `HASH_MODULUS`.

    The hash is of the records that stand: one that is deleted or has left its partition is taken away.
    """
    return int.from_bytes(hashlib.sha256(f"{record_id}\x00{version}".encode()).digest(), "big")


def hash_text(total: int) -> str:
    """A partition's hash as it stands on the wire: 64 hexadecimal digits."""
    return f"{total % HASH_MODULUS:064x}"


def caseload_partition(officer_id: str) -> str:
    """The partition of one officer's caseload."""
    return f"caseload:{officer_id}"


TEAM, CASE = "team:", "case:"
"""What stands before a team's id, and before a person's, in the name of a partition that a supervisor reads."""


def team_partition(team_id: str) -> str:
    """The partition of one team: its members, its review queue, what is held."""
    return f"{TEAM}{team_id}"


def case_partition(person_id: str) -> str:
    """One person's records, as a supervisor reads them on demand: a view of the partition in which they stand."""
    return f"{CASE}{person_id}"


AGENCY = "agency"
"""The partition every device reads and none writes: officers, caseloads, policy packs."""
