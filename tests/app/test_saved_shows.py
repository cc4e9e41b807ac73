"""What was saved in a form is gone from, or in, the list that one comes back to."""

from __future__ import annotations

from fieldpo.screens.widgets.record_table import RecordTable
from fieldpo.store.vault import Vault
from tests.snapshots import app_on, picture, settled


async def test_today_follows_a_contact(full_vault: Vault) -> None:
    """An appointment that a contact answers leaves Today as the form closes, and undo brings it back."""
    app = app_on(full_vault)
    async with app.run_test(size=(120, 30)) as pilot:
        await settled(pilot)
        table = app.screen.query_one(RecordTable)
        table.move_cursor(row=next(at for at in range(table.row_count) if "14:15" in str(table.get_row_at(at)[1])))
        await settled(pilot)
        assert "14:15" in picture(app)
        for key in ("n", "r", "1", "2", "ctrl+s"):
            await pilot.press(key)
            await settled(pilot)
        after = picture(app)
        assert after.startswith(" TODAY")
        assert "14:15" not in after
        await pilot.press("u")
        await settled(pilot)
        assert "14:15" in picture(app)
