"""Where each entry is that central has not simply taken: what happened to it and what the officer can do.

For Not sent / Needs your answer and for `fieldpo outbox`, which say the same.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, text

from fieldpo.store import records
from fieldpo.store.acting.answered import verdict_of
from fieldpo.store.acting.outbox_words import OVER, WHERE, story
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.database.ledger_tables import OpState
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.exchange import Verdict
from fieldpo.sync.protocol.ops import Op, thaw


class Place(enum.StrEnum):
    """Where an entry stands."""

    NOT_SENT = "not sent"
    NOT_TAKEN = "not taken"
    HELD = "held for review"
    CONFLICT = "needs your answer"
    RETURNED = "returned"


@dataclass(frozen=True)
class FieldQuestion:
    """One field that somebody else changed first: what you typed, and what stands at central."""

    conflict_id: str
    field: str
    yours: Json
    theirs: Json


@dataclass(frozen=True)
class OutboxEntry:
    """One entry on its way. `saved_at` is the device's clock in its present zone, for the reader to turn to the
    office's; `typed` what the officer entered."""

    op_id: str
    act_id: str
    label: str
    kind: str
    verb: str
    record_id: str
    person_id: str | None
    person_name: str
    saved_at: dt.datetime
    place: Place
    where: str
    happened: str
    to_do: str
    problem: str = ""
    questions: tuple[FieldQuestion, ...] = ()
    typed: Mapping[str, Json] = field(default_factory=dict)

    @property
    def needs_answer(self) -> bool:
        """Whether the officer has to decide something."""
        return self.place in (Place.CONFLICT, Place.RETURNED)

    @property
    def signed(self) -> bool:
        """Whether it bears a signature, so that nothing in it can be changed."""
        return _is_signed(self.typed)

    @property
    def correctable(self) -> bool:
        """Whether it is a signed report that came back, in whose place another may be signed."""
        return self.signed and self.place is Place.RETURNED and self.kind == "violation_report" and not self.over

    @property
    def over(self) -> bool:
        """Whether central would return it again, however it is sent."""
        return self.place is Place.RETURNED and self.problem in OVER


_PLACES = {
    OpState.WAITING: Place.NOT_SENT,
    OpState.PARKED: Place.NOT_TAKEN,
    OpState.BLOCKED: Place.HELD,
    OpState.CONFLICT: Place.CONFLICT,
    OpState.REJECTED: Place.RETURNED,
}


@dataclass(frozen=True)
class OutboxPage:
    """The entries that are looked at first, and how many there are in all."""

    entries: Sequence[OutboxEntry]
    count: int


_NOT_DONE = "op.state IN ('waiting', 'parked', 'blocked', 'conflict', 'rejected')"
_ENTRIES = (
    "SELECT op.op_id, op.act_id, op.record_id, op.person_id, op.state, op.tries, op.problem, "  # noqa: S608 - our own words
    "op.verdict, op.saved_utc, op.text, act.label FROM frozen_op op LEFT JOIN act "
    f"ON act.act_id = op.act_id WHERE {_NOT_DONE} "
    "AND (:op IS NULL OR op.op_id = :op) "
)


def outbox_entries(connection: Connection) -> list[OutboxEntry]:
    """Every entry that is not done, in the order of saving."""
    return _read(connection, "ORDER BY op.position")


def outbox_page(connection: Connection, limit: int) -> OutboxPage:
    """The first entries: those that need an answer, then what is held up, then the others; the oldest first in each."""
    ranked = "ORDER BY op.state NOT IN ('conflict', 'rejected'), op.state = 'waiting', op.position LIMIT :limit"
    found = connection.scalar(text(f"SELECT count(*) FROM frozen_op op WHERE {_NOT_DONE}"))  # noqa: S608 - our own words
    return OutboxPage(_read(connection, ranked, limit=limit), int(found or 0))


def not_taken(connection: Connection) -> int:
    """How many entries were refused even alone: they go again when the officer says so, or after an update."""
    return int(connection.scalar(text("SELECT count(*) FROM op WHERE state = 'parked'")) or 0)


def outbox_entry(connection: Connection, op_id: str) -> OutboxEntry | None:
    """One entry that is not done, or None."""
    return next(iter(_read(connection, "", op=op_id)), None)


def _read(connection: Connection, order: str, **wanted: str | int) -> list[OutboxEntry]:
    rows = _ordered(order).rows(connection, {"op": None, **wanted})
    names = {each: _name(connection, each) for each in {row.person_id for row in rows}}
    return [_entry(connection, row, names[row.person_id]) for row in rows]


@cache
def _ordered(order: str) -> AtOnce:
    return AtOnce(_ENTRIES + order)


def _entry(connection: Connection, row: Any, person_name: str) -> OutboxEntry:
    op, verdict = thaw(row.text), verdict_of(row.verdict)
    state, typed = OpState(row.state), _typed(op)
    happened, to_do = story(state, row.tries, row.problem, verdict, signed=op.record_kind if _is_signed(typed) else "")
    return OutboxEntry(
        op_id=row.op_id,
        act_id=row.act_id,
        label=row.label or "",
        kind=op.record_kind,
        verb=op.verb,
        record_id=row.record_id,
        person_id=row.person_id,
        person_name=person_name,
        saved_at=dt.datetime.fromtimestamp(row.saved_utc, dt.UTC).astimezone(),
        place=_PLACES[state],
        where=WHERE[state],
        happened=happened,
        to_do=to_do,
        problem=row.problem,
        questions=_questions(connection, op, verdict) if state is OpState.CONFLICT else (),
        typed=typed,
    )


def _questions(connection: Connection, op: Op, verdict: Verdict | None) -> tuple[FieldQuestion, ...]:
    if verdict is None:
        return ()
    record = records.read_record(connection, op.record_kind, op.record_id)
    spec = op.known_kind
    asked = []
    for one in verdict.conflicts:
        theirs = one.current
        if record is not None and not record.hidden and spec is not None and one.field in spec.fields:
            theirs = spec.value(record.body, one.field)
        asked.append(FieldQuestion(one.conflict_id, one.field, one.yours, theirs))
    return tuple(asked)


def _typed(op: Op) -> Mapping[str, Json]:
    if op.verb != "edit":
        return op.body
    edit = op.edit()
    return {name: change.new for name, change in edit.fields.items()} | dict(edit.add)


def _is_signed(typed: Mapping[str, Json]) -> bool:
    return bool(typed.get("signed_sha256"))


def _name(connection: Connection, person_id: str | None) -> str:
    if person_id is None:
        return ""
    person = records.read_record(connection, "person", person_id)
    if person is None:
        return ""
    family, given = person.body.get("family_name", ""), person.body.get("given_name", "")
    return f"{family}, {given}" if given else str(family)
