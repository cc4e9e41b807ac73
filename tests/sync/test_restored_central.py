"""Central put back from a backup: everything typed stands exactly once again, whenever the numbers catch up."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from fieldpo.central.accounts.users import User
from fieldpo.central.books.database import reading
from fieldpo.central.books.tables import device_audit, inbox
from fieldpo.central.upkeep.backup import back_up, restore
from fieldpo.central.upkeep.export import export_lines
from fieldpo.errors import SignInNeeded
from fieldpo.store.acting import answers
from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.acting.answers import Keep
from fieldpo.store.acting.outbox import counts
from fieldpo.store.acting.outbox_view import outbox_entries
from fieldpo.store.database.meta import get_meta
from fieldpo.sync import enrol
from fieldpo.sync.client import open_client
from fieldpo.sync.protocol.kinds import Contact
from fieldpo.sync.transport import Transport
from tests.running_central import Central
from tests.sync.conftest import Device, Field
from tests.sync.test_questions import AT, PERSON, PHONE, agreed, laptop, open_questions, reyes, shown

__all__ = ["laptop", "reyes"]
NOW = dt.datetime(2026, 11, 22, 18, 0, tzinfo=dt.UTC)


def note(device: Device, said: str) -> str:
    """A contact with a note; returns its id."""
    body = Contact(
        person_id=PERSON, occurred_at=AT, contact="office", outcome="reported",
        officer_id=device.vault.identity.user_id, note=said,
    )  # fmt: skip
    return perform(device.vault, Act("Contact", (Create(body),), AT), AT).op_ids[0]


def backed_up(central: Central, folder: Path, name: str = "backup.db") -> Path:
    """A verified backup."""
    return back_up(central.engine, folder / name).file


def sync(field: Field, device: Device, user: User) -> None:
    """A sync; where the sign-in did not survive the restore, the officer signs in again first."""
    try:
        device.sync()
    except SignInNeeded:
        with Transport(field.central.url) as transport:
            code = enrol.ask_again(device.vault, transport, with_keyring=False)
            field.central.approve(code.user_code, user)
            enrol.sign_in_again(device.vault, transport, code)
        device.client.close()
        device.client = open_client(device.vault)
        device.sync()


def times(central: Central, said: str) -> int:
    """In how many of central's lines a text stands."""
    return sum(said.encode() in line for line in export_lines(central.engine))


@pytest.mark.parametrize("caught_up", [False, True])
def test_what_the_backup_lacks_is_sent_again_once(
    field: Field, reyes: User, laptop: Device, tmp_path: Path, *, caught_up: bool
) -> None:
    """Before and after another laptop's entries have taken the lost numbers."""
    other = field.enrol(reyes)
    other.sync()
    note(laptop, "before the backup")
    laptop.sync()
    file = backed_up(field.central, tmp_path)
    with laptop.vault.reading() as connection:
        assert get_meta(connection, "durable_through") == "0"
    lost = [note(laptop, f"lost {n}") for n in range(5)]
    laptop.sync()
    with laptop.vault.reading() as connection:
        assert get_meta(connection, "durable_through") == "1"
    restore(field.central.engine, file, NOW)
    assert times(field.central, "lost 3") == 0
    if caught_up:
        for n in range(9):
            note(other, f"other {n}")
        sync(field, other, reyes)
        backed_up(field.central, tmp_path, "second.db")  # durable_through is past the lost numbers
    note(laptop, "after")
    sync(field, laptop, reyes)
    sync(field, other, reyes)
    for said in ("before the backup", "after", *(f"lost {n}" for n in range(5))):
        assert times(field.central, said) == 1, said
    assert field.central.record(lost[0]).version == 1
    with laptop.vault.reading() as connection:
        assert counts(connection).not_sent == 0
    agreed(laptop)
    agreed(other)


