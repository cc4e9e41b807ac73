"""Names sort as people look for them, in vaults that stand too."""

from __future__ import annotations

from sqlalchemy import text

from fieldpo.store.database.migrations import migrate
from fieldpo.store.database.record_table import TABLES
from fieldpo.store.records import Record, write_record
from fieldpo.store.vault import Vault

NAMES = ("Lukas", "Łukasik", "Madsen", "Østby", "Sahin", "Şahin", "Zeman", "王")


def test_letters_of_other_alphabets_sort_beside_ours(bare_vault: Vault) -> None:
    """Ł stands with L and Ş with S, not after Z."""
    with bare_vault.writing() as connection:
        for one in reversed(NAMES):
            write_record(connection, Record("person", one, "caseload:u", one, {"family_name": one}, 1, 1))
        found = connection.scalars(text("SELECT id FROM r_person ORDER BY sort_name, id")).all()
    assert tuple(found) == NAMES


def test_a_vault_of_an_older_version_is_sorted_anew(bare_vault: Vault) -> None:
    """What an older fold put into the same columns is made again, once."""
    with bare_vault.writing() as connection:
        write_record(connection, Record("person", "1", "caseload:u", "1", {"family_name": "Łukasik"}, 1, 1))
        connection.execute(text("UPDATE r_person SET sort_name = 'older'"))
        migrate(connection)
        assert connection.scalar(text("SELECT sort_name FROM r_person")) == "older"
        mark = f',"derived by {TABLES["person"].derived_by}"'
        connection.execute(
            text("UPDATE meta SET value = replace(value, :mark, '') WHERE key = 'record_tables'"), {"mark": mark}
        )
        migrate(connection)
        assert connection.scalar(text("SELECT sort_name FROM r_person")) == "lukasik, "
