"""Entries in whose place others stand, after central went back and could not tell what it lacks: they go up last.

Central never applies an entry whose successor it knows. One that cannot be told of successors beforehand has to have
them first, else it applies what the officer has long since put right.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, text

from fieldpo.store.database.meta import get_meta, put_meta

_REPLACED = "replaced"
"""The meta key of replaced op → the op in its place, of those that wait for their turn."""

_FAR = 2**40
"""More than any outbox counts to."""

IN_TURN = f"""
    SELECT position + {_FAR} * coalesce(turn.value, 0) AS position, op_id, seq, text, group_id
    FROM frozen_op LEFT JOIN json_each(:turns) AS turn ON turn.key = op_id
    WHERE state = 'waiting' AND incarnation = :incarnation AND position + {_FAR} * coalesce(turn.value, 0) > :after
    ORDER BY 1 LIMIT :most
"""  # noqa: S608 - ours
"""The waiting ops after a place, those of the first turn first; a turn below 0 does not come."""


def note_replaced(connection: Connection, successors: Mapping[str, str]) -> None:
    """These wait again, each with the op that stands in its place."""
    put_meta(connection, _REPLACED, msgspec.json.encode(successors).decode())


def turns(connection: Connection) -> dict[str, str]:
    """What `IN_TURN` is asked with; empty where nothing that waits was replaced."""
    noted = get_meta(connection, _REPLACED)
    if not noted:
        return {}
    successors = msgspec.json.decode(noted, type=dict[str, str])
    named = {*successors, *successors.values()}
    states = {row.op_id: row for row in connection.execute(_STATES, {"ids": msgspec.json.encode(list(named)).decode()})}
    undecided = {one for one, row in states.items() if row.state == "parked" or (row.state == "waiting" and row.tries)}
    wait = [one for one in successors if one in states and states[one].state == "waiting"]
    found = {one: _turn(one, successors, undecided) for one in wait}
    return {"turns": msgspec.json.encode(found).decode()} if found else {}


_STATES = text("SELECT op_id, state, tries FROM op WHERE op_id IN (SELECT value FROM json_each(:ids))")


def _turn(op_id: str, successors: Mapping[str, str], undecided: set[str]) -> int:
    """How many stand in its place, one after another; below 0 where central could not decide one of them yet."""
    turn = 0
    while op_id in successors and turn <= len(successors):
        op_id, turn = successors[op_id], turn + 1
        if op_id in undecided:
            return -1
    return turn
