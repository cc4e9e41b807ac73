"""Entries that were not taken, tried again because the officer says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import text

from fieldpo.store import audit
from fieldpo.store.records import json_list
from fieldpo.store.vault import Vault

_AGAIN = text(
    "WITH named AS (SELECT value FROM json_each(:ids)) "
    "UPDATE op SET state = 'waiting' WHERE state = 'parked' AND (op_id IN named OR group_id IN "
    "(SELECT group_id FROM op WHERE op_id IN named AND group_id IS NOT NULL)) RETURNING op_id, kind, record_id"
)
_NOT_TAKEN = text("SELECT op_id FROM op WHERE state = 'parked'")


def try_again(vault: Vault, op_ids: Collection[str] | None = None, now: dt.datetime | None = None) -> int:
    """Let entries that were not taken go with the next sync, each with those it was saved together with; all of them
    where none is named. What is refused even alone once more is set apart again at once. Returns how many wait again.
    """
    at = now or dt.datetime.now().astimezone()
    with vault.writing() as connection:
        wanted = list(connection.scalars(_NOT_TAKEN)) if op_ids is None else list(op_ids)
        again = connection.execute(_AGAIN, {"ids": json_list(wanted)}).all()
        audit.append(
            connection,
            vault.identity.user_id,
            vault.identity.device_id,
            at,
            [audit.Event("tried again", row.kind.rpartition(".")[0], row.record_id) for row in again],
        )
    return len(again)
