"""The two engines on one encrypted file."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from fieldpo.errors import DiskFull, ReadOnlyDisk, VaultBusy, VaultDamaged, VaultError
from fieldpo.store.database import engine as opening
from fieldpo.store.database.engine import Engines, checkpoint, integrity_problems, open_engines, transaction
from fieldpo.store.files import make_private_file

KEY = bytes(range(32))
MARKER = "She keeps the spare key under the heron"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty private file, with a name that a URI would misread."""
    path = tmp_path / "a b?c#d%41.db"
    make_private_file(path)
    return path


@pytest.fixture
def engines(path: Path) -> Iterator[Engines]:
    """Engines on a database with one table of notes."""
    engines = open_engines(path, KEY, busy_milliseconds=50)
    with transaction(engines.writing) as connection:
        connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE)"))
    yield engines
    engines.dispose()


def add(engines: Engines, body: str) -> None:
    """Write one note."""
    with transaction(engines.writing) as connection:
        connection.execute(text("INSERT INTO note (body) VALUES (:body)"), {"body": body})


def bodies(engines: Engines) -> list[str]:
    """All notes."""
    with transaction(engines.reading) as connection:
        return [str(body) for body in connection.execute(text("SELECT body FROM note ORDER BY id")).scalars()]


class Stop(Exception):
    """Raised in mid-transaction."""


def test_a_rollback_really_rolls_back(engines: Engines) -> None:
    """What raises in the middle leaves nothing, what ends well stays."""
    add(engines, "kept")

    def half() -> None:
        with transaction(engines.writing) as connection:
            connection.execute(text("INSERT INTO note (body) VALUES ('half')"))
            connection.execute(text("CREATE TABLE half (a)"))
            raise Stop

    with pytest.raises(Stop):
        half()
    assert bodies(engines) == ["kept"]
    with transaction(engines.reading) as connection:
        assert "half" not in connection.execute(text("SELECT name FROM sqlite_schema")).scalars().all()


def test_a_reader_is_not_blocked_by_a_write_and_sees_one_snapshot(engines: Engines) -> None:
    """While a write is open, reads answer with what was committed; a reader's view stays the same to its end."""
    add(engines, "one")
    with transaction(engines.reading) as reader:
        assert reader.execute(text("SELECT count(*) FROM note")).scalar() == 1
        with transaction(engines.writing) as writer:
            writer.execute(text("INSERT INTO note (body) VALUES ('two')"))
            assert bodies(engines) == ["one"]
        assert reader.execute(text("SELECT count(*) FROM note")).scalar() == 1
    assert bodies(engines) == ["one", "two"]


def test_a_reading_connection_cannot_write(engines: Engines) -> None:
    """A write on the reading side is the program's mistake, and is refused."""
    with (
        pytest.raises((OperationalError, ReadOnlyDisk)),
        transaction(engines.reading) as connection,
    ):
        connection.execute(text("INSERT INTO note (body) VALUES ('x')"))
    assert bodies(engines) == []


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
        ("temp_store", 2),
        ("journal_size_limit", 2**20),
        ("cipher_log_level", "NONE"),
        ("cipher_hmac_algorithm", "HMAC_SHA256"),
    ],
)
def test_every_connection_has_its_pragmas(engines: Engines, pragma: str, value: object) -> None:
    """Both engines' connections are set as the design says."""
    for engine in (engines.writing, engines.reading):
        with engine.connect() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_the_key_stands_in_no_url_and_no_repr(engines: Engines) -> None:
    """Nothing that a traceback could print of an engine holds the key."""
    said = f"{engines!r} {engines.writing.url} {engines.writing.pool!r} {vars(engines.writing.dialect)}"
    assert KEY.hex() not in said
    assert repr(KEY) not in said


def test_an_error_does_not_quote_what_was_written(engines: Engines) -> None:
    """A broken constraint names the column, never the note."""
    add(engines, MARKER)
    with pytest.raises(IntegrityError) as raised:
        add(engines, MARKER)
    assert MARKER not in str(raised.value)


