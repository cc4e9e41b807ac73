"""Someone not listed who had no match: given to a person, made a person of, or refused. One record leaves its caseload.

Every function works inside the caller's transaction (`database.writing`), and locks the partitions itself in id order.
"""

from __future__ import annotations

import contextlib
import datetime as dt

from msgspec.structs import replace
from sqlalchemy.engine import Connection, Engine

from fieldpo.central.books import audit, partitions
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.tables import record, review
from fieldpo.central.deciding.flush import insert_records
from fieldpo.central.deciding.intake_told import CREATED, KIND, MATCHED, REFUSED, called, outcome
from fieldpo.central.office.intake_waiting import Waiting, hanging, one_waiting, waiting
from fieldpo.central.office.records import CENTRAL, NewRecord, place_of, put_records
from fieldpo.central.office.transfer import leave_alone
from fieldpo.errors import BadInput, NotFound
from fieldpo.plain import clean
from fieldpo.sync.protocol.body import Json, plain_body
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Address, Case, Intake, Person, Phone


def match_known(engine: Engine, now: dt.datetime) -> int:
    """Match whoever carries an agency's ID that one person has by now, each in a transaction of its own.

    Returns how many. After an import, and before a supervisor's queue is read; two may do it at the same moment.
    """
    with reading(engine) as conn:
        known = [one for one in waiting(conn) if len(one.candidates) == 1]
    matched = 0
    for one in known:
        with (
            contextlib.suppress(NotFound, BadInput),
            writing(engine) as conn,
        ):  # it waits no longer, or the person has gone elsewhere
            match(conn, one.id, one.candidates[0], now)
            matched += 1
    return matched


def match(conn: Connection, intake_id: str, person_id: str, now: dt.datetime, *, who: str = "") -> int:
    """Give an intake, and what hangs on it, to a person; gives how many records moved or changed.

    Raises NotFound for an intake that does not wait, or a person whom central does not know; BadInput where the person
    is moved at the same moment. `who` decides; without it the log names the server's account.
    """
    return _settle(conn, intake_id, person_id, MATCHED, now, who)


def create(
    conn: Connection, intake_id: str, officer_id: str, supervision: str, now: dt.datetime, *, who: str = ""
) -> str:
    """Make a person and a case of an intake, in an officer's caseload; gives the person's id. Raises NotFound.

    They get the agency's ID that was told, unless somebody carries it already. Until it is confirmed it is no more than
    what their officer says: else whoever types a number first would get what others write about someone else.
    """
    person, place = new_id(), caseload_partition(officer_id)
    one = _held(conn, intake_id, place)
    body = one.intake
    known = body.agency_id and not one.candidates  # who carries it is somebody else, and stays alone with it
    made = [
        NewRecord(
            person,
            "person",
            plain_body(
                Person(
                    family_name=body.family_name,
                    given_name=body.given_name,
                    birth_date=body.birth_date,
                    agency_ids={"agency": body.agency_id} if known else {},
                )
            ),
        ),
        NewRecord(new_id(), "case", plain_body(Case(person_id=person, supervision_type=supervision)), person),
    ]
    told = one.intake.occurred_at.date() if one.intake.occurred_at else None
    if body.phone:
        phone = Phone(person_id=person, number=body.phone, told_on=told)
        made.append(NewRecord(new_id(), "phone", plain_body(phone), person))
    if body.address:
        address = Address(person_id=person, line1=body.address, told_on=told)
        made.append(NewRecord(new_id(), "address", plain_body(address), person))
    put_records(conn, place, made, now=now, claimed=True)
    _settle(conn, intake_id, person, CREATED, now, who)
    return person


def refuse(conn: Connection, intake_id: str, reason: str, now: dt.datetime, *, who: str = "") -> None:
    """Close an intake that is nobody's to supervise; it stays as it was written. Raises NotFound."""
    one = _held(conn, intake_id)
    _close(conn, one, REFUSED, one.partition, None)
    _tell(conn, one, outcome(intake_id, _called(one.intake), REFUSED, now, reason=clean(reason)[:400]), now)
    audit.note(conn, "intake refuse", intake_id, who=who, now=now)


def _settle(conn: Connection, intake_id: str, person_id: str, became: str, now: dt.datetime, who: str) -> int:
    to = place_of(conn, person_id)
    one = _held(conn, intake_id, to)
    if place_of(conn, person_id) != to:
        raise BadInput("Somebody else moved this person at the same moment. Nothing was changed: look again.")
    counters = partitions.lock(conn, [one.partition, to])
    old, new = counters[one.partition], counters[to]
    moved = [each for each in hanging(conn, intake_id) if each.partition == old.id]
    for each in moved:
        old.take_away(each.id, each.version)
        changed = replace(
            each,
            partition=to,
            person_id=person_id,
            version=each.version + 1,
            number=new.next(),
            writer=CENTRAL,
            writer_since=each.writer_since if each.writer == CENTRAL else each.version,
            body={**each.body, "person_id": person_id},
        )
        new.add(changed.id, changed.version)
        conn.execute(record.delete().where(record.c.partition_id == old.id, record.c.id == each.id))
        insert_records(conn, [changed])
        if old.id != to:
            leave_alone(conn, each.id, old, to, now)
    partitions.store(conn, counters.values(), now)
    _close(conn, one, became, to, person_id)
    _tell(conn, one, outcome(intake_id, _called(one.intake), became, now, to), now)
    audit.note(conn, f"intake {became}", f"{intake_id} {person_id}", who=who, now=now)
    return len(moved)


def _tell(conn: Connection, one: Waiting, body: dict[str, Json], now: dt.datetime) -> None:
    """Its officer reads what became of it in the own caseload's feed; the partition is locked already, or alone."""
    put_records(conn, one.partition, [NewRecord(new_id(), KIND, body)], now=now)


def _close(conn: Connection, one: Waiting, state: str, partition: str, person_id: str | None) -> None:
    conn.execute(
        review.update()
        .where(review.c.partition_id == one.partition, review.c.id == one.id)
        .values(state=state, partition_id=partition, person_id=person_id)
    )


def _held(conn: Connection, intake_id: str, *places: str) -> Waiting:
    """Whom it tells of, with their partition and those places locked: nobody else settles it any more."""
    partitions.lock(conn, [one_waiting(conn, intake_id).partition, *places])
    return one_waiting(conn, intake_id)  # another may have settled it while this one waited for the lock


def _called(body: Intake) -> str:
    return called(body.family_name, body.given_name)
