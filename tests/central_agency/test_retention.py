from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central.accounts import tokens
from fieldpo.central.books import audit
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.tables import feed_mark, record
from fieldpo.central.office import records
from fieldpo.central.upkeep.retention import Retained, retain
from fieldpo.cli import main
from fieldpo.errors import BadInput
from fieldpo.store.acting.acts import Act, Change, perform
from fieldpo.store.acting.outbox import counts
from fieldpo.sync.protocol.exchange import AGENCY, VerdictKind
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Phone
from tests.central.laptop import NOW, Laptop, put_person, put_phone
from tests.central_agency.devices import officer
from tests.central_records import edit_record
from tests.sync.conftest import Device, Field, central, field
from tests.sync.test_questions import AT, PERSON, PHONE, agreed, laptop, open_questions, reyes, shown
from tests.sync.test_restored_central import note, times

__all__ = ["central", "field", "laptop", "reyes"]

LATER = dt.timedelta(days=181)


@pytest.fixture
def away(database: Engine) -> Laptop:
    """Rivera's laptop with two phones of one person, synced on the day itself."""
    put_person(database, "rivera", "doe")
    put_phone(database, "rivera", "doe", "old")
    put_phone(database, "rivera", "doe", "kept")
    made = Laptop(database)
    made.send()
    return made


def months_pass(database: Engine) -> None:
    """One phone is deleted and the other changed, long ago; something is changed only yesterday."""
    with writing(database) as conn:
        records.delete_record(conn, "old", now=NOW)
        edit_record(conn, "kept", {"number": "2"}, now=NOW)
        edit_record(conn, "kept", {"number": "3"}, now=NOW + LATER - dt.timedelta(days=1))


def reloads(one: Laptop) -> dict[str, bool]:
    """Which partitions the next exchange reloads."""
    return {page.id: page.reload for page in one.send().partitions}


def agrees(one: Laptop) -> None:
    """The base copy is central's."""
    page = next(each for each in one.send().partitions if each.id == one.caseload)
    assert one.hash(one.caseload) == page.hash


def test_a_device_that_was_away_too_long_loads_that_partition_anew(away: Laptop) -> None:
    """Only that partition; one whose cursor is younger than the oldest mark that stayed goes on as ever."""
    database = away.engine
    months_pass(database)
    current = Laptop(database, device="laptop-2", user="rivera")
    current.send()
    went = retain(database, NOW + LATER)
    assert (went.partitions, went.marks, went.tombstones) == (1, 5, 1)
    away.now = current.now = NOW + LATER
    assert reloads(away) == {AGENCY: False, away.caseload: True}
    assert reloads(current) == {AGENCY: False, current.caseload: False}
    for one in (away, current):
        agrees(one)
    assert "old" not in away.copy[away.caseload]
    assert retain(database, NOW + LATER) == Retained()


def test_a_quiet_feed_reloads_nobody(away: Laptop) -> None:
    """Where nothing has changed for years, a device that has everything keeps its place."""
    went = retain(away.engine, NOW + 10 * LATER)
    assert went.marks == 2
    assert reloads(away) == {AGENCY: False, away.caseload: False}


def test_an_edit_against_a_tombstone_that_went_is_asked_about(away: Laptop) -> None:
    """As before it went: a conflict that keeps what was typed; it waits for nothing."""
    months_pass(away.engine)
    edit = away.edit("phone", "old", 1, fields={"number": ("515-555-0100", "515-555-0199")})
    retain(away.engine, NOW + LATER)
    with reading(away.engine) as conn:
        row = conn.execute(sa.select(record).where(record.c.id == "old")).one()
        assert (row.deleted, row.body, row.number) == (True, "{}", 0)
    away.now = NOW + LATER
    away.send(edit)
    verdict = away.verdicts[edit.op_id]
    assert (verdict.verdict, verdict.problem and verdict.problem.type) == (VerdictKind.CONFLICT, "record-deleted")
    agrees(away)


