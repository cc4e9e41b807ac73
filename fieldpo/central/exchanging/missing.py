"""`POST /v1/ops/missing`: which of a device's ops central does not have, after it was restored from a backup."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import writing
from fieldpo.central.books.meta import epoch
from fieldpo.central.books.rows import insert_new_rows, select_in
from fieldpo.central.books.tables import ledger, supersession
from fieldpo.central.caller import Caller
from fieldpo.central.deciding.devices import hold_device
from fieldpo.central.deciding.load import entries
from fieldpo.errors import BadInput
from fieldpo.sync.protocol.exchange import MAX_MISSING, MissingRequest, MissingResponse


def missing(engine: Engine, caller: Caller, asked: MissingRequest, now: dt.datetime) -> MissingResponse:
    """Answer the question, and remember which of the ops another stands for, before either comes.

    Raises BadInput for a request that breaks the contract.
    """
    if asked.device != caller.device_id:
        raise BadInput("The request names another device than its token.")
    if len(asked.op_ids) > MAX_MISSING or len(asked.superseded) > MAX_MISSING:
        raise BadInput(f"A request names at most {MAX_MISSING} ops.")
    if any("\x00" in each for each in (*asked.op_ids, *asked.superseded, *asked.superseded.values())):
        raise BadInput("The request holds a character that cannot be stored.")
    with writing(engine) as conn:
        hold_device(conn, caller.device_id, caller.user_id, now)
        # Bytes that were kept alone are no answer: an op that has not been decided is sent again.
        mine = sa.select(ledger.c.op_id).where(ledger.c.device_id == caller.device_id)
        there = {row.op_id for row in select_in(conn, mine, ledger.c.op_id, set(asked.op_ids))}
        known = entries(conn, {*asked.superseded, *asked.superseded.values()})
        insert_new_rows(
            conn,
            supersession,
            [
                {"op_id": op_id, "successor": successor}
                for op_id, successor in asked.superseded.items()
                if op_id not in known and op_id not in there and successor not in known
            ],
        )
        return MissingResponse(epoch=epoch(conn), missing=[each for each in asked.op_ids if each not in there])
