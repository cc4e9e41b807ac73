"""Several programs on one vault, programs that are killed, and what a process does first."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from fieldpo.store.files import VAULT_LOCK, file_lock
from fieldpo.store.opening.state import OpenCounter, Past, read_state
from fieldpo.store.vault import create_vault, open_vault

PHRASE = "grey heron over the weir"

OPEN_AND_WAIT = """
import pathlib, sys
from sqlalchemy import text
from fieldpo.store.vault import open_vault
with open_vault(pathlib.Path(sys.argv[1]), sys.argv[2], migrate=lambda connection: None) as vault:
    print(vault.opened_as.value, vault.incarnation, flush=True)
    sys.stdin.readline()
    for number in range(20):
        with vault.writing() as connection:
            connection.execute(text("INSERT INTO note (body) VALUES (:body)"), {"body": f"{sys.argv[3]}-{number}"})
"""

DIE_AT_THE_STATE_FILE = """
import os, pathlib, signal, sys
from fieldpo.store.vault import open_vault
real, left = os.replace, int(sys.argv[3])
def replace(source, target, **options):
    global left
    if os.path.basename(target) == "vault.state":
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    real(source, target, **options)
os.replace = replace
open_vault(pathlib.Path(sys.argv[1]), sys.argv[2], migrate=lambda connection: None)
"""


PAUSE_AT_THE_STATE_FILE = """
import os, pathlib, sys
from fieldpo.store.vault import open_vault
real = os.replace
def replace(source, target, **options):
    if os.path.basename(target) == "vault.state":
        print("between", flush=True)
        sys.stdin.readline()
    real(source, target, **options)
os.replace = replace
open_vault(pathlib.Path(sys.argv[1]), sys.argv[2], migrate=lambda connection: None).close()
"""


def migrate(connection: Connection) -> None:
    """One table of notes."""
    connection.execute(text("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, body TEXT NOT NULL)"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed training vault, opened once."""
    folder = tmp_path / "data"
    create_vault(folder, PHRASE, user_id="u", device_id="d", training=True, migrate=migrate).close()
    return folder


def counter(folder: Path) -> OpenCounter:
    """What the state file says."""
    state = read_state(folder)
    assert state is not None
    return state.counter


def die(folder: Path, at: int) -> None:
    """Open the vault in a program that is killed just before its n-th replacement of the state file."""
    done = subprocess.run([sys.executable, "-c", DIE_AT_THE_STATE_FILE, str(folder), PHRASE, str(at)], check=False)
    assert done.returncode == -signal.SIGKILL


def test_programs_open_one_vault_at_once_and_lose_nothing(folder: Path) -> None:
    """Four programs start together and all have it open: one life, each open counted, every entry there."""
    before = counter(folder)
    with contextlib.ExitStack() as stack:
        programs = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", OPEN_AND_WAIT, str(folder), PHRASE, str(number)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for number in range(4)
        ]
        said = [program.stdout.readline().split() for program in programs if program.stdout]
        assert said == [["clean", before.incarnation]] * 4
        assert counter(folder) == OpenCounter(before.incarnation, before.opens + 4)
        for program in programs:
            assert program.stdin is not None
            program.stdin.write("go\n")
            program.stdin.flush()
        assert [program.wait() for program in programs] == [0] * 4
    with open_vault(folder, PHRASE, migrate=migrate) as vault, vault.reading() as connection:
        assert vault.opened_as is Past.CLEAN
        found = connection.execute(text("SELECT body FROM note")).scalars().all()
    assert sorted(found) == sorted(f"{program}-{number}" for program in range(4) for number in range(20))


def test_nobody_opens_the_vault_between_another_programs_two_writes(folder: Path) -> None:
    """From before the database's counter to after the state file's, the opening program holds the vault's lock."""
    with subprocess.Popen(
        [sys.executable, "-c", PAUSE_AT_THE_STATE_FILE, str(folder), PHRASE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "between\n"
        with file_lock(folder, VAULT_LOCK, wait=False) as held:
            assert not held
        other.communicate("go on\n")
    with open_vault(folder, PHRASE, migrate=migrate) as vault:
        assert vault.opened_as is Past.CLEAN


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("deaths", [(1,), (1, 1), (1, 2), (1, 2, 2)])
def test_a_program_killed_between_database_and_state_file_has_crashed(folder: Path, deaths: tuple[int, ...]) -> None:
    """Killed between the two writes, once or several times in a row, the vault keeps its incarnation.

    After a crash the first replacement mends the file, the second follows the database: a kill at either is a crash.
    """
    before = counter(folder)
    for at in deaths:
        die(folder, at)
    with open_vault(folder, PHRASE, migrate=migrate) as vault:
        assert vault.opened_as is Past.CRASHED
        assert vault.incarnation == before.incarnation
    with open_vault(folder, PHRASE, migrate=migrate) as vault:
        assert vault.opened_as is Past.CLEAN


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no core files and no umask")
def test_hardening_closes_what_is_open_by_default() -> None:
    """No core file, not dumpable, private files, and no TEXTUAL variable left for Textual to read."""
    script = """
import ctypes, os, resource, sys
os.umask(0)
os.environ.update(TEXTUAL_LOG="/tmp/keys", TEXTUAL="devtools", textual_x="1", OTHER="kept")
from fieldpo.store.opening.hardening import harden
harden()
print([name for name in os.environ if "textual" in name.lower()], os.environ["OTHER"])
print(resource.getrlimit(resource.RLIMIT_CORE), oct(os.umask(0)))
print(ctypes.CDLL(None).prctl(3) if sys.platform == "linux" else 0, "textual" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[] kept", "(0, 0) 0o77", "0 False"]
