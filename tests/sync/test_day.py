"""An officer's day against a real central: enrol, pull, work offline, come back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import text

from fieldpo.central.books.database import writing
from fieldpo.central.office.records import delete_record
from fieldpo.store import partitions
from fieldpo.store.acting import outbox
from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.records import read_record
from fieldpo.store.search import search
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Case, Contact, Person, Phone

from .conftest import Field

AT = dt.datetime(2026, 11, 22, 17, 4, tzinfo=dt.timezone(dt.timedelta(hours=-6)))


def test_what_is_typed_offline_stands_at_central_once(field: Field) -> None:
    """A contact and a changed number made offline are at central after one sync, and the hashes agree."""
    reyes = field.central.user("reyes")
    person, case, phone = new_id(), new_id(), new_id()
    field.central.put(
        reyes.id,
        [
            (person, Person(family_name="Fahey", given_name="Brian")),
            (case, Case(person_id=person, case_number="24-118")),
            (phone, Phone(person_id=person, number="515 555 0101")),
        ],
    )
    laptop = field.enrol(reyes)
    first = laptop.sync()
    assert first.pulled >= 3
    contact = Create(
        Contact(
            person_id=person, occurred_at=AT, contact="home", outcome="reported", officer_id=reyes.id, note="At table"
        )
    )
    perform(laptop.vault, Act("Contact", (contact,), AT))
    perform(laptop.vault, Act("Number", (Change("phone", phone, {"number": "515 555 0199"}),), AT))
    receipt = laptop.sync()
    assert (receipt.received, receipt.held, receipt.returned, receipt.not_sent) == (2, 0, 0, 0)
    assert field.central.record(contact.record_id).body["note"] == "At table"
    assert field.central.record(phone).body["number"] == "515 555 0199"
    with laptop.vault.reading() as connection:
        assert outbox.counts(connection).not_sent == 0
        shown = read_record(connection, "phone", phone)
        assert shown is not None
        assert (shown.body["number"], shown.waiting, shown.version) == ("515 555 0199", 0, 2)
        assert connection.scalar(text("SELECT count(*) FROM base")) == 0
        assert [hit.kind for hit in search(connection, "fahey")] == ["person"]
        assert not any(one.loading for one in partitions.partitions(connection))
    again = laptop.sync()
    assert (again.received, again.pulled, again.drifted) == (0, 0, ())


def test_what_came_is_what_is_new_to_the_officer(field: Field) -> None:
    """One's own entries coming back are not counted, nor what comes again whole; what somebody else wrote is, also
    where it came together with one's own change of the same record, and what somebody else took away.
    """
    reyes = field.central.user("reyes")
    person, phone, other = new_id(), new_id(), new_id()
    put = [(person, Person(family_name="Fahey")), (phone, Phone(person_id=person, number="515 555 0101", use="home"))]
    field.central.put(reyes.id, [*put, (other, Phone(person_id=person, number="515 555 0102"))])
    laptop = field.enrol(reyes)
    assert laptop.sync().news >= 3

    def change(number: str) -> None:
        body = Contact(person_id=person, occurred_at=AT, contact="home", outcome="reported", officer_id=reyes.id)
        steps = Create(body), Change("phone", phone, {"number": number})
        perform(laptop.vault, Act("Contact", steps, AT))

    change("515 555 0199")
    assert (mine := laptop.sync()).news == 0
    assert (mine.received, mine.pulled) == (2, 2)
    with laptop.vault.writing() as connection:
        for one in partitions.partitions(connection):
            partitions.ask_reload(connection, one.id)
    assert (whole := laptop.sync()).news == 0
    assert whole.pulled >= 4
    change("515 555 0200")
    field.central.edit(phone, use="work")
    assert (both := laptop.sync()).news == 1
    assert both.received == 2
    with writing(field.central.engine) as conn:
        delete_record(conn, other, now=AT)
    assert laptop.sync().news == 1
    again = laptop.sync()
    assert (again.news, again.pulled) == (0, 0)
