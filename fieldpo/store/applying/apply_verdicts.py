"""Central's verdicts written into the outbox, and what they do to base copies and views.

Nothing is marked done but by the verdict that says so, together with its place in central's inbox.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, text

from fieldpo.plain import clean
from fieldpo.store import records
from fieldpo.store.acting.stuck import ask_about_stuck
from fieldpo.store.applying.apply_new import Sent, Settled, settle_new
from fieldpo.store.applying.clean_bodies import clean_verdict
from fieldpo.store.applying.restored import wait_again
from fieldpo.store.database.ledger_tables import OPEN_STATES, OpState
from fieldpo.store.partitions import LEFT, Tally
from fieldpo.store.records import Base
from fieldpo.store.replay import kind_of, rebuild
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.exchange import Verdict, VerdictKind
from fieldpo.sync.protocol.merge import apply_over
from fieldpo.sync.protocol.ops import Edit, Op, thaw

_STATES = {
    VerdictKind.ACCEPTED: OpState.DONE,
    VerdictKind.MERGED: OpState.DONE,
    VerdictKind.CONFLICT: OpState.CONFLICT,
    VerdictKind.REJECTED: OpState.REJECTED,
    VerdictKind.BLOCKED: OpState.BLOCKED,
    VerdictKind.RETRY: OpState.WAITING,
}
_DONE = OpState.DONE.value
_APPLIED = (VerdictKind.ACCEPTED, VerdictKind.MERGED, VerdictKind.CONFLICT)
_SUPERSEDED = "superseded"
_DELETED = "record-deleted"


_TOLD_OF = text(
    "SELECT op_id, kind, record_id, partition, state, position FROM op "
    "WHERE op_id IN (SELECT value FROM json_each(:ids))"
)
_TEXT = text("SELECT text FROM frozen_op WHERE op_id = :id")

Told = tuple[Sent, Verdict]
"""An op as it was, and what central says of it."""


@dataclass(frozen=True)
class Answered:
    """Ops by what central said, counted over some verdicts; `new` were not answered before."""

    new: int = 0
    held: int = 0
    returned: int = 0
    conflicts: int = 0
    again: int = 0

    def plus(self, other: Answered) -> Answered:
        """Both together."""
        return Answered(
            self.new + other.new,
            self.held + other.held,
            self.returned + other.returned,
            self.conflicts + other.conflicts,
            self.again + other.again,
        )


@dataclass
class Heard:
    """What some verdicts came to: counts, where new records stand whose feed has nothing more to say of them, and the
    records in which one's own change and somebody else's came together.
    """

    answered: Answered = Answered()
    settled: Settled = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)


def take_verdicts(connection: Connection, verdicts: Sequence[Verdict], heard: Heard) -> None:
    """Write some verdicts, in the caller's transaction. Verdicts on ops of another life of the vault pass by."""
    rows = _rows(connection, [verdict.op_id for verdict in verdicts])
    known = [(rows[verdict.op_id], clean_verdict(verdict)) for verdict in verdicts if verdict.op_id in rows]
    heard.answered = heard.answered.plus(_counted(known))
    heard.merged.update(row.record_id for row, verdict in known if verdict.verdict is VerdictKind.MERGED)
    _write(connection, known)
    tally = Tally()
    settled = settle_new(connection, known, tally)
    heard.settled.update(settled)
    touched = dict[tuple[str, str], None]()
    for row, verdict in known:
        if row.record_id in settled:
            continue
        blocked = verdict.verdict is VerdictKind.BLOCKED
        if blocked and row.state not in OPEN_STATES and _is_here(connection, row.op_id):  # released, or it went back
            wait_again(connection, row.kind.rpartition(".")[0], row.record_id, row.partition)
        if verdict.verdict in _APPLIED and (frozen := connection.scalar(_TEXT, {"id": row.op_id})):
            _advance_base(connection, thaw(frozen), verdict, tally)
        touched[row.kind.rpartition(".")[0], row.record_id] = None
    tally.store(connection)
    for kind, record_id in touched:
        rebuild(connection, kind, record_id)
    if any(verdict.verdict is VerdictKind.BLOCKED for _, verdict in known):
        ask_about_stuck(connection)


def _rows(connection: Connection, op_ids: list[str]) -> Mapping[str, Sent]:
    rows = connection.execute(_TOLD_OF, {"ids": records.json_list(op_ids)}).all()
    return {row[0]: Sent(*row) for row in rows}


def _counted(known: Sequence[Told]) -> Answered:
    said = Counter(verdict.verdict for _, verdict in known)
    first = sum(
        row.state in (OpState.WAITING, OpState.PARKED) and verdict.verdict is not VerdictKind.RETRY
        for row, verdict in known
    )
    return Answered(
        new=first,
        held=said[VerdictKind.BLOCKED],
        returned=said[VerdictKind.REJECTED],
        conflicts=said[VerdictKind.CONFLICT],
        again=said[VerdictKind.RETRY],
    )


