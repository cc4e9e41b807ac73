"""Deliberate defects, put into the real code for a run: the checker is only worth what it catches of these."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection, text

from fieldpo.central import apply as central_apply
from fieldpo.central import conflicts, decide, devices, exchange, flush, load, rows
from fieldpo.central.tables import ledger
from fieldpo.store import apply, apply_pages, batches, loading, partitions, purge
from fieldpo.store.batches import Batch, Sending
from fieldpo.store.partitions import Tally
from fieldpo.sync.disk import VaultDisk
from fieldpo.sync.protocol.ops import FieldEdit, freeze, thaw

Patch = contextlib.AbstractContextManager[Any]


@dataclass(frozen=True)
class Mutant:
    """One defect. `trouble` are the kinds that bring it out; `seeds` how many runs it may take."""

    name: str
    patches: Callable[[], list[Patch]]
    trouble: tuple[str, ...] = ()
    seeds: int = 6
    clocks: bool = False
    """Caught by comparing a run with another in which every clock is right."""

    @contextlib.contextmanager
    def put_in(self) -> Iterator[None]:
        """The defect stands until the block ends."""
        with contextlib.ExitStack() as stack:
            for patch in self.patches():
                stack.enter_context(patch)
            yield


MUTANTS: dict[str, Mutant] = {}


def _mutant(*trouble: str, seeds: int = 6, clocks: bool = False) -> Callable[[Callable[[], list[Patch]]], None]:
    def declare(patches: Callable[[], list[Patch]]) -> None:
        name = patches.__name__.replace("_", " ")
        MUTANTS[name] = Mutant(name, patches, trouble, seeds, clocks)

    return declare


def _on(owner: Any, name: str, other: Any) -> Patch:
    return mock.patch.object(owner, name, other)


@_mutant("laptop killed", seeds=12)
def cursor_before_data() -> list[Patch]:
    """The cursor is committed before the records that it stands for."""
    whole = loading._write_slices

    def write(vault: Any, page: Any, place: Any, rows: int) -> int:
        with vault.writing() as connection:
            partitions.move_cursor(connection, page.id, page.cursor, page.number)
        return whole(vault, page, place, rows)

    return [_on(loading, "_write_slices", write)]


@_mutant("network")
def acknowledge_before_commit() -> list[Patch]:
    """An op counts as done once it is on its way."""
    plain = VaultDisk.next_batch

    def hasty(disk: VaultDisk, after: int, most: int) -> Batch:
        batch = plain(disk, after, most)
        _each(disk, batch, "UPDATE op SET state = 'done' WHERE op_id = :id")
        return batch

    return [_on(VaultDisk, "next_batch", hasty)]


@_mutant("poison for a proxy")
def drop_on_4xx() -> list[Patch]:
    """What a proxy refuses once is taken for done."""

    def drop(connection: Connection, op_ids: list[str], _: str) -> bool:
        for op_id in op_ids:
            connection.execute(text("UPDATE op SET state = 'done' WHERE op_id = :id"), {"id": op_id})
        return False

    return [_on(batches, "count_failure", drop)]


@_mutant("poison for a proxy")
def parked_op_forgotten() -> list[Patch]:
    """What would be parked is deleted."""
    plain = batches.count_failure

    def forget(connection: Connection, op_ids: list[str], problem: str) -> bool:
        parked = plain(connection, op_ids, problem)
        connection.execute(text("DELETE FROM op WHERE state = 'parked'"))
        return parked

    return [_on(batches, "count_failure", forget)]


@_mutant("clock jumps", clocks=True, seeds=12)
def clock_ordering() -> list[Patch]:
    """The later of two edits by the devices' clocks wins, and no question is asked."""
    plain = central_apply._edit
    latest: dict[str, dt.datetime] = {}

    def by_clock(world: Any, op: Any, standing: Any) -> Any:
        edit = op.edit()
        if op.recorded_at >= latest.get(op.record_id, op.recorded_at) and op.known_kind is not None:
            fields = {
                name: FieldEdit(op.known_kind.value(standing.body, name), change.new)
                for name, change in edit.fields.items()
            }
            op = msgspec.structs.replace(op, body={**op.body, "fields": msgspec.to_builtins(fields)})
        latest[op.record_id] = max(op.recorded_at, latest.get(op.record_id, op.recorded_at))
        return plain(world, op, standing)

    return [_on(central_apply, "_edit", by_clock)]


@_mutant("network")
def verdict_not_stored() -> list[Patch]:
    """The last verdict of each exchange is not written."""
    plain = rows.upsert_rows

    def most(conn: Any, table: sa.Table, written: Any) -> None:
        plain(conn, table, written[:-1] if table is ledger else written)

    return [_on(flush, "upsert_rows", most)]


@_mutant("network", "central killed", seeds=12)
def verdict_in_a_transaction_of_its_own() -> list[Patch]:
    """A device's op is decided again whenever it comes: nobody looks into the ledger first."""

    def nothing(*_: Any) -> dict[str, Any]:
        return {}

    fresh = exchange._Script._fresh

    def blind(script: Any, came: Any) -> Any:
        with mock.patch.object(load, "entries", nothing):
            return fresh(script, came)

    return [_on(exchange._Script, "_fresh", blind)]


