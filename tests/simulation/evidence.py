"""Everything that stands at central and on the laptops at one moment, read straight from the tables."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import text

from fieldpo.central.books import audit
from fieldpo.central.books.database import reading
from fieldpo.central.books.tables import (
    assignment,
    conflict,
    inbox,
    leave,
    ledger,
    partition_counter,
    quarantine,
    record,
    supersession,
    waiting,
)
from fieldpo.central.books.team_tables import ended_group, held_decision, record_leave
from fieldpo.store import partitions
from fieldpo.store.acting import outbox_view
from fieldpo.store.database.record_table import TABLES
from fieldpo.sync.protocol.ops import Op, thaw

from .agency import Agency
from .books import case_of
from .cast import TEAM
from .laptop import Laptop
from .typed import TypedList, texts_in, typed_in
from .witness import Wrote, witnessed

Row = dict[str, Any]


@dataclass
class AtCentral:
    """Central's tables."""

    ledger: dict[str, Row]
    inbox: list[Row]
    ops: dict[str, Op]
    records: dict[str, Row]
    conflicts: list[Row]
    quarantine: list[Row]
    waiting: list[Row]
    successors: dict[str, str]
    leaves: dict[tuple[str, str], int]
    ended_groups: set[str]
    """Groups that a person at the agency ended: their members stand each alone."""
    record_leaves: dict[str, list[tuple[int, dt.datetime]]]
    """Record that left a partition by itself → at which numbers, and when."""
    counters: dict[str, Row]
    whole_cases: list[Row]
    """Who may read which whole case until when."""
    decisions: dict[str, Row]
    """What supervisors decided on that is held, as central keeps it, by the record."""
    wrote: list[Wrote]
    """What central's own hand wrote, in order."""
    log: list[audit.Row]
    places: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Typed text → where it stands: ("record", id), ("deleted", id), ("conflict", id), ("quarantine", op), ...

    A team's copies, and what an officer is told of someone not listed, do not stand for what they are copies of.
    """


@dataclass
class OnLaptop:
    """One vault's tables."""

    laptop: Laptop
    ops: dict[str, Row]
    thawed: dict[str, Op]
    rows: dict[str, Row]
    bases: dict[str, Row]
    partitions: dict[str, partitions.Partition]
    shown: set[str]
    drafts: set[str]

    @property
    def name(self) -> str:
        """The laptop's."""
        return self.laptop.name

    def copy_of(self, record_id: str) -> Row | None:
        """Central's copy as the device keeps it: the base copy, or the row where nothing waits."""
        base = self.bases.get(record_id)
        if base is not None:
            return base if base["body"] is not None and base["version"] > 0 else None
        row = self.rows.get(record_id)
        return row if row is not None and row["version"] > 0 else None


@dataclass
class Seen:
    """One moment of the world. `at_rest` where everybody has synced and nothing is under way."""

    central: AtCentral
    laptops: list[OnLaptop]
    typed: TypedList
    agency: Agency
    at_rest: bool
    rewritten: bool
    """Whether history was rewritten in this run: a backup, an old disk, a twin."""

    @property
    def released(self) -> set[str]:
        """What a person let out: at central's shell, or a supervisor on a laptop, which central has carried out."""
        done = {row["held_op_id"] for row in self.central.decisions.values() if row["state"] == "done"}
        return self.agency.books.released | (done & self.typed.let_out())

    def granted(self, user_id: str) -> set[str]:
        """The partitions that a user may read now: by the agency's books, and the whole cases that were asked for."""
        books, now = self.agency.books, self.agency.now()
        found = books.granted(user_id, now)
        for row in self.central.whole_cases:
            person = case_of(row["partition_id"])
            place = self.central.records[person]["partition_id"] if person in self.central.records else ""
            over = dt.datetime.fromisoformat(row["until"]) <= now
            if row["user_id"] == user_id and not over and books.case_readable(user_id, place, now):
                found.add(row["partition_id"])
        return found


def look(agency: Agency, laptops: Sequence[Laptop], typed: TypedList, *, at_rest: bool, rewritten: bool) -> Seen:
    """Read everything."""
    return Seen(
        at_central(agency),
        [on_laptop(one, shown=at_rest) for one in laptops],
        typed,
        agency,
        at_rest,
        rewritten,
    )


