"""Deliberate defects on the laptops' side."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Generator
from typing import Any

import msgspec
from sqlalchemy import Connection, text

from fieldpo.store import partitions, records, search
from fieldpo.store.applying import apply, apply_pages, batches, hiding, loading, purge, replaced
from fieldpo.store.applying.batches import Batch
from fieldpo.store.database.meta import get_meta, put_metas
from fieldpo.store.partitions import Tally
from fieldpo.sync.disk import VaultDisk
from fieldpo.sync.protocol.ops import freeze, thaw

from .defect import Patch, but, mutant, on


@mutant(11, "laptop killed")
def cursor_before_data() -> list[Patch]:
    """The cursor is committed before the records that it stands for."""
    plain = loading._write

    def write(steps: Any, page: Any, *given: Any) -> Any:
        partitions.move_cursor(steps.connection, page.id, page.cursor, page.number)
        steps.commit()
        return plain(steps, page, *given)

    return [on(loading, "_write", write)]


@mutant(7, "network")
def acknowledge_before_commit() -> list[Patch]:
    """An op counts as done once it is on its way."""
    plain = VaultDisk.next_batch

    def hasty(disk: VaultDisk, after: int, most: int) -> Batch:
        batch = plain(disk, after, most)
        _each(disk, batch, "UPDATE op SET state = 'done' WHERE op_id = :id")
        return batch

    return [on(VaultDisk, "next_batch", hasty)]


@mutant(7, "poison for a proxy")
def drop_on_4xx() -> list[Patch]:
    """What a proxy refuses once is taken for done."""

    def drop(connection: Connection, op_ids: list[str], _: str) -> bool:
        for op_id in op_ids:
            connection.execute(text("UPDATE op SET state = 'done' WHERE op_id = :id"), {"id": op_id})
        return False

    return [on(batches, "count_failure", drop)]


@mutant(1, "poison for a proxy")
def parked_op_forgotten() -> list[Patch]:
    """What would be parked is deleted."""
    plain = batches.count_failure

    def forget(connection: Connection, op_ids: list[str], problem: str) -> bool:
        parked = plain(connection, op_ids, problem)
        connection.execute(text("DELETE FROM op WHERE state = 'parked'"))
        return parked

    return [on(batches, "count_failure", forget)]


@mutant(12, "poison for a proxy")
def base_overwritten_by_a_pull() -> list[Patch]:
    """What comes down overwrites the row of a record on which the officer's ops wait."""

    def none(*_: Any) -> dict[str, Any]:
        return {}

    return [on(apply_pages, "_bases", none)]


@mutant(3, "network")
def retry_that_recuts_bytes() -> list[Patch]:
    """Each try freezes the op anew."""
    plain = VaultDisk.next_batch

    def recut(disk: VaultDisk, after: int, most: int) -> Batch:
        batch = plain(disk, after, most)
        made = []
        with disk._vault.writing() as connection:
            for one in batch.ops:
                op = thaw(msgspec.json.decode(one.text, type=str))
                later = freeze(msgspec.structs.replace(op, recorded_at=op.recorded_at + dt.timedelta(seconds=1)))
                connection.execute(
                    text("UPDATE op_text SET text = :t WHERE position = :at"), {"t": later, "at": one.position}
                )
                made.append(one._replace(text=msgspec.json.encode(later)))
        return Batch(tuple(made), batch.units)

    return [on(VaultDisk, "next_batch", recut)]


@mutant(11)
def hash_not_updated_on_leave() -> list[Patch]:
    """A case that left still counts."""
    plain = hiding._hide

    def uncounted(connection: Any, kind: str, partition_id: str, rows: Any, _: Tally) -> None:
        plain(connection, kind, partition_id, rows, Tally())

    return [on(hiding, "_hide", uncounted)]


@mutant(12, "poison for a proxy", "a dependency that never comes")
def purge_before_the_ops_are_done() -> list[Patch]:
    """A case that left goes at once, whatever waits on it."""

    def nothing(*_: Any) -> bool:
        return False

    return [on(purge, "_kept", nothing)]


