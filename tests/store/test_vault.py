"""The vault: made, opened, closed, and never laid over another."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from fieldpo.errors import VaultDamaged, VaultExists, VaultLocked, WeakPassphrase, WrongPassphrase
from fieldpo.store.files import DATABASE, KEYS, NEW_DATABASE, STATE
from fieldpo.store.opening.state import Past, read_state
from fieldpo.store.vault import Vault, create_vault, open_vault, peek

PHRASE = "grey heron over the weir"
MARKER = "She keeps the spare key under the heron"
NAME = "Renata Quillfeather"


def migrate(connection: Connection) -> None:
    """One table of notes."""
    connection.execute(text("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, body TEXT NOT NULL)"))


def make(folder: Path) -> Vault:
    """A training vault of an officer."""
    return create_vault(
        folder,
        PHRASE,
        user_id="po.reyes",
        device_id="d1",
        training=True,
        migrate=migrate,
        author_name=NAME,
        author_title="Probation Officer II",
    )


def reopen(folder: Path, reincarnate: Callable[[Connection, str], None] | None = None) -> Vault:
    """The same vault, opened again."""
    return open_vault(folder, PHRASE, migrate=migrate, reincarnate=reincarnate)


def add(vault: Vault, body: str) -> None:
    """Write one note."""
    with vault.writing() as connection:
        connection.execute(text("INSERT INTO note (body) VALUES (:body)"), {"body": body})


def bodies(vault: Vault) -> list[str]:
    """All notes."""
    with vault.reading() as connection:
        return [str(body) for body in connection.execute(text("SELECT body FROM note ORDER BY id")).scalars()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a vault; not there yet."""
    return tmp_path / "data"


@pytest.fixture
def vault(folder: Path) -> Iterator[Vault]:
    """An open vault."""
    with make(folder) as vault:
        yield vault


def test_what_was_saved_is_there_after_opening_again(folder: Path, vault: Vault) -> None:
    """Notes, officer and incarnation come back with the passphrase, and only with it."""
    add(vault, MARKER)
    identity, incarnation = vault.identity, vault.incarnation
    vault.close()
    with pytest.raises(WrongPassphrase):
        open_vault(folder, "grey heron over the wier", migrate=migrate)
    with reopen(folder) as again:
        assert bodies(again) == [MARKER]
        assert again.identity == identity
        assert (again.incarnation, again.opened_as) == (incarnation, Past.CLEAN)
    assert (identity.user_id, identity.device_id, identity.author_name) == ("po.reyes", "d1", NAME)


def test_no_file_of_the_profile_shows_what_was_written(folder: Path, vault: Vault) -> None:
    """A note and the officer's name are in no file, before and after a checkpoint, nor in one for a large sort."""
    with vault.writing() as connection:
        connection.execute(
            text("INSERT INTO note (body) VALUES (:body)"), [{"body": f"{n} {MARKER}" * 20} for n in range(8_000)]
        )
        connection.execute(text("CREATE TEMP TABLE sorted AS SELECT body FROM note ORDER BY body || id"))
    assert (folder / f"{DATABASE}-wal").stat().st_size > 0
    # SQLite unlinks its temporary files as it opens them; they are seen here only
    assert not [target for target in open_files() if "etilqs" in target]
    shown = [path.name for path in files(folder) if leaks(path)]
    vault.checkpoint()
    shown += [path.name for path in files(folder) if leaks(path)]
    vault.close()
    shown += [path.name for path in files(folder) if leaks(path)]
    assert shown == []
    assert {path.name for path in files(folder)} >= {DATABASE, KEYS, STATE}