@_mutant("poison for central", seeds=12)
def group_split() -> list[Patch]:
    """Central decides each member of a group alone."""

    def singly(ops: Any) -> list[list[Any]]:
        return [[one] for one in ops]

    def alone(world: Any, unit: Any) -> None:
        for one in unit:
            decide._decide_one(world, one, decide.ALONE)

    return [_on(decide, "units", singly), _on(exchange, "units", singly), _on(decide, "decide_unit", alone)]


@_mutant("poison for a proxy")
def base_overwritten_by_a_pull() -> list[Patch]:
    """What comes down overwrites the row of a record on which the officer's ops wait."""

    def none(*_: Any) -> dict[str, Any]:
        return {}

    return [_on(apply_pages, "_bases", none)]


@_mutant("network")
def retry_that_recuts_bytes() -> list[Patch]:
    """Each try freezes the op anew."""
    plain = VaultDisk.next_batch

    def recut(disk: VaultDisk, after: int, most: int) -> Batch:
        batch = plain(disk, after, most)
        made = []
        with disk._vault.writing() as connection:
            for one in batch.ops:
                op = thaw(one.text)
                later = freeze(msgspec.structs.replace(op, recorded_at=op.recorded_at + dt.timedelta(seconds=1)))
                connection.execute(text("UPDATE op SET text = :t WHERE op_id = :id"), {"t": later, "id": one.op_id})
                made.append(Sending(one.position, one.op_id, one.seq, later, one.group_id))
        return Batch(tuple(made), batch.units)

    return [_on(VaultDisk, "next_batch", recut)]


@_mutant("network")
def known_through_falls() -> list[Patch]:
    """It tells of the present request alone."""
    plain = devices.note_received

    def present(conn: Any, device_id: str, incarnation: str, came: Any) -> tuple[int, bool]:
        _, forked = plain(conn, device_id, incarnation, came)
        return max((seq for seq, _ in came), default=0), forked

    return [_on(exchange, "note_received", present)]


@_mutant(seeds=10)
def hash_not_updated_on_leave() -> list[Patch]:
    """A case that left still counts."""
    plain = purge._hide

    def uncounted(connection: Any, kind: str, partition_id: str, rows: Any, _: Tally) -> None:
        plain(connection, kind, partition_id, rows, Tally())

    return [_on(purge, "_hide", uncounted)]


@_mutant("a dependency that never comes")
def child_before_its_parent() -> list[Patch]:
    """Nothing waits for what it depends on."""

    def nothing(*_: Any) -> list[str]:
        return []

    return [_on(decide, "_missing", nothing), _on(decide, "_absent", nothing)]


@_mutant("poison for a proxy", "a dependency that never comes", seeds=12)
def purge_before_the_ops_are_done() -> list[Patch]:
    """A case that left goes at once, whatever waits on it."""

    def nothing(*_: Any) -> bool:
        return False

    return [_on(purge, "_kept", nothing)]


@_mutant("central's backup restored", seeds=12)
def restored_central_goes_unnoticed() -> list[Patch]:
    """The new epoch is noted and nothing is sent again."""

    def nothing(*_: Any) -> int:
        return 0

    return [_on(apply, "reopen", nothing)]


@_mutant(seeds=10)
def losing_value_not_kept() -> list[Patch]:
    """A conflict is answered and no row has the value that lost."""

    def nothing(*_: Any) -> None:
        return

    return [_on(conflicts, "put_row", nothing)]


@_mutant(seeds=12)
def revoked_partition_stays() -> list[Patch]:
    """A partition that may not be read any more is pulled no more, and stays."""

    def forget(vault: Any, partition_id: str) -> None:
        with vault.writing() as connection:
            connection.execute(text("DELETE FROM partition WHERE id = :id"), {"id": partition_id})

    return [_on(purge, "revoke", forget)]


@_mutant("poison for a proxy", "poison for central", seeds=4)
def one_bad_op_stops_the_queue() -> list[Patch]:
    """A single op that fails alone ends the sync before the ones after it."""
    from fieldpo.errors import Offline
    from fieldpo.sync import engine

    def give_up(_run: Any, batch: Any, _failed: Any) -> Generator[None, None, int]:
        yield from ()
        if batch.units <= 1:
            raise Offline("stuck")
        return int(max(1, batch.units // 2))

    return [_on(engine._Run, "_isolate", give_up)]


@_mutant("poison for a proxy", "no network", seeds=8)
def view_without_waiting_ops() -> list[Patch]:
    """After an answer the officer sees central's copy alone, though later edits wait."""
    from fieldpo.store import replay

    return [_on(replay, "apply_over", lambda _kind, body, _edit: dict(body))]


def _each(disk: VaultDisk, batch: Batch, statement: str) -> None:
    if batch.ops:
        with disk._vault.writing() as connection:
            connection.execute(text(statement), [{"id": one.op_id} for one in batch.ops])
