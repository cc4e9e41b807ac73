"""Lost acknowledgements, portals, cut answers and killed programs, against a real central: nothing lost or doubled."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import text

from fieldpo.central.accounts.users import User
from fieldpo.central.books.auth_tables import bearer
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.tables import ledger, record
from fieldpo.errors import AlreadySyncing, Offline, SignInNeeded
from fieldpo.store import partitions
from fieldpo.store.acting import outbox
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.database.migrations import migrate
from fieldpo.store.opening.state import sync_lock
from fieldpo.store.vault import Vault, open_vault
from fieldpo.sync.protocol.ids import new_id
from fieldpo.sync.protocol.kinds import Contact, Person, Phone
from fieldpo.sync.runner import sync_once
from tests.base_copy import hash_of_base_copy
from tests.filled_vault import PASSPHRASE
from tests.running_central import Central

from .bad_network import Proxy, between
from .conftest import Device, Field

AT = dt.datetime(2026, 11, 22, 17, 4, tzinfo=dt.timezone(dt.timedelta(hours=-6)))
PERSON = new_id()


@pytest.fixture
def reyes(central: Central) -> User:
    """An officer with one client."""
    user = central.user("reyes")
    central.put(user.id, [(PERSON, Person(family_name="Fahey"))])
    return user


@pytest.fixture
def proxy(central: Central) -> Iterator[Proxy]:
    """The network between."""
    with between(central.url) as one:
        yield one


def visit(device: Device, note: str) -> str:
    """A contact saved on the laptop."""
    officer = device.vault.identity.user_id
    body = Contact(person_id=PERSON, occurred_at=AT, contact="home", outcome="reported", officer_id=officer, note=note)
    return perform(device.vault, Act("Contact", (Create(body),), AT), AT).op_ids[0]


def notes(central: Central) -> list[str]:
    """Every contact's note at central."""
    with reading(central.engine) as conn:
        return sorted(conn.execute(sa.select(record.c.body).where(record.c.kind == "contact")).scalars())


def whole(vault: Vault) -> None:
    """Every partition's hash is that of what stands here."""
    with vault.reading() as connection:
        for one in partitions.partitions(connection):
            assert hash_of_base_copy(connection, one.id) == one.hash


def test_a_lost_acknowledgement_doubles_nothing(field: Field, reyes: User, proxy: Proxy) -> None:
    """Central committed and its answer was lost: the same bytes again get the first verdicts, once applied."""
    laptop = field.enrol(reyes, proxy.url)
    laptop.sync()
    ids = [visit(laptop, f"note {n}") for n in range(5)]
    proxy.faults = ["lost", "lost"]
    with pytest.raises(Offline):
        laptop.sync()
    assert len(notes(field.central)) == 5
    with laptop.vault.reading() as connection:
        assert outbox.counts(connection).not_sent == 5
    receipt = laptop.sync()
    assert (receipt.received, receipt.not_sent, receipt.drifted) == (5, 0, ())
    assert len(notes(field.central)) == 5
    with reading(field.central.engine) as conn:
        assert sorted(conn.execute(sa.select(ledger.c.op_id)).scalars()) == sorted(ids)
    whole(laptop.vault)


@pytest.mark.parametrize("fault", ["html", "cut", "lost"])
def test_the_sync_outlives_one_fault(field: Field, reyes: User, proxy: Proxy, fault: str) -> None:
    """A portal's page, half an answer, or none: tried again in the same sync, and nothing is doubled."""
    laptop = field.enrol(reyes, proxy.url)
    laptop.sync()
    numbers = [(new_id(), Phone(person_id=PERSON, number=f"515 555 {n:04}")) for n in range(60)]
    field.central.put(reyes.id, numbers)  # enough that the answer is gzipped
    visit(laptop, "once")
    proxy.faults = [fault]
    receipt = sync_once(laptop.vault, laptop.client, attempts=2)
    assert fault in proxy.met
    assert (receipt.received, receipt.not_sent, receipt.drifted) == (1, 0, ())
    assert len(notes(field.central)) == 1
    whole(laptop.vault)