def files(folder: Path) -> list[Path]:
    """Every file below the folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def open_files() -> list[str]:
    """What this process has open, where the system says so."""
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        return []
    return [str(entry.readlink()) for entry in descriptors.iterdir() if entry.is_symlink()]


def leaks(path: Path) -> bool:
    """Whether a file holds the note, the name, the passphrase or a table's name in plain."""
    raw = path.read_bytes()
    words = (MARKER, NAME, PHRASE, "CREATE TABLE", "SQLite format")
    return any(word.encode(coding) in raw for word in words for coding in ("utf-8", "utf-16-le", "utf-16-be"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows guards files by ACL")
def test_every_file_is_for_its_owner_only(folder: Path, vault: Vault) -> None:
    """Database, log, keys, state and locks are 0600 and the folder 0700, whatever the umask."""
    add(vault, MARKER)
    assert {path.name for path in files(folder)} > {DATABASE, f"{DATABASE}-wal", KEYS, STATE}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files(folder)} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_vault_is_never_laid_over_another(folder: Path, vault: Vault) -> None:
    """Making a second one is refused with the number of entries that wait in the first, and changes nothing."""
    add(vault, MARKER)
    vault.note_entries_not_sent(3)
    vault.close()
    before = {path.name: path.read_bytes() for path in files(folder)}
    with pytest.raises(VaultExists, match=r"vault of po\.reyes, with 3 entries not sent"):
        make(folder)
    assert {path.name: path.read_bytes() for path in files(folder)} == before


@pytest.mark.parametrize("lost", [KEYS, DATABASE])
def test_half_a_vault_is_not_laid_over_either(folder: Path, vault: Vault, lost: str) -> None:
    """Keys without a database, or a database without keys, are kept for whoever can restore the other half."""
    vault.close()
    (folder / lost).unlink()
    with pytest.raises(VaultExists):
        make(folder)


def test_a_refused_passphrase_leaves_nothing_behind(folder: Path) -> None:
    """After a weak passphrase the same folder takes a good one."""
    with pytest.raises(WeakPassphrase):
        create_vault(folder, "short", user_id="u", device_id="d", training=True, migrate=migrate)
    assert not peek(folder).exists
    make(folder).close()


def test_peek_shows_what_unlock_may_show(folder: Path, vault: Vault) -> None:
    """User, training mark, entries not sent and tries left are known without the passphrase."""
    vault.note_entries_not_sent(2)
    seen = peek(folder)
    assert (seen.exists, seen.user_id, seen.training, seen.entries_not_sent) == (True, "po.reyes", True, 2)
    assert seen.attempts is not None
    assert (seen.attempts.locked, seen.attempts.left) == (False, 5)
    assert not peek(folder / "nowhere").exists


def test_looking_before_unlock_loads_neither_orm_nor_cipher(folder: Path, vault: Vault) -> None:
    """The first paint of Unlock waits for no database library."""
    script = (
        "import pathlib, sys; from fieldpo.store.vault import peek; peek(pathlib.Path(sys.argv[1]))\n"
        "print(sorted({'sqlalchemy', 'sqlmodel', 'cryptography', 'keyring', 'sqlcipher3'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_an_old_file_put_back_gets_a_new_incarnation_with_its_entries_renumbered(
    folder: Path, vault: Vault, tmp_path: Path
) -> None:
    """A restored database is found out; renumbering runs in the same transaction, and the next open is clean."""
    incarnation = vault.incarnation
    vault.close()
    shutil.copy(folder / DATABASE, tmp_path / "old")
    with reopen(folder) as later:
        add(later, "after the backup")
    shutil.copy(tmp_path / "old", folder / DATABASE)
    told: list[str] = []

    def reincarnate(connection: Connection, new: str) -> None:
        told.append(new)
        connection.execute(text("INSERT INTO note (body) VALUES ('renumbered')"))

    with reopen(folder, reincarnate) as restored:
        assert restored.opened_as is Past.RESTORED
        assert told == [restored.incarnation] != [incarnation]
        assert bodies(restored) == ["renumbered"]
    with reopen(folder) as again:
        assert (again.opened_as, again.incarnation) == (Past.CLEAN, told[0])


def test_two_clones_without_their_state_part_ways(folder: Path, vault: Vault, tmp_path: Path) -> None:
    """A copied vault whose state file is lost gets a life of its own, another in each copy."""
    vault.close()
    (folder / STATE).unlink()
    shutil.copytree(folder, tmp_path / "clone")
    with reopen(folder) as one, reopen(tmp_path / "clone") as other:
        assert peek(folder).entries_not_sent is None, "not zero: they were not counted"
        assert one.opened_as is other.opened_as is Past.UNKNOWN
        assert one.incarnation != other.incarnation


def test_a_fork_reported_by_central_begins_a_new_life(folder: Path, vault: Vault) -> None:
    """The new incarnation stands in database and state file, so that the next open is clean."""
    old = vault.incarnation
    told: list[str] = []
    new = vault.renew_incarnation(lambda _, incarnation: told.append(incarnation))
    state = read_state(folder)
    assert state is not None
    assert [new] == told == [vault.incarnation] == [state.counter.incarnation]
    assert new != old
    vault.close()
    with reopen(folder) as again:
        assert again.opened_as is Past.CLEAN


def test_a_failed_migration_opens_nothing_and_changes_nothing(folder: Path, vault: Vault) -> None:
    """A vault that a migration refuses stays as it was, and opens again with one that does not."""
    add(vault, MARKER)
    vault.close()

    def refuse(connection: Connection) -> None:
        connection.execute(text("DROP TABLE note"))
        raise VaultDamaged("Made by a newer fieldpo.")

    with pytest.raises(VaultDamaged, match="newer"):
        open_vault(folder, PHRASE, migrate=refuse)
    with reopen(folder) as again:
        assert (bodies(again), again.opened_as) == ([MARKER], Past.CLEAN)


def test_a_creation_cut_short_before_the_rename_is_finished_at_the_next_open(folder: Path, vault: Vault) -> None:
    """Keys were written and the database still had its first name: it opens, nothing is made anew."""
    vault.close()
    (folder / DATABASE).rename(folder / NEW_DATABASE)
    with reopen(folder) as again:
        assert again.identity.author_name == NAME


def test_a_lost_database_is_said_and_not_replaced(folder: Path, vault: Vault) -> None:
    """With the keys there and the database gone, no empty one takes its place."""
    vault.close()
    (folder / DATABASE).unlink()
    with pytest.raises(VaultDamaged, match="database is gone"):
        reopen(folder)
    assert not (folder / DATABASE).exists()


def test_a_damaged_database_is_said(folder: Path, vault: Vault) -> None:
    """The passphrase is right and the first page is not: the vault is refused, not called a wrong passphrase."""
    vault.close()
    raw = bytearray((folder / DATABASE).read_bytes())
    raw[2_000] ^= 1
    (folder / DATABASE).write_bytes(raw)
    with pytest.raises(VaultDamaged):
        reopen(folder)


def test_a_closed_vault_is_locked(vault: Vault) -> None:
    """After closing, nothing is read or written with the key still in memory; closing twice is harmless."""
    vault.close()
    vault.close()
    with pytest.raises(VaultLocked), vault.reading():
        pass
    with pytest.raises(VaultLocked):
        add(vault, "x")