def test_what_officers_did_stays(away: Laptop) -> None:
    """Ops, verdicts, conflicts, quarantine and both logs are as before; the log tells of the retention."""
    months_pass(away.engine)
    away.send(away.contact("doe"), away.contact("nobody"), away.op("nonsense.create", body={}))
    kept = ("inbox", "ledger", "waiting", "conflict", "quarantine", "review", "received_seq", "leave", "device_audit")

    def standing() -> dict[str, int]:
        with reading(away.engine) as conn:
            return {name: conn.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0 for name in kept}

    before = standing()
    assert before["inbox"] == 3
    retain(away.engine, NOW + 10 * LATER)
    assert standing() == before
    with reading(away.engine) as conn:
        assert audit.rows(conn)[-1].what == "retain"


def test_a_dry_run_tells_the_same_and_takes_nothing(away: Laptop) -> None:
    """Twice the same figures, then once for real."""
    months_pass(away.engine)
    told = retain(away.engine, NOW + LATER, dry_run=True)
    assert retain(away.engine, NOW + LATER, dry_run=True) == told
    assert retain(away.engine, NOW + LATER) == told
    assert told.marks == 5


def test_what_has_expired_goes_and_proof_of_a_device_stays(away: Laptop) -> None:
    """An access token goes at its end; a refresh token proves for a year more which device it was."""
    with writing(away.engine) as conn:
        tokens.issue(conn, away.device, NOW, 3_600)
    assert retain(away.engine, NOW + dt.timedelta(minutes=59)).tokens == 0
    assert retain(away.engine, NOW + dt.timedelta(days=91)).tokens == 1
    assert retain(away.engine, NOW + dt.timedelta(days=90 + 366)).tokens == 1


def test_devices_are_promised_180_days(away: Laptop) -> None:
    """Less is refused."""
    with pytest.raises(BadInput, match="180 days"):
        retain(away.engine, NOW, 179)


def test_the_command_counts_and_takes(away: Laptop, capsys: pytest.CaptureFixture[str]) -> None:
    """--dry-run --json, then in earnest; too few days are a sentence."""
    url = away.engine.url.set(drivername=away.engine.url.get_backend_name())
    words = ["central", "retain", "--db", url.render_as_string(hide_password=False)]
    with writing(away.engine) as conn:
        conn.execute(sa.update(feed_mark).values(made_at="2020-01-01T00:00:00.000+00:00"))
    assert main([*words, "--dry-run", "--json"]) == 0
    expected = asdict(Retained(partitions=1, marks=2)) | {"days": 180, "dry_run": True}
    assert json.loads(capsys.readouterr().out) == expected
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("2 marks and 0 tombstones of 1 feeds went;")
    assert main([*words, "--days", "30"]) == 2
    assert "Nothing was changed" in capsys.readouterr().err


def test_an_officer_who_was_away_sends_everything_and_ends_equal(field: Field, laptop: Device) -> None:
    """A real laptop with a note and an edit not sent: both go up once, the caseload is loaded anew, hashes agree."""
    gone = new_id()
    field.central.put(laptop.vault.identity.user_id, [(gone, Phone(person_id=PERSON, number="7"))])
    laptop.sync()
    said = note(laptop, "typed before the long leave")
    perform(laptop.vault, Act("Number", (Change("phone", gone, {"number": "8"}),), AT), AT)
    with writing(field.central.engine) as conn:
        records.delete_record(conn, gone)
    field.central.edit(PHONE, number="9")
    assert retain(field.central.engine, dt.datetime.now(dt.UTC) + LATER).tombstones == 1
    with laptop.vault.reading() as connection:
        assert counts(connection).not_sent == 2
    receipt = laptop.sync()
    assert (receipt.conflicts, receipt.need_answer) == (1, 1)
    assert times(field.central, "typed before the long leave") == 1
    assert field.central.record(said).version == 1
    assert shown(laptop)["number"] == "9"
    assert open_questions(field.central) == 1
    agreed(laptop)


def test_a_user_is_found_after_retention(database: Engine) -> None:
    """The agency's own feed is one like any other: its records stay."""
    user = officer(database, "rivera", "doe")
    retain(database, dt.datetime.now(dt.UTC) + LATER)
    with reading(database) as conn:
        assert records.read_record(conn, user.id).kind == "officer"
