"""A laptop in a test: it writes ops, sends them to central's transaction script and keeps what comes back."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import writing
from fieldpo.central.caller import Caller
from fieldpo.central.exchanging.exchange import exchange
from fieldpo.sync.protocol.exchange import (
    CASE_LEAVE,
    HASH_MODULUS,
    RECORD_LEAVE,
    Change,
    SyncRequest,
    SyncResponse,
    Verdict,
    caseload_partition,
    hash_text,
    record_digest,
)
from fieldpo.sync.protocol.ops import SCHEMA_VERSION, Op, freeze
from tests.central_records import put_record

NOW = dt.datetime(2026, 11, 22, 15, 0, tzinfo=dt.UTC)
"""The day of every test here."""


@dataclass
class Laptop:
    """One device of one officer. `copy` is its base copy, partition by partition."""

    engine: Engine
    user: str = "rivera"
    device: str = "laptop-1"
    incarnation: str = "first"
    now: dt.datetime = NOW
    seq: int = 0
    verdicts_after: int = 0
    cursors: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    copy: dict[str, dict[str, Change]] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    @property
    def caseload(self) -> str:
        """The officer's own partition."""
        return caseload_partition(self.user)

    def op(self, kind: str, record_id: str = "", body: dict[str, Any] | None = None, **more: Any) -> Op:
        """An op of this laptop, as its officer's act would freeze it."""
        given: dict[str, Any] = {
            "op_id": str(uuid.uuid4()),
            "device_id": self.device,
            "author_id": self.user,
            "kind": kind,
            "schema_version": SCHEMA_VERSION,
            "record_id": record_id or str(uuid.uuid4()),
            "occurred_at": self.now,
            "recorded_at": self.now,
            "body": body or {},
            "seen": self.numbers.get(self.caseload, 0),
            **more,
        }
        return Op(**given)

    def contact(self, person: str, note: str = "Home, talked about work.", **more: Any) -> Op:
        """A case note."""
        body = {
            "person_id": person,
            "occurred_at": "2026-11-22T09:00:00-06:00",
            "contact": "home",
            "outcome": "reported",
            "officer_id": self.user,
            "note": note,
        }
        return self.op("contact.create", body=body, **more)

    def edit(self, kind: str, record_id: str, /, base: int, *, fields: dict[str, tuple[Any, Any]], **more: Any) -> Op:
        """An edit of fields, each given as (old, new)."""
        changes = {name: {"old": old, "new": new} for name, (old, new) in fields.items()}
        return self.op(f"{kind}.edit", record_id, {"fields": changes}, base_version=base, **more)

    def send(self, *ops: Op | tuple[int, str], **more: Any) -> SyncResponse:
        """One exchange, its answer taken in."""
        made = exchange(self.engine, Caller(self.user, self.device), self.request(*ops, **more), self.now)
        answer = msgspec.json.decode(msgspec.json.encode(made), type=SyncResponse)  # as it goes over the wire
        self.take(answer)
        return answer

    def request(self, *ops: Op | tuple[int, str], **more: Any) -> SyncRequest:
        """The exchange's request."""
        numbered = [each if isinstance(each, tuple) else self.numbered(each) for each in ops]
        given: dict[str, Any] = {
            "device": self.device,
            "incarnation": self.incarnation,
            "ops": numbered,
            "cursors": self.cursors,
            "verdicts_after": self.verdicts_after,
            **more,
        }
        return SyncRequest(**given)

    def numbered(self, op: Op) -> tuple[int, str]:
        """The op with the next seq, as the wire carries it."""
        self.seq += 1
        return self.seq, freeze(op)

    def take(self, answer: SyncResponse) -> None:
        """Keep verdicts, changes and cursors."""
        self.verdicts |= {verdict.op_id: verdict for verdict in answer.verdicts}
        self.verdicts_after = answer.verdict_rev
        for page in answer.partitions:
            copy = self.copy.setdefault(page.id, {})
            if page.reload:
                copy.clear()
            for change in page.changes:
                if change.kind == CASE_LEAVE:
                    self.copy[page.id] = copy = {key: each for key, each in copy.items() if each.person_id != change.id}
                elif change.kind == RECORD_LEAVE:
                    copy.pop(change.id, None)
                else:
                    copy[change.id] = change
            self.cursors[page.id] = page.cursor
            self.numbers[page.id] = page.number
        for partition in answer.revoked:
            del self.cursors[partition]
            self.copy.pop(partition, None)

    def hash(self, partition: str) -> str:
        """The hash of the base copy."""
        live = (change for change in self.copy.get(partition, {}).values() if not change.deleted)
        return hash_text(sum(record_digest(each.id, each.version) for each in live) % HASH_MODULUS)


def put_person(engine: Engine, officer: str, person: str, **body: Any) -> None:
    """A person in an officer's caseload, from central."""
    with writing(engine) as conn:
        put_record(conn, caseload_partition(officer), person, "person", {"family_name": "Doe", **body}, person, now=NOW)


def put_phone(engine: Engine, officer: str, person: str, phone: str, **body: Any) -> None:
    """A phone of a person, from central."""
    with writing(engine) as conn:
        put_record(
            conn,
            caseload_partition(officer),
            phone,
            "phone",
            {"person_id": person, "number": "515-555-0100", **body},
            person,
            now=NOW,
        )
