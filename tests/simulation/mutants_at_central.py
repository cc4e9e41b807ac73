"""Deliberate defects on central's side."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest import mock

import msgspec

from fieldpo.central.deciding import apply as central_apply
from fieldpo.central.deciding import conflicts, decide, devices, feed, flush, load
from fieldpo.central.exchanging import answer, exchange, taking
from fieldpo.central.office import transfer
from fieldpo.store import partitions as store_partitions
from fieldpo.sync.protocol.exchange import VerdictKind
from fieldpo.sync.protocol.ops import FieldEdit

from .defect import Patch, but, mutant, on, whole


@mutant(18, "clock jumps")
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

    return [on(central_apply, "_edit", by_clock)]


@mutant(15, "network")
def verdict_not_stored() -> list[Patch]:
    """The last verdict of each exchange is not written, and so never told."""
    whole = flush._ledger

    def most(conn: Any, given: Any) -> None:
        del given[-1:]
        whole(conn, given)

    return [on(flush, "_ledger", most)]


@mutant(5, "network", "central killed")
def verdict_in_a_transaction_of_its_own() -> list[Patch]:
    """A device's op is decided again whenever it comes: nobody looks into the ledger first."""

    def nothing(*_: Any) -> dict[str, Any]:
        return {}

    fresh = taking._Script._fresh

    def blind(script: Any, came: Any) -> Any:
        with mock.patch.object(load, "entries", nothing):
            return fresh(script, came)

    return [on(taking._Script, "_fresh", blind)]


@mutant(9, "poison for central")
def group_split() -> list[Patch]:
    """Central decides each member of a group alone."""

    def singly(ops: Any) -> list[list[Any]]:
        return [[one] for one in ops]

    def alone(world: Any, unit: Any) -> None:
        for one in unit:
            decide._decide_one(world, one, decide.ALONE)

    return [on(decide, "units", singly), on(taking, "units", singly), on(decide, "decide_unit", alone)]


@mutant(6, "network")
def known_through_falls() -> list[Patch]:
    """It tells of the present request alone."""
    plain = devices.note_received

    def present(conn: Any, device_id: str, incarnation: str, came: Any, before: Any) -> tuple[int, bool]:
        _, forked = plain(conn, device_id, incarnation, came, before)
        return max((seq for seq, _ in came), default=0), forked

    return [on(taking, "note_received", present)]


@mutant(8, "a dependency that never comes")
def child_before_its_parent() -> list[Patch]:
    """Nothing waits for what it depends on."""

    def nothing(*_: Any) -> list[str]:
        return []

    return [on(decide, "_missing", nothing), on(decide, "_absent", nothing)]


@mutant(14)
def losing_value_not_kept() -> list[Patch]:
    """A conflict is answered and no row has the value that lost."""

    def nothing(*_: Any) -> None:
        return

    return [on(conflicts, "put_row", nothing)]


@mutant(5, "old client and new central")
def upgrade_answered_with_changes() -> list[Patch]:
    """A program that is too old is told so, and sent changes all the same."""
    plain = whole(exchange, "answer")

    def both(*given: Any, too_old: bool = False, **more: Any) -> Any:
        return msgspec.structs.replace(plain(*given, too_old=False, **more), upgrade=too_old)

    return [on(exchange, "answer", both)]


@mutant(10)
def page_cut_short() -> list[Patch]:
    """What does not fit into an answer is left out, and the cursor stands at the feed's end."""
    plain = feed._cut

    def cut(found: Any, room: Any) -> Any:
        fitting = plain(found, room)
        del found[len(fitting) :]
        return fitting

    return [on(feed, "_cut", cut)]


@mutant(17, "central's backup restored", "a central that cannot tell what it lacks")
def durable_through_too_high() -> list[Patch]:
    """A laptop is told that the backup holds some ops more than it does."""
    plain = whole(answer, "durable_through")

    def more(conn: Any) -> int:
        told = plain(conn)
        return told + 4 if told else 0

    return [on(answer, "durable_through", more)]


