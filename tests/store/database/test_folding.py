"""The log is moved into the database beside who works."""

from __future__ import annotations

from sqlalchemy import text

from fieldpo.store.database.meta import put_meta
from fieldpo.store.files import DATABASE
from fieldpo.store.vault import Vault


def test_a_large_log_is_folded_beside_a_writer(bare_vault: Vault) -> None:
    """The save that makes the log large does not wait for it to be moved, and the next one writes meanwhile."""
    bare_vault.checkpoint()
    database = bare_vault.folder / DATABASE
    before = database.stat().st_size
    for part in range(3):
        with bare_vault.writing() as connection:
            put_meta(connection, f"large {part}", "x" * 3 * 2**20)
    with bare_vault.writing() as connection:
        put_meta(connection, "meanwhile", "1")
        bare_vault._folding.wait()
        assert database.stat().st_size > before + 8 * 2**20
    with bare_vault.reading() as connection:
        assert connection.scalar(text("SELECT value FROM meta WHERE key = 'meanwhile'")) == "1"


def test_a_small_log_is_left_alone(bare_vault: Vault) -> None:
    """To move it after every save would cost two syncs of the disk each."""
    bare_vault.checkpoint()
    before = (bare_vault.folder / DATABASE).stat().st_size
    with bare_vault.writing() as connection:
        put_meta(connection, "large", "x" * 2**20)
    bare_vault._folding.wait()
    assert (bare_vault.folder / DATABASE).stat().st_size == before
