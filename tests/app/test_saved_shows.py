"""What was saved in a form is gone from, or in, the list that one comes back to."""

from __future__ import annotations

from fieldpo.store.vault import Vault
from tests.snapshots import app_on, picture, settled


async def test_today_follows_a_contact(full_vault: Vault) -> None:
    """An appointment that a contact answers leaves Today as the form closes, and undo brings it back."""
    app = app_on(full_vault)
    async with app.run_test(size=(120, 30)) as pilot:
        await settled(pilot)
        await pilot.press(*"jjjjj")
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