def test_a_wrong_key_is_refused_without_a_word_on_the_screen(
    engines: Engines, path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """SQLCipher prints nothing to standard error, and the error is a sentence."""
    add(engines, MARKER)
    engines.dispose()
    with pytest.raises(VaultDamaged, match="does not check out"):
        open_engines(path, os.urandom(32))
    assert capfd.readouterr() == ("", "")


def test_a_vault_of_before_opens_as_it_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One whose pages are proved by SHA-512, as SQLCipher does by itself, is read and written, and stays so."""
    monkeypatch.setattr(opening, "PAGE_PROOF", "HMAC_SHA512")
    before = open_engines(path, KEY)
    with transaction(before.writing) as connection:
        connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE)"))
    add(before, "of before")
    before.dispose()
    monkeypatch.undo()
    now = open_engines(path, KEY)
    add(now, "of now")
    assert bodies(now) == ["of before", "of now"]
    with now.writing.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA cipher_hmac_algorithm").scalar() == "HMAC_SHA512"
    assert integrity_problems(now.writing) == ()
    now.dispose()


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    """Opening never creates a database."""
    with pytest.raises(VaultError):
        open_engines(tmp_path / "gone.db", KEY)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a closed database of a dozen pages."""
    path = tmp_path_factory.mktemp("sealed") / "v.db"
    make_private_file(path)
    engines = open_engines(path, KEY)
    with transaction(engines.writing) as connection:
        connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL)"))
        for number in range(10):
            connection.execute(text("INSERT INTO note (body) VALUES (:b)"), {"b": f"{number} {MARKER}" * 80})
    checkpoint(engines)
    engines.dispose()
    return path.read_bytes()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_is_refused(
    tmp_path: Path, sealed: bytes, capfd: pytest.CaptureFixture[str], where: float, bit: int
) -> None:
    """Whichever bit of the file is changed, it does not open or the page does not read, and nothing is printed."""
    damaged = bytearray(sealed)
    damaged[int(where * len(sealed))] ^= 1 << bit
    path = tmp_path / "v.db"
    make_private_file(path)
    path.write_bytes(damaged)
    try:
        engines = open_engines(path, KEY)
    except VaultDamaged:
        pass
    else:
        try:
            assert integrity_problems(engines.writing)
            with pytest.raises(VaultDamaged):
                bodies(engines)
        finally:
            engines.dispose()
    assert capfd.readouterr() == ("", "")


def test_a_sound_file_has_no_problems(engines: Engines) -> None:
    """The check that finds damage finds none where there is none."""
    add(engines, MARKER)
    assert checkpoint(engines)
    assert integrity_problems(engines.writing) == ()


def test_a_checkpoint_truncates_the_log(engines: Engines, path: Path) -> None:
    """After a checkpoint the write-ahead log is empty; with a reader in the way it says so."""
    add(engines, "one")
    log = path.with_name(path.name + "-wal")
    with transaction(engines.reading) as reader:
        reader.execute(text("SELECT * FROM note")).all()
        add(engines, "two")
        assert not checkpoint(engines)
    assert log.stat().st_size > 0
    assert checkpoint(engines)
    assert log.stat().st_size == 0


def test_a_full_disk_is_a_sentence_and_loses_nothing(engines: Engines) -> None:
    """When no page can be had any more, the entry is refused whole and the earlier ones stand."""
    add(engines, "earlier")
    with engines.writing.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(DiskFull, match="earlier entries are safe"):
        add(engines, "much " * 5_000)
    assert bodies(engines) == ["earlier"]


def test_a_disk_that_cannot_be_written_is_a_sentence(engines: Engines) -> None:
    """SQLite's read-only refusal names the folder's permissions."""
    with engines.writing.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
    with pytest.raises(ReadOnlyDisk, match="cannot be written"):
        add(engines, "x")


def test_another_programs_long_write_is_a_sentence(engines: Engines, path: Path) -> None:
    """The second writer waits its time, then is told that nothing was saved."""
    other = open_engines(path, KEY, busy_milliseconds=50)
    try:
        with transaction(other.writing), pytest.raises(VaultBusy, match="Try again"):
            add(engines, "x")
    finally:
        other.dispose()


def test_two_threads_write_one_after_the_other(engines: Engines) -> None:
    """Threads share the writing engine and lose nothing."""
    threads = [threading.Thread(target=add, args=(engines, str(number))) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bodies(engines)) == [str(number) for number in range(8)]
