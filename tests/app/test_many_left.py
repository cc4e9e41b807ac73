"""More than a tenth of a caseload left at once: Not sent tells it, and they go when the officer says so."""

from __future__ import annotations

from fieldpo.screens.not_sent import NotSentScreen
from fieldpo.store.applying.hiding import leave
from fieldpo.store.applying.purge import held_back
from fieldpo.store.records import find_record
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import caseload_partition
from tests.filled_vault import OFFICER, Pulled, fill
from tests.snapshots import app_on, picture, settled

PEOPLE = [f"0192dddd-0000-7000-8000-{n:012d}" for n in range(10)]


async def test_they_are_told_of_and_go_at_the_second_press(stub_today: None, bare_vault: Vault) -> None:
    """D asks, D once more removes them; before that every one of them is still here."""
    fill(bare_vault, [Pulled("person", one, one, {"family_name": f"Fahey{n}"}) for n, one in enumerate(PEOPLE)])
    with bare_vault.writing() as connection:
        for one in PEOPLE[:3]:
            leave(connection, caseload_partition(OFFICER), one)
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        app.go("not_sent")
        await settled(pilot)
        assert isinstance(app.screen, NotSentScreen)
        assert "3 clients left your caseload at once" in picture(app)
        await pilot.press("D")
        await settled(pilot)
        with bare_vault.reading() as connection:
            assert held_back(connection, OFFICER) == 3
        await pilot.press("D")
        await settled(pilot)
        assert "left your caseload at once" not in picture(app)
    with bare_vault.reading() as connection:
        assert [find_record(connection, one) is None for one in PEOPLE] == [True] * 3 + [False] * 7
        assert held_back(connection, OFFICER) == 0
