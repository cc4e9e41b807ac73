from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fieldpo.central.books.database import open_database, reading
from fieldpo.central.books.meta import epoch
from fieldpo.central.books.migrations import migrate
from fieldpo.cli import main
from tests.central.laptop import Laptop, put_person
from tests.central_agency.serving import serving


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Central's database; a backup stands beside it, and a note came after."""
    path = tmp_path / "central.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    put_person(engine, "rivera", "doe")
    assert main(["central", "backup", str(tmp_path / "copy.db"), "--db", f"sqlite:///{path}"]) == 0
    laptop = Laptop(engine)
    laptop.send(laptop.contact("doe", "after the backup"))
    engine.dispose()
    return path


def standing(file: Path) -> tuple[str, int]:
    """Central's epoch, and how many entries it has."""
    engine = open_database(f"sqlite:///{file}")
    with reading(engine) as conn:
        found = epoch(conn), int(conn.exec_driver_sql("SELECT count(*) FROM inbox").scalar_one())
    engine.dispose()
    return found


def test_a_central_that_serves_is_noticed_and_one_that_died_is_not(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under a serving process nothing is put back and no epoch begins; once it is killed, a backup is at once."""
    db, copy = f"sqlite:///{file}", str(tmp_path / "copy.db")
    before = standing(file)
    assert before[1] == 1
    with serving(db) as central:
        capsys.readouterr()
        for words in ([copy], []):
            assert main(["central", "restore", *words, "--db", db]) == 2
            said = capsys.readouterr()
            assert (said.out, said.err.count("\n")) == ("", 1)
            assert "Another program has this database open: stop central first" in said.err
        assert standing(file) == before
        central.signal(signal.SIGKILL)
        central.process.wait()
        assert main(["central", "restore", copy, "--db", db]) == 0
    after = standing(file)
    assert after[1] == 0
    assert after[0] != before[0]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["central.db", "copy.db", "copy.db.sha256"]


def test_nobody_comes_in_while_a_backup_is_put_back(file: Path) -> None:
    """From the first look to the new epoch no other program reads or writes; afterwards each may."""
    from fieldpo.central.books.database import writing
    from fieldpo.central.upkeep.alone import alone

    engine = open_database(f"sqlite:///{file}")
    with closing(sqlite3.connect(file, timeout=0)) as other:
        with alone(engine):
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("SELECT count(*) FROM inbox")
            with writing(engine) as conn:
                conn.exec_driver_sql("DELETE FROM quarantine")
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("SELECT count(*) FROM inbox")
        assert other.execute("SELECT count(*) FROM inbox").fetchone() == (1,)
    engine.dispose()