def at_central(agency: Agency) -> AtCentral:
    """Central's tables as they stand."""
    with reading(agency.engine) as conn:

        def rows(table: sa.Table) -> list[Row]:
            return [dict(row._mapping) for row in conn.execute(sa.select(table))]

        found = AtCentral(
            ledger={row["op_id"]: row for row in rows(ledger)},
            inbox=rows(inbox),
            ops={},
            records={row["id"]: row for row in rows(record)},
            conflicts=rows(conflict),
            quarantine=rows(quarantine),
            waiting=rows(waiting),
            successors={row["op_id"]: row["successor"] for row in rows(supersession)},
            leaves={(row["partition_id"], row["person_id"]): row["number"] for row in rows(leave)},
            ended_groups={row["group_id"] for row in rows(ended_group)},
            record_leaves=defaultdict(list),
            counters={row["id"]: row for row in rows(partition_counter)},
            whole_cases=[row for row in rows(assignment) if row["role"] == "case"],
            decisions={row["id"]: row for row in rows(held_decision)},
            wrote=witnessed(conn),
            log=list(audit.rows(conn)),
        )
        for row in rows(record_leave):
            left = row["number"], dt.datetime.fromisoformat(row["left_at"])
            found.record_leaves[row["record_id"]].append(left)
    for row in found.inbox:
        try:
            found.ops[row["op_id"]] = thaw(bytes(row["raw"]).decode())
        except msgspec.DecodeError:
            continue
    for row in found.records.values():
        row["body"] = msgspec.json.decode(row["body"])
    for row in found.ledger.values():
        row["conflicts"] = msgspec.json.decode(row["conflicts"]) if row["conflicts"] else []
        row["problem"] = msgspec.json.decode(row["problem"])["type"] if row["problem"] else ""
    found.places = _places(found)
    return found


def _places(central: AtCentral) -> dict[str, list[tuple[str, str]]]:
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in central.records.values():
        copied = row["partition_id"] == TEAM or row["kind"] == "intake_outcome"
        for one in () if copied else texts_in(row["body"]):
            places[one].append(("deleted" if row["deleted"] else "record", row["id"]))
    for row in central.conflicts:
        for one in texts_in([msgspec.json.decode(row["yours"]), msgspec.json.decode(row["earlier"])]):
            places[one].append(("conflict", row["id"]))
    raw = {(row["op_id"], row["sha"]): bytes(row["raw"]).decode() for row in central.inbox}
    for row in central.quarantine:
        op = central.ops.get(row["op_id"])
        words = typed_in(op) if op is not None else texts_in(raw.get((row["op_id"], row["sha"]), ""))
        for one in words:
            places[one].append((f"quarantine {row['state']}", row["op_id"]))
    for entry in central.ledger.values():
        op = central.ops.get(entry["op_id"])
        if entry["verdict"] == "blocked" and op is not None:
            for one in typed_in(op):
                places[one].append(("blocked", entry["op_id"]))
    return dict(places)


def on_laptop(laptop: Laptop, *, shown: bool) -> OnLaptop:
    """A vault's tables as they stand; with what it shows as on its way where that is `shown`."""
    vault = laptop.look_into()
    with vault.reading() as connection:

        def rows_of(query: str) -> list[Row]:
            return [dict(row._mapping) for row in connection.exec_driver_sql(query)]

        ops = {row["op_id"]: row for row in rows_of(_EVERY_OP)}
        rows: dict[str, Row] = {}
        for row in rows_of(_EVERY_ROW):
            rows[row["id"]] = {**row, "body": msgspec.json.decode(row["body"])}
        bases = {}
        for row in rows_of("SELECT * FROM base"):
            bases[row["id"]] = {**row, "body": msgspec.json.decode(row["body"]) if row["body"] is not None else None}
        pulled = {one.id: one for one in partitions.partitions(connection)}
        return OnLaptop(
            laptop,
            ops,
            {op_id: thaw(row["text"]) for op_id, row in ops.items() if row["text"]},
            rows,
            bases,
            pulled,
            {one.op_id for one in outbox_view.outbox_entries(connection)} if shown else set(),
            {str(one) for one in connection.scalars(text("SELECT person_id FROM draft"))},
        )


_EVERY_OP = (
    "SELECT op.*, coalesce(op_text.text, '') AS text FROM op LEFT JOIN op_text USING (position) ORDER BY position"
)
_ENVELOPE = "id, partition, person_id, coalesce(version, 0) AS version, coalesce(number, 0) AS number, hidden, body"
_EVERY_ROW = " UNION ALL ".join(
    f"SELECT {_ENVELOPE}, '{kind}' AS kind FROM {model.__tablename__} LEFT JOIN at_central USING (id)"  # noqa: S608 - our tables
    for kind, model in TABLES.items()
)
