"""What people at the agency do at central by hand: records, cases, covers, the team, devices, what waits."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.accounts import tokens
from fieldpo.central.books.auth_tables import bearer
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.tables import device, ledger, partition_counter, record
from fieldpo.central.deciding import access
from fieldpo.central.office import intake, intake_waiting, records, releasing, transfer
from fieldpo.central.office.records import NewRecord
from fieldpo.central.teams import team
from fieldpo.errors import BadInput, NotFound
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.exchange import caseload_partition
from tests.central_records import edit_record

from .agency import ACCESS_SECONDS, Agency
from .cast import CASES, TEAM, WHITFIELD


class Office:
    """The people who have central before them. What they did stands in the agency's books."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.unknown = 0

    def edit(self, record_id: str, fields: Mapping[str, Json]) -> bool:
        """A newer file changed a record; False where it is gone."""
        with self._counted() as conn:
            if records.read_record(conn, record_id).deleted:
                return False
            edit_record(conn, record_id, fields, now=self.agency.now())
        return True

    def delete(self, record_id: str) -> None:
        """A record is taken away at central."""
        with self._counted() as conn:
            records.delete_record(conn, record_id, now=self.agency.now())

    def put_unknown(self, rng: random.Random) -> bool:
        """A record of a kind that no program here knows, as a newer central has it."""
        self.unknown += 1
        partition = rng.choice(list(CASES))
        person_id = rng.choice([one for one, body in CASES[partition] if type(body).__name__ == "Person"])
        made = NewRecord(f"00000000-00ff-7000-8000-{self.unknown:012x}", "visit_plan", {"steps": [1, 2]}, person_id)
        with self.hand() as conn:
            records.put_records(conn, records.place_of(conn, person_id), [made], now=self.agency.now())
        return True

    def move(self, person_id: str, officer_id: str) -> None:
        """A case goes to another officer."""
        with self.hand() as conn:
            old = records.place_of(conn, person_id)
            transfer.assign(conn, person_id, officer_id, now=self.agency.now())
            number = conn.scalar(sa.select(partition_counter.c.number).where(partition_counter.c.id == old))
        self.agency.books.leaves.setdefault(person_id, []).append((int(number or 0), self.agency.now()))

    def cover(self, officer_id: str, user_id: str, until: dt.datetime) -> None:
        """A colleague works in a caseload for a time."""
        with self.hand() as conn:
            access.cover(conn, caseload_partition(officer_id), user_id, until, now=self.agency.now())
        self.agency.books.covers[caseload_partition(officer_id)] = user_id, until
        self.agency.books.covered.add(user_id)

    def end_cover(self, partition: str) -> None:
        """And stops."""
        user_id, _ = self.agency.books.covers.pop(partition)
        with self.hand() as conn:
            access.end(conn, partition, user_id, now=self.agency.now())

    def revoke(self, device_id: str) -> None:
        """A device may not speak to central any more."""
        with self.hand() as conn:
            at = self.agency.now().isoformat()
            conn.execute(device.update().where(device.c.id == device_id).values(revoked_at=at))
            tokens.end_device_tokens(conn, device_id)
        self.agency.books.revoked.add(device_id)

    def expire_access(self, device_id: str) -> None:
        """The device's access tokens have run out; its refresh token is good."""
        with self.hand() as conn:
            conn.execute(
                sa.update(bearer)
                .where(bearer.c.device_id == device_id, bearer.c.kind == "access")
                .values(expires_at="2020-01-01T00:00:00.000+00:00")
            )

    def end_tokens(self, device_id: str) -> None:
        """No token of the device is good any more."""
        with self.hand() as conn:
            tokens.end_device_tokens(conn, device_id)

    def sign_in(self, device_id: str) -> tuple[str, str]:
        """The officer signs in again on a device: new tokens."""
        with self.hand() as conn:
            issued = tokens.issue(conn, device_id, self.agency.now(), ACCESS_SECONDS)
        return issued.access, issued.refresh

    def officer_of(self, person_id: str) -> str:
        """In whose caseload a person is."""
        with self.hand() as conn:
            return records.place_of(conn, person_id).partition(":")[2]

    def in_quarantine(self) -> list[str]:
        """The ops that wait for a person there."""
        with reading(self.agency.engine) as conn:
            return [str(row["op_id"]) for row in releasing.in_quarantine(conn, self.agency.now())]

    def device_of(self, op_id: str) -> str:
        """From which device an op came."""
        with reading(self.agency.engine) as conn:
            return str(conn.scalar(sa.select(ledger.c.device_id).where(ledger.c.op_id == op_id)))

    def release(self, op_id: str) -> str:
        """Somebody lets one out, after what central stumbled over was mended; what became of it."""
        before, self.agency.seams.mended = self.agency.seams.mended, True
        try:
            with self.hand() as conn:
                verdict = str(releasing.release(conn, op_id, self.agency.now()))
        except (BadInput, NotFound) as refused:
            return type(refused).__name__
        finally:
            self.agency.seams.mended = before
        self.agency.books.released.add(op_id)
        self.agency.heard.released.add(op_id)
        return verdict

    def refuse(self, op_id: str) -> None:
        """Somebody closes one for good."""
        with self.hand() as conn:
            releasing.refuse(conn, op_id, self.agency.now())
        self.agency.books.refused.add(op_id)

    # The team

    def assign(self, officer_id: str) -> None:
        """An officer comes into the team."""
        with self.hand() as conn:
            team.assign(conn, TEAM, officer_id, now=self.agency.now())
        self.agency.books.team.add(officer_id)

    def take_out(self, officer_id: str) -> None:
        """An officer leaves the team."""
        with self.hand() as conn:
            team.leave(conn, officer_id, now=self.agency.now())
        self.agency.books.team.discard(officer_id)

    def supervise(self) -> None:
        """The supervisor looks over the team, or does no more."""
        books, now = self.agency.books, self.agency.now()
        with self.hand() as conn:
            if books.supervising:
                team.end_supervising(conn, TEAM, WHITFIELD.id, now=now)
            else:
                team.supervise(conn, TEAM, WHITFIELD.id, now=now)
        books.supervising = not books.supervising

    # Someone not listed

    def intakes(self) -> list[str]:
        """Who waits for a match."""
        with reading(self.agency.engine) as conn:
            return [one.id for one in intake_waiting.waiting(conn)]

    def match(self, intake_id: str, person_id: str) -> None:
        """Someone not listed is a client whom central knows."""
        with self._counted() as conn:
            intake.match(conn, intake_id, person_id, self.agency.now())
        self.agency.books.settled[intake_id] = person_id

    def enlist(self, intake_id: str, officer_id: str) -> list[str]:
        """Someone not listed becomes a client; gives the ids of the person and what was made with them, by kind."""
        with self._counted() as conn:
            person = intake.create(conn, intake_id, officer_id, "parole", self.agency.now())
            query = sa.select(record.c.id).where(record.c.person_id == person, record.c.version == 1)
            made = list(conn.scalars(query.order_by(record.c.kind)))
        self.agency.books.settled[intake_id] = person
        return made

    def turn_away(self, intake_id: str) -> None:
        """Someone not listed is nobody's to supervise."""
        with self._counted() as conn:
            intake.refuse(conn, intake_id, "another county's", self.agency.now())
        self.agency.books.refused.add(intake_id)

    @contextmanager
    def _counted(self) -> Iterator[Connection]:
        """Whatever version the block makes is of central's own hand."""
        query = sa.select(record.c.id, record.c.version)
        with self.hand() as conn:
            before = {(row.id, row.version) for row in conn.execute(query)}
            yield conn
            self.agency.books.versions |= {(row.id, row.version) for row in conn.execute(query)} - before

    @contextmanager
    def hand(self) -> Iterator[Connection]:
        """A transaction of somebody at central."""
        with writing(self.agency.engine) as conn:
            yield conn
