"""One exchange of nobody's, taken back whole, before a central takes those of laptops.

It shows that this program and this database work together, writing as well as reading, and it spares the first officer
what a process does only once: SQLAlchemy puts a statement together when it is first used, 14 ms for an exchange's.
"""

from __future__ import annotations

import contextlib
import datetime as dt

import msgspec
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import writing
from fieldpo.central.caller import Caller
from fieldpo.central.deciding.received import receive
from fieldpo.central.exchanging.answer import answer
from fieldpo.central.exchanging.taking import log_trouble, take_in
from fieldpo.sync.protocol.body import Body, plain_body
from fieldpo.sync.protocol.exchange import PAGE, AuditRow, SyncRequest
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Contact, Person
from fieldpo.sync.protocol.ops import SCHEMA_VERSION, Op, freeze


class _TakenBack(Exception):
    """The end of every rehearsal."""


def rehearse(engine: Engine, now: dt.datetime) -> None:
    """Take and answer a laptop's exchange, and take it back. What refuses it stands in the log."""
    nobody = Caller(user_id=new_id(), device_id=new_id())
    request = _request(nobody, now)
    ops = [receive(seq, text) for seq, text in request.ops]
    try:
        with contextlib.suppress(_TakenBack), writing(engine) as conn:
            taken = take_in(conn, nobody, request, ops, now)
            msgspec.json.encode(answer(conn, nobody, request, ops, taken, now))
            raise _TakenBack
    except Exception as failed:  # noqa: BLE001 - whatever it was, each laptop's exchange has ways out of its own
        log_trouble("the rehearsal of an exchange failed", nobody.device_id, failed)


def _request(nobody: Caller, now: dt.datetime) -> SyncRequest:
    person = new_id()
    contact = Contact(
        person_id=person,
        officer_id=nobody.user_id,
        occurred_at=now,
        contact="telephone",
        outcome="seen",
        note="A rehearsal.",
    )
    made = [
        _op(nobody, "person", person, Person(family_name="Nobody", given_name="N."), now),
        _op(nobody, "contact", new_id(), contact, now),
        _op(nobody, "contact", new_id(), contact, now),
    ]
    return SyncRequest(
        device=nobody.device_id,
        incarnation=new_id(),
        ops=[(seq, freeze(op)) for seq, op in enumerate(made, 1)],
        audit=[AuditRow(1, "", "")],
        cursors={},
        verdicts_after=0,
        limit=PAGE,
    )


def _op(nobody: Caller, kind: str, record_id: str, body: Body, now: dt.datetime) -> Op:
    return Op(
        op_id=new_id(),
        device_id=nobody.device_id,
        author_id=nobody.user_id,
        kind=f"{kind}.create",
        schema_version=SCHEMA_VERSION,
        record_id=record_id,
        occurred_at=now,
        recorded_at=now,
        body=plain_body(body),
    )