def test_an_expired_token_is_renewed_in_passing(field: Field, reyes: User) -> None:
    """The access token ran out at central: one refresh, and the work goes up in the same sync."""
    laptop = field.enrol(reyes)
    laptop.sync()
    visit(laptop, "after lunch")
    with writing(field.central.engine) as conn:
        conn.execute(
            sa.update(bearer).where(bearer.c.kind == "access").values(expires_at="2020-01-01T00:00:00.000+00:00")
        )
    assert laptop.sync().received == 1
    assert laptop.sync().not_sent == 0


def test_a_revoked_sign_in_keeps_the_work(field: Field, reyes: User) -> None:
    """Every token ended at central: the officer is asked to sign in, and the entry waits."""
    laptop = field.enrol(reyes)
    laptop.sync()
    visit(laptop, "kept")
    with writing(field.central.engine) as conn:
        conn.execute(sa.update(bearer).values(state="spent"))
    with pytest.raises(SignInNeeded):
        laptop.sync()
    with laptop.vault.reading() as connection:
        assert outbox.counts(connection).not_sent == 1


def test_two_programs_do_not_sync_one_vault(field: Field, reyes: User) -> None:
    """The second says so and leaves it to the first."""
    laptop = field.enrol(reyes)
    with sync_lock(laptop.vault.folder), pytest.raises(AlreadySyncing):
        laptop.sync()


def test_two_laptops_of_one_officer_meet(field: Field, reyes: User) -> None:
    """What one laptop sends, the other pulls; both hashes are central's."""
    one, two = field.enrol(reyes), field.enrol(reyes)
    one.sync()
    two.sync()
    contact = visit(one, "seen from the other")
    one.sync()
    assert two.sync().drifted == ()
    with two.vault.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM r_contact WHERE id = :id"), {"id": contact}) == 1
    whole(two.vault)


_KILLED = """
import os, signal, sys
from pathlib import Path
from fieldpo.store.applying import loading
from fieldpo.store.database.migrations import migrate
from fieldpo.store.vault import open_vault
from fieldpo.sync.client import open_client
from fieldpo.sync.runner import sync_once
from fieldpo.store.applying import apply_pages, apply_verdicts
from fieldpo.store.steps import Pace

left = int(sys.argv[2])
def dying(inner):
    def wrapped(*given, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return inner(*given, **named)
    return wrapped
steps = (
    (apply_verdicts, "_write"),
    (apply_verdicts, "settle_new"),
    (apply_pages.records, "write_records"),
    (loading.partitions, "move_cursor"),
)
for module, name in steps:
    setattr(module, name, dying(getattr(module, name)))
vault = open_vault(Path(sys.argv[1]), sys.argv[3], migrate=migrate)
sync_once(vault, open_client(vault), attempts=1, pace=Pace(7, 7))
"""


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 6])
def test_killed_while_applying_it_goes_on(field: Field, reyes: User, steps: int) -> None:
    """SIGKILL in the middle of verdicts or pages: the next sync ends in the state of one that was never killed."""
    laptop = field.enrol(reyes)
    laptop.sync()
    numbers = [(new_id(), Phone(person_id=PERSON, number=f"515 555 {n:04}")) for n in range(40)]
    field.central.put(reyes.id, numbers)
    for n in range(3):
        visit(laptop, f"note {n}")
    folder = laptop.vault.folder
    laptop.client.close()
    laptop.vault.close()
    field.devices.clear()
    ended = subprocess.run(
        [sys.executable, "-c", _KILLED, str(folder), str(steps), PASSPHRASE], check=False, env=os.environ
    )
    assert ended.returncode == -signal.SIGKILL
    with open_vault(folder, PASSPHRASE, migrate=migrate) as vault:
        from fieldpo.sync.client import open_client

        client = open_client(vault)
        receipt = sync_once(vault, client)
        client.close()
        assert (receipt.not_sent, receipt.drifted) == (0, ())
        whole(vault)
        with vault.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM r_phone")) == 40
            assert connection.scalar(text("SELECT count(*) FROM r_contact WHERE id NOT IN (SELECT id FROM base)")) == 3
            assert connection.scalar(text("SELECT count(*) FROM base")) == 0
    assert len(notes(field.central)) == 3
