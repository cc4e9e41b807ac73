"""Officers as the agency's partition has them: an officer record each, and the record of their caseload."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.tables import record
from fieldpo.central.office.landing import Landed, hold, land
from fieldpo.central.office.records import NewRecord, put_records, read_records
from fieldpo.errors import BadInput, NotFound
from fieldpo.plain import clean
from fieldpo.sync.protocol.body import plain_body
from fieldpo.sync.protocol.exchange import AGENCY
from fieldpo.sync.protocol.kinds import Caseload, Officer

TITLE_LETTERS: Final = 100


def add_officer(conn: Connection, user_id: str, name: str, *, title: str, role: str, now: dt.datetime) -> None:
    """An officer record and a caseload of their own."""
    landed = [officer_record(user_id, Officer(name=name, title=title, role=role))]
    landed.append(caseload_record(user_id, f"Caseload of {name}"))
    land(conn, landed, now)


def change_title(conn: Connection, officer_id: str, title: str, *, now: dt.datetime) -> None:
    """What stands under an officer's name from now on; what was signed keeps the title that it was signed with.

    Raises NotFound for an officer that is not there, BadInput for a title that does not fit.
    """
    word = clean(title)
    if not word or len(word) > TITLE_LETTERS:
        raise BadInput(f"A title has 1 to {TITLE_LETTERS} letters. Nothing was changed.")
    hold(conn, [AGENCY])
    officer = read_records(conn, [officer_id]).get(officer_id)
    if officer is None or officer.kind != "officer" or officer.deleted:
        raise NotFound(f"There is no officer {officer_id}; see `fieldpo central user list --officers`.")
    put_records(conn, AGENCY, [NewRecord(officer_id, "officer", {**officer.body, "title": word})], now=now)


def officer_record(officer_id: str, officer: Officer) -> Landed:
    """An officer's record as it lands in the agency's partition."""
    return AGENCY, NewRecord(officer_id, "officer", plain_body(officer))


def caseload_record(officer_id: str, name: str) -> Landed:
    """The record of an officer's own caseload."""
    return AGENCY, NewRecord(
        caseload_id(officer_id), "caseload", plain_body(Caseload(name=name, officer_id=officer_id))
    )


def caseload_id(officer_id: str) -> str:
    """The id of that record; it follows from the officer's."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"fieldpo caseload {officer_id}"))


def all_officers(conn: Connection) -> list[tuple[str, Officer]]:
    """Every officer record with its id, by name."""
    rows = conn.execute(
        sa.select(record.c.id, record.c.body).where(
            record.c.partition_id == AGENCY, record.c.kind == "officer", record.c.deleted.is_(False)
        )
    ).all()
    return sorted(
        ((row.id, msgspec.json.decode(row.body, type=Officer)) for row in rows), key=lambda each: each[1].name
    )


def officer_of(conn: Connection, officer_id: str) -> Officer | None:
    """The officer record of that id."""
    found = read_records(conn, [officer_id]).get(officer_id)
    return msgspec.convert(found.body, Officer) if found and found.kind == "officer" and not found.deleted else None