@mutant(17, "central's backup restored")
def restored_central_goes_unnoticed() -> list[Patch]:
    """The new epoch is noted and nothing is sent again."""

    def nothing(*_: Any) -> int:
        return 0

    return [on(apply, "reopen", nothing)]


@mutant(16)
def revoked_partition_stays() -> list[Patch]:
    """A partition that may not be read any more is pulled no more, and stays."""

    def forget(vault: Any, partition_id: str) -> None:
        with vault.writing() as connection:
            connection.execute(text("DELETE FROM partition WHERE id = :id"), {"id": partition_id})

    return [on(hiding, "revoke", forget)]


@mutant(15, "poison for a proxy", "poison for central")
def one_bad_op_stops_the_queue() -> list[Patch]:
    """A single op that fails alone ends the sync before the ones after it."""
    from fieldpo.errors import Offline
    from fieldpo.sync import engine

    def give_up(_run: Any, batch: Any, _failed: Any) -> Generator[None, None, int]:
        yield from ()
        if batch.units <= 1:
            raise Offline("stuck")
        return int(max(1, batch.units // 2))

    return [on(engine._Run, "_isolate", give_up)]


@mutant(12, "poison for a proxy", "no network")
def view_without_waiting_ops() -> list[Patch]:
    """After an answer the officer sees central's copy alone, though later edits wait."""
    from fieldpo.store import replay

    return [on(replay, "apply_over", lambda _kind, body, _edit: dict(body))]


@mutant(10, "no network")
def hash_updated_and_the_row_not() -> list[Patch]:
    """The last record of each write is counted and not written."""

    def most(connection: Connection, kind: str, written: Any) -> None:
        records.write_records(connection, kind, written[:-1] if len(written) > 1 else written)

    return [on(apply_pages, "records", but(records, write_records=most))]


@mutant(16)
def index_kept_after_a_purge() -> list[Patch]:
    """What a case's texts were can still be found by search when it is gone."""
    return [on(purge, "search", but(search, forget_records=lambda *_: None))]


@mutant(17, "central rolled back in silence")
def a_roll_back_goes_unnoticed() -> list[Patch]:
    """Only another epoch tells that central went back."""

    def by_epoch(connection: Connection, response: Any) -> bool:
        return get_meta(connection, "epoch") not in (None, response.epoch)

    return [on(apply, "went_back", by_epoch)]


@mutant(2, "central rolled back in silence", "decided around a backup")
def counts_tell_histories_apart() -> list[Patch]:
    """A central with as many verdicts as before is taken for the central of before."""
    return [on(apply, "verdicts_mark", lambda _: "")]


@mutant(2, "sent again after a backup", "a central that cannot tell what it lacks")
def replaced_goes_first() -> list[Patch]:
    """After a restore all goes up in the order of saving, whatever it was that the officer put right."""
    return [on(replaced, "turns", lambda _: {})]


@mutant(2, "decided around a backup")
def old_epochs_verdicts_count() -> list[Patch]:
    """After a restore only verdicts are asked for that are newer than those of the old epoch."""

    def keep(connection: Connection, values: dict[str, str]) -> None:
        put_metas(connection, {key: value for key, value in values.items() if (key, value) != ("verdicts_after", "0")})

    return [on(apply, "put_metas", keep)]


@mutant(20)
def sent_as_it_comes() -> list[Patch]:
    """The ops of a request have an order that nothing in the seed decides."""
    plain = VaultDisk.next_batch

    def shuffled(disk: VaultDisk, after: int, most: int) -> Batch:
        batch = plain(disk, after, most)
        ops = list(batch.ops)
        random.SystemRandom().shuffle(ops)
        return Batch(tuple(ops), batch.units)

    return [on(VaultDisk, "next_batch", shuffled)]


def _each(disk: VaultDisk, batch: Batch, statement: str) -> None:
    if batch.ops:
        with disk._vault.writing() as connection:
            connection.execute(text(statement), [{"id": one.op_id} for one in batch.ops])