@mutant(10, "central's backup restored", "central rolled back in silence")
def the_same_version_taken_for_the_same_record() -> list[Patch]:
    """A device's own change comes without its body even where the device has not seen what it changed; and the device
    sends while it loads anew, else it would ask for no change of its own.
    """
    return [on(taking._Script, "_has_seen", lambda *_: True), on(store_partitions, "loads_anew", lambda _: False)]


@mutant(10)
def transfer_that_tells_nobody() -> list[Patch]:
    """A case moves, and its old caseload's feed does not say so."""

    def nothing(*_: Any) -> None:
        return

    return [on(transfer, "_leave", nothing)]


@mutant(16)
def seen_off_by_one() -> list[Patch]:
    """What was written in knowledge of all but the leave counts as written after it."""
    plain = whole(decide, "refused_place")

    def late(world: Any, op: Any, partition: str) -> Any:
        return plain(world, msgspec.structs.replace(op, seen=op.seen + 1), partition)

    return [on(decide, "refused_place", late)]


@mutant(16)
def cover_that_never_ends() -> list[Patch]:
    """Whoever may once read a caseload reads it for good."""

    def all_of(granted: Any, _: Any) -> list[str]:
        return sorted(one.partition for one in granted)

    return [on(answer, "readable", all_of)]


@mutant(2, "poison for central")
def released_and_rejected() -> list[Patch]:
    """What a supervisor lets out of quarantine is applied, and its officer hears that it was refused."""
    from fieldpo.central.office import releasing

    plain = flush.flush

    def unsaid(conn: Any, world: Any, held: Any) -> Any:
        for op_id, entry in list(world.decided.items()):
            world.decided[op_id] = msgspec.structs.replace(entry, verdict=VerdictKind.REJECTED)
        return plain(conn, world, held)

    return [on(releasing, "flush", but(flush, flush=unsaid))]


@mutant(4, "poison for central", "held for a decision")
def refused_and_applied() -> list[Patch]:
    """What is refused with another entry of its group is applied all the same."""
    plain = whole(decide, "_refuse")

    def both(world: Any, one: Any, found: Any) -> None:
        plain(world, one, found)
        if found.type == "group-refused" and one.op is not None and one.op.verb == "create":
            place, _ = whole(decide, "target_partition")(world, one.op)
            if place is not None:
                central_apply.apply(world, one.op, place)

    return [on(decide, "_refuse", both)]


@mutant(13)
def note_put_in_order() -> list[Patch]:
    """Central tidies what it stores of an entry."""
    plain = whole(central_apply, "_create")

    def tidied(world: Any, op: Any, partition: str, standing: Any) -> Any:
        if isinstance(op.body.get("note"), str):
            op = msgspec.structs.replace(op, body={**op.body, "note": f"{op.body['note']}."})
        return plain(world, op, partition, standing)

    return [on(central_apply, "_create", tidied)]


@mutant(19)
def whose_caseload_it_is() -> list[Patch]:
    """What a colleague writes while covering is put down to the officer whose caseload it is."""
    plain = whole(decide, "_accept")

    def taken(world: Any, one: Any, op: Any, outcome: Any) -> None:
        plain(world, one, op, outcome)
        officer = outcome.partition.removeprefix("caseload:")
        if officer != outcome.partition:
            world.decided[one.op_id] = msgspec.structs.replace(world.decided[one.op_id], user_id=officer)

    return [on(decide, "_accept", taken)]


@mutant(2, "sent again after a backup")
def superseded_op_applied_after_a_restore() -> list[Patch]:
    """What another op stands for is decided as if nothing did."""
    plain = whole(decide, "refused_succession")

    def forgotten(world: Any, op: Any) -> Any:
        found = plain(world, op)
        return None if found is not None and found.type == "superseded" else found

    return [on(decide, "refused_succession", forgotten)]


@mutant(14, "no network")
def undo_of_a_lost_edit_asks_again() -> list[Patch]:
    """What had lost and is taken back is merged like any other edit."""
    return [on(central_apply, "close_answered", lambda _world, _op, _standing, edit: edit)]