def _write(connection: Connection, known: Sequence[Told]) -> None:
    again = [
        {"id": verdict.op_id, "problem": _problem(verdict)}
        for _, verdict in known
        if verdict.verdict is VerdictKind.RETRY
    ]
    if again:
        connection.execute(
            text("UPDATE op SET tries = tries + 1, problem = :problem WHERE op_id = :id AND state = 'waiting'"), again
        )
    decided = [
        (_DONE, None, verdict.inbox, "", row.position)
        if verdict.verdict is VerdictKind.ACCEPTED and verdict.problem is None
        else _decided(_state(connection, row, verdict), row, verdict)
        for row, verdict in known
        if verdict.verdict is not VerdictKind.RETRY
    ]
    if decided:
        connection.exec_driver_sql(
            "UPDATE op SET state = ?, verdict = ?, inbox = ?, problem = ? WHERE position = ?", decided
        )


def _decided(state: OpState, row: Sent, verdict: Verdict) -> tuple[str, str | None, int, str, int]:
    """What is written of a verdict; its words where the officer may be told of them."""
    said = None if state is OpState.DONE else msgspec.json.encode(verdict).decode()
    return state.value, said, verdict.inbox, _problem(verdict), row.position


def _state(connection: Connection, row: Sent, verdict: Verdict) -> OpState:
    state = _STATES[verdict.verdict]
    if state is not OpState.DONE and not _is_here(connection, row.op_id):
        return OpState.ANSWERED  # the case has left, and its text with it: whoever has it now is asked at central
    if state not in (OpState.CONFLICT, OpState.REJECTED):
        return state
    if _problem(verdict) == _SUPERSEDED or row.state == OpState.ANSWERED:
        return OpState.ANSWERED
    over = state is OpState.CONFLICT and _ended_by_later(connection, row, verdict)
    return OpState.ANSWERED if over else state


def _is_here(connection: Connection, op_id: str) -> bool:
    return bool(connection.scalar(_TEXT, {"id": op_id}))


def _ended_by_later(connection: Connection, row: Sent, verdict: Verdict) -> bool:
    """Whether the officer undid it before hearing that it lost, or had answered already when central was restored:
    central closes the question with that op.
    """
    later = connection.scalars(
        text("SELECT text FROM frozen_op WHERE record_id = :id AND state <> 'rejected'"), {"id": row.record_id}
    )
    ops = [thaw(frozen) for frozen in later]
    resolved = {op.resolves for op in ops}
    answered = bool(verdict.conflicts) and all(one.conflict_id in resolved for one in verdict.conflicts)
    return answered or any(op.undoes == row.op_id for op in ops)


def _problem(verdict: Verdict) -> str:
    return clean(verdict.problem.type)[:100] if verdict.problem is not None else ""


def _advance_base(connection: Connection, op: Op, verdict: Verdict, tally: Tally) -> None:
    """Let central's copy follow what central applied, so that the view stays as the officer knows it."""
    base = records.read_base(connection, op.record_id)
    if base is None or verdict.version <= base.version:
        return
    body = _applied(base.body, op, verdict)
    place = _place(connection, base, verdict)
    if base.body is not None:
        tally.take(base.partition, base.id, base.version)
    if body is not None:
        tally.add(place, base.id, verdict.version)
    records.write_base(connection, Base(base.kind, base.id, place, verdict.version, verdict.number, body))


def _applied(body: Mapping[str, Json] | None, op: Op, verdict: Verdict) -> Mapping[str, Json] | None:
    match op.verb:
        case "create":
            return body if body is not None else op.body
        case "edit":
            if body is None or (verdict.problem is not None and verdict.problem.type == _DELETED):
                return None
            lost = {conflict.field for conflict in verdict.conflicts}
            return apply_over(kind_of(op.record_kind), body, _without(op.edit(), lost))
    return None if verdict.verdict is not VerdictKind.CONFLICT else body


def _without(edit: Edit, lost: set[str]) -> Edit:
    return Edit(*({name: one for name, one in part.items() if name not in lost} for part in _parts(edit)))


def _parts(edit: Edit) -> tuple[dict[str, Json], dict[str, Json], dict[str, Json]]:
    return dict(edit.fields), dict(edit.add), dict(edit.remove)


def _place(connection: Connection, base: Base, verdict: Verdict) -> str:
    """Where central put the record; under `left:` where this device does not pull."""
    if not verdict.partition:
        return base.partition
    pulled = connection.scalar(
        text("SELECT 1 FROM partition WHERE id = :id AND revoked = 0"), {"id": verdict.partition}
    )
    if pulled:
        return verdict.partition
    return base.partition if base.partition.startswith(LEFT) else LEFT + verdict.partition
