"""Entries that belong to one which the officer has set aside: central would hold them for good, so they are asked.

They are shown as returned: sent alone, edited if need be, or set aside too.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, text

from fieldpo.errors import BadInput
from fieldpo.store import records
from fieldpo.store.replay import rebuild
from fieldpo.sync.protocol.body import KINDS, Json
from fieldpo.sync.protocol.ops import Op, thaw

PARENT_SET_ASIDE = "parent-set-aside"
"""The problem of such an entry, on this device alone."""

_ENDED = text(
    "SELECT op_id FROM op WHERE state = 'answered' AND kind LIKE :verb AND (op_id IN :ids OR record_id IN :ids)"
).bindparams(bindparam("ids", expanding=True))
_STATE = text("SELECT state FROM op WHERE op_id = :id")


def ask_about_stuck(connection: Connection) -> list[str]:
    """Turn held entries whose parent was set aside into questions. Returns their op_ids."""
    rows = connection.execute(
        text("SELECT op_id, kind, record_id, text FROM frozen_op WHERE state = 'blocked' ORDER BY position")
    ).all()
    found = [row for row in rows if _parent_ended(connection, thaw(row.text))]
    for row in found:
        connection.execute(
            text("UPDATE op SET state = 'rejected', problem = :problem WHERE op_id = :id"),
            {"problem": PARENT_SET_ASIDE, "id": row.op_id},
        )
    for kind, record_id in dict.fromkeys((row.kind.rpartition(".")[0], row.record_id) for row in found):
        rebuild(connection, kind, record_id)
    return [row.op_id for row in found]


def standing_alone(connection: Connection, kind: str, body: Mapping[str, Json]) -> dict[str, Json]:
    """The body without what it says of records that were set aside. Raises `BadInput` where it cannot do without."""
    spec = KINDS[kind]
    gone = {
        name
        for name in spec.refers
        if isinstance(named := body.get(name), str) and named and not _there(connection, named)
    }
    alone = {name: value for name, value in body.items() if name not in gone}
    if any(spec.fields[name].required for name in gone):
        raise BadInput("This entry is about one that you set aside, and cannot stand alone. Set it aside too.")
    return alone


def _parent_ended(connection: Connection, op: Op) -> bool:
    """Whether an op that it waits for was never applied and rests, with no other in its place."""
    kind = KINDS.get(op.record_kind)
    named = [op.body.get(name) for name in kind.refers] if kind is not None and op.verb == "create" else []
    referred = [each for each in named if isinstance(each, str) and each and not _there(connection, each)]
    ended = [
        *_select(connection, op.deps, "%"),
        *_select(connection, referred, "%.create"),
    ]
    return any(_rests(connection, op_id) for op_id in ended)


def _select(connection: Connection, ids: list[str], verb: str) -> list[str]:
    if not ids:
        return []
    return [str(row.op_id) for row in connection.execute(_ENDED, {"ids": ids, "verb": verb})]


def _rests(connection: Connection, op_id: str) -> bool:
    """Whether the op was never applied and its officer has done with it, and with what came to stand in its place."""
    if connection.scalar(_STATE, {"id": op_id}) != "answered" or not _never_applied(connection, op_id):
        return False
    return all(_rests(connection, one) for one in _successors(connection, op_id))


def _never_applied(connection: Connection, op_id: str) -> bool:
    frozen = connection.scalar(text("SELECT verdict FROM op WHERE op_id = :id"), {"id": op_id}) or ""
    return '"verdict":"rejected"' in frozen or '"verdict":"blocked"' in frozen


def _successors(connection: Connection, op_id: str) -> list[str]:
    named = {"named": f'%"supersedes":"{op_id}"%'}
    return list(connection.scalars(text("SELECT op_id FROM frozen_op WHERE text LIKE :named"), named))


def _there(connection: Connection, record_id: str) -> bool:
    return records.find_record(connection, record_id) is not None
