"""A published policy pack that this fieldpo cannot read: the officer works on under the one before, and is told."""

from __future__ import annotations

import datetime as dt

import pytest

from fieldpo.store.queries.rules.policy import main_pack
from fieldpo.store.vault import Vault
from fieldpo.supervision.packs.reading import shipped_text
from fieldpo.sync.protocol.kinds import PolicyPack
from tests.app.test_sync_on_screen import until
from tests.filled_vault import NOW, Pulled, fill
from tests.snapshots import app_on, picture, settled

DEMO = shipped_text("demo")
TODAY = NOW.date()
BEFORE = TODAY - dt.timedelta(days=30)


def publish(vault: Vault, version: str, since: dt.date, text: str) -> None:
    """One version of the main pack comes down."""
    said = text.replace('version = "2026.1"', f'version = "{version}"')
    pack = PolicyPack(pack="demo", version=version, effective_from=since, text=said, main=True)
    fill(vault, [Pulled("policy_pack", f"0192aaaa-0000-7000-8000-0000{version.replace('.', ''):0>8}", None, pack)])


@pytest.fixture
def newer(bare_vault: Vault) -> Vault:
    """A version in force today that only a newer fieldpo can read, after one that everybody can."""
    publish(bare_vault, "2026.9", BEFORE, DEMO)
    publish(bare_vault, "2027.1", TODAY, DEMO.replace('appointment = "late"', 'appointment = "shifted"'))
    return bare_vault


def test_the_version_before_stays_in_force(newer: Vault) -> None:
    """Also where no version at all can be read: then the pack that ships stands in."""
    with newer.reading() as connection:
        assert main_pack(connection, TODAY).version == "2026.9"
        assert main_pack(connection, BEFORE - dt.timedelta(days=1)).version == "2026.9"
    publish(newer, "2026.9", BEFORE, "id = 3\n")
    with newer.reading() as connection:
        assert main_pack(connection, TODAY).version == "2026.1"


async def test_the_app_opens_and_says_so_once(newer: Vault) -> None:
    """Which pack, which one fieldpo works with, and what to do; not again when what waits is counted anew."""
    app = app_on(newer)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: app.pack.version == "2026.9" and "TODAY" in picture(app))
        await until(pilot, lambda: not any(worker.is_running for worker in app.workers))
        [told] = app._notifications
        app.clear_notifications()
        app.recount()
        await settled(pilot)
        assert not app._notifications
    assert told.message.startswith("This fieldpo cannot use the policy pack demo 2027.1 and goes on with demo 2026.9. ")
