"""A colleague's clients on Today and in the caseload while they are covered, and no longer."""

from __future__ import annotations

from sqlalchemy import text
from textual.pilot import Pilot

from fieldpo.store.partitions import grant
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import caseload_partition
from tests.listed import OVERDUE
from tests.screens_lists.conftest import Open
from tests.snapshots import picture, settled

COLLEAGUE = "0192aaaa-0000-7000-8000-0000000000cc"
THEIRS = caseload_partition(COLLEAGUE)


def hand_over(vault: Vault) -> None:
    """The client of the first row is the colleague's, whose caseload this laptop pulls."""
    with vault.writing() as connection:
        grant(connection, THEIRS)
        for table in ("r_person", "r_case", "r_appointment", "r_hazard", "r_address"):
            key = "id" if table == "r_person" else "person_id"
            connection.execute(
                text(f"UPDATE {table} SET partition = :theirs WHERE {key} = :person"),  # noqa: S608 - ours
                {"theirs": THEIRS, "person": OVERDUE},
            )


async def seen(pilot: Pilot[int]) -> str:
    """The screen once everything is there."""
    await settled(pilot)
    return picture(pilot.app)


async def test_a_covered_client_is_on_today_and_in_the_caseload(on_today: Open, listed_vault: Vault) -> None:
    """Owed as ever, marked cover, with the colleague below; when the cover ends the row is gone."""
    hand_over(listed_vault)
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        shown = await seen(pilot)
        assert "12 d late    cover Alvarez" in shown
        assert "COVER   for a colleague" in shown
        await pilot.press("c")
        shown = await seen(pilot)
        assert "cover Alvarez, Marisol" in shown
        assert "8 clients" in shown
        with listed_vault.writing() as connection:
            connection.execute(text("UPDATE partition SET revoked = 1 WHERE id = :theirs"), {"theirs": THEIRS})
        app.records_changed()
        shown = await seen(pilot)
        assert "Alvarez" not in shown
        await pilot.press("t")
        assert "Alvarez" not in await seen(pilot)