def test_the_log_that_the_backup_lacks_is_sent_again(field: Field, reyes: User, laptop: Device, tmp_path: Path) -> None:
    """A restored central says how far it has this laptop's log, and gets the rest of it."""
    laptop.sync()
    file = backed_up(field.central, tmp_path)
    note(laptop, "logged too")
    laptop.sync()
    had = _log(field.central)
    restore(field.central.engine, file, NOW)
    assert len(_log(field.central)) < len(had)
    sync(field, laptop, reyes)
    sync(field, laptop, reyes)
    assert _log(field.central)[: len(had)] == had


def _log(central: Central) -> list[tuple[int, str]]:
    """The rows of laptops' logs that central has."""
    with reading(central.engine) as conn:
        rows = conn.execute(sa.select(device_audit.c.n, device_audit.c.hash).order_by(device_audit.c.n))
        return [(row.n, row.hash) for row in rows]


def test_only_what_is_missing_goes_again(field: Field, reyes: User, laptop: Device, tmp_path: Path) -> None:
    """An entry that the backup has is not sent a second time."""
    note(laptop, "there")
    laptop.sync()
    file = backed_up(field.central, tmp_path)
    missing = note(laptop, "not there")
    laptop.sync()
    restore(field.central.engine, file, NOW)
    receipt = laptop.sync()
    assert receipt.received == 1
    assert field.central.record(missing).version == 1
    with reading(field.central.engine) as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(inbox)).scalar_one() == 2


def test_an_answer_given_before_the_restore_still_ends_its_question(
    field: Field, reyes: User, laptop: Device, tmp_path: Path
) -> None:
    """The losing edit and the answer both go again: nothing is asked a second time."""
    perform(laptop.vault, Act("Number", (Change("phone", PHONE, {"number": "2"}),), AT), AT)
    field.central.edit(PHONE, number="3")
    file = backed_up(field.central, tmp_path)
    laptop.sync()
    with laptop.vault.reading() as connection:
        [asked] = outbox_entries(connection)
    answers.answer(laptop.vault, asked.op_id, Keep.MINE, AT)
    laptop.sync()
    restore(field.central.engine, file, NOW)
    assert laptop.sync().need_answer == 0
    assert shown(laptop)["number"] == "2"
    assert open_questions(field.central) == 0
    agreed(laptop)


def test_a_laptop_that_the_backup_does_not_know_signs_in_again(
    field: Field, reyes: User, laptop: Device, tmp_path: Path
) -> None:
    """Enrolled after the backup: it is asked to sign in, keeps its id, and its work stands at central once."""
    file = backed_up(field.central, tmp_path)
    late = field.enrol(reyes)
    late.sync()
    note(late, "typed on the late laptop")
    late.sync()
    restore(field.central.engine, file, NOW)
    sync(field, late, reyes)
    assert times(field.central, "typed on the late laptop") == 1
    agreed(late)


@pytest.mark.parametrize("caught_up", [False, True])
def test_a_disk_put_back_in_silence_loses_nothing(
    field: Field, reyes: User, laptop: Device, tmp_path: Path, *, caught_up: bool
) -> None:
    """Nobody ran restore and the epoch is the old one: what the copy lacks is sent again all the same, once."""
    other = field.enrol(reyes)
    other.sync()
    note(laptop, "before the copy")
    laptop.sync()
    file = backed_up(field.central, tmp_path)
    for n in range(3):
        note(laptop, f"lost {n}")
    laptop.sync()
    with closing(sqlite3.connect(file)) as copy, field.central.engine.connect() as conn:
        running = conn.connection.driver_connection
        assert isinstance(running, sqlite3.Connection)
        copy.backup(running)
    assert times(field.central, "lost 1") == 0
    if caught_up:
        for n in range(9):
            note(other, f"other {n}")
        sync(field, other, reyes)
    sync(field, laptop, reyes)
    sync(field, other, reyes)
    for said in ("before the copy", "lost 0", "lost 1", "lost 2"):
        assert times(field.central, said) == 1, said
    agreed(laptop)
    agreed(other)
