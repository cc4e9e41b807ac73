"""Taking back the last act: by its inverse, sent or not. What was saved leaves its trace.

An entry that is written once is withdrawn: it stays, struck through. A change goes back to what stood before it,
field by field, where nobody has changed it since. A record that the act made is taken away.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, text

from fieldpo.errors import BadInput, NotFound
from fieldpo.store.acting.acts import Act, Change, Create, Remove, Saved, Step, perform
from fieldpo.store.acting.answered import verdict_of
from fieldpo.store.records import read_record
from fieldpo.store.vault import Identity, Vault
from fieldpo.sync.protocol.body import KINDS, Merging
from fieldpo.sync.protocol.kinds import Withdrawal
from fieldpo.sync.protocol.merge import inverse
from fieldpo.sync.protocol.ops import Op, thaw

REASON = "entered in error"

DECIDED = "What you decided on at central stands. Nothing was changed: tell the officer, or the central office."
STANDS = "An entry marked as entered in error stays so. Nothing was changed: write the entry again, or add to it (A)."
_FOR_GOOD = {"withdrawal.create": STANDS, "held_decision.create": DECIDED}
_STANDS = (
    "(SELECT op.kind FROM op WHERE op.act_id = act.act_id AND op.kind IN ('withdrawal.create', 'held_decision.create') "
    "AND op.state <> 'rejected' LIMIT 1) AS stands"
)


@dataclass(frozen=True)
class Undoable:
    """The last act that can be taken back; `sent` tells whether central already has it.

    `because` says why it cannot: an entry marked as entered in error, or a decision on what central holds, is for good.
    """

    act_id: str
    label: str
    sent: bool
    because: str = ""

    @property
    def stands(self) -> bool:
        """Whether it is for good."""
        return bool(self.because)


def last_act(connection: Connection) -> Undoable | None:
    """What `u` would take back now, or None."""
    row = connection.execute(
        text(
            "SELECT act_id, label, "  # noqa: S608 - SQL of ours
            "EXISTS (SELECT 1 FROM op WHERE op.act_id = act.act_id AND op.state = 'done') AS sent, "
            f"{_STANDS} "
            "FROM act WHERE undone = 0 AND undoes IS NULL ORDER BY position DESC LIMIT 1"
        )
    ).one_or_none()
    return Undoable(row.act_id, row.label, bool(row.sent), _FOR_GOOD.get(row.stands, "")) if row else None


def undo(vault: Vault, act_id: str, now: dt.datetime | None = None) -> Saved:
    """Take back an act. Raises `NotFound` when it is not there or was taken back already, `BadInput` for what
    is for good.

    What central has returned of it was never applied: that is set aside and nothing is sent for it.
    """
    at = now or dt.datetime.now().astimezone()
    with vault.reading() as connection:
        row = connection.execute(
            text(f"SELECT label, undone, {_STANDS} FROM act WHERE act_id = :id"),  # noqa: S608 - SQL of ours
            {"id": act_id},
        ).one_or_none()
        if row is None or row.undone:
            raise NotFound("There is nothing to undo.")
        if row.stands:
            raise BadInput(_FOR_GOOD[row.stands])
        texts = connection.scalars(
            text("SELECT text FROM frozen_op WHERE act_id = :id AND state <> 'rejected' ORDER BY position DESC"),
            {"id": act_id},
        )
        steps = tuple(
            step for op in map(thaw, texts) if (step := inverse_step(connection, vault.identity, op, at)) is not None
        )
    return perform(vault, Act(f"Undid: {row.label}", steps, at, undoes=act_id), at)


def inverse_step(connection: Connection, identity: Identity, op: Op, at: dt.datetime) -> Step | None:
    """The step that takes one op back; None where nothing of it stands any more."""
    kind = op.record_kind
    record = read_record(connection, kind, op.record_id)
    if record is None or record.hidden:
        wanted_back = record is not None and op.verb == "delete" and record.waiting > 0
        return Create(KINDS[kind].check(record.body), op.record_id, undoes=op.op_id) if record and wanted_back else None
    spec = KINDS[kind]
    if op.verb == "create" and record.version == 0 and (asked := _question(connection, op.op_id)):
        return Remove(kind, op.record_id, resolves=asked, undoes=op.op_id)
    if op.verb == "edit":
        back = inverse(op.edit())
        still = {
            name: change.new for name, change in back.fields.items() if spec.value(record.body, name) == change.old
        }
        return Change(
            kind, op.record_id, still, back.add, back.remove, resolves=_question(connection, op.op_id), undoes=op.op_id
        )
    if op.verb == "delete":  # it lost: the record stands, and only the question is left to end
        asked = _question(connection, op.op_id)
        return Change(kind, op.record_id, resolves=asked, undoes=op.op_id) if asked else None
    if spec.merging is Merging.INSERT:
        return Create(
            Withdrawal(
                person_id=record.person_id,
                entry_id=op.record_id,
                reason=REASON,
                officer_id=identity.user_id,
                written_at=at,
            ),
            undoes=op.op_id,
        )
    return Remove(kind, op.record_id, undoes=op.op_id)


def _question(connection: Connection, op_id: str) -> str | None:
    """The conflict that an op is asked about: taking the op back answers it."""
    frozen = connection.scalar(text("SELECT verdict FROM op WHERE op_id = :id AND state = 'conflict'"), {"id": op_id})
    verdict = verdict_of(frozen)
    return verdict.conflicts[0].conflict_id if verdict is not None and verdict.conflicts else None
