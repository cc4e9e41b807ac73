from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import open_database, reading
from fieldpo.central.books.migrations import migrate
from fieldpo.central.upkeep.export import export_lines
from fieldpo.cli import main
from fieldpo.sync.protocol.exchange import VerdictKind
from tests.central.laptop import Laptop, put_person


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Central's database."""
    path = tmp_path / "central.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def laptop(file: Path) -> Laptop:
    """Rivera's laptop; one note stands at central."""
    engine = open_database(f"sqlite:///{file}")
    put_person(engine, "rivera", "doe")
    made = Laptop(engine)
    made.send(made.contact("doe", "before the backup"))
    return made


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """A command's exit code, and what it said on either side."""
    capsys.readouterr()
    code = main(["central", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def lines(engine: Engine) -> list[bytes]:
    """Everything that central would export."""
    return list(export_lines(engine))


def test_a_backup_says_when_it_was_verified_and_restores_what_it_held(
    file: Path, laptop: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Backup, more work, restore: the copy's state under a new epoch; --last tells what stands in no backup."""
    db, copy = f"sqlite:///{file}", tmp_path / "copy.db"
    assert run(capsys, "backup", "--last", "--db", db)[1].startswith("No backup has been verified yet; 1 entries")
    code, said, _ = run(capsys, "backup", str(copy), "--db", db)
    assert code == 0
    assert said.startswith("Verified 20")
    assert "up to number 1." in said
    assert copy.stat().st_mode & 0o777 == 0o600
    name, _, listed = (tmp_path / "copy.db.sha256").read_text().partition("  ")
    assert (name, listed) == (hashlib.sha256(copy.read_bytes()).hexdigest(), "copy.db\n")
    laptop.send(laptop.contact("doe", "after the backup"))
    last = json.loads(run(capsys, "backup", "--last", "--json", "--db", db)[1])
    assert (last["durable_through"], last["since"]) == (1, 1)
    epoch = laptop.send().epoch
    laptop.engine.dispose()
    code, said, _ = run(capsys, "restore", str(copy), "--json", "--db", db)
    assert code == 0
    assert json.loads(said)["epoch"] != epoch
    told = b"\n".join(lines(laptop.engine))
    assert b"before the backup" in told
    assert b"after the backup" not in told
    assert run(capsys, "backup", str(copy), "--db", db)[0] == 2  # it is there already, and stays as it is


def damage_nothing(copy: Path) -> None:
    """A file of another program."""
    copy.unlink()
    with closing(sqlite3.connect(copy)) as conn:
        conn.execute("CREATE TABLE other (n)")


def damage_tail(copy: Path) -> None:
    """The second half never arrived."""
    with copy.open("rb+") as stream:
        stream.truncate(copy.stat().st_size // 2)


def damage_note(copy: Path) -> None:
    """A byte of a note has flipped: no page of SQLite's is wrong for it."""
    content = copy.read_bytes()
    assert content.count(b"before the backup")
    copy.write_bytes(content.replace(b"before the backup", b"before the backuq"))


def damage_page(copy: Path) -> None:
    """A page is nonsense."""
    content = bytearray(copy.read_bytes())
    content[4096 * 5 : 4096 * 6] = b"\xff" * 4096
    copy.write_bytes(bytes(content))


def damage_words(copy: Path) -> None:
    """No database at all."""
    copy.write_text("not a database " * 100)


def damage_version(copy: Path) -> None:
    """A newer central made it."""
    with closing(sqlite3.connect(copy)) as conn, conn:
        conn.execute("INSERT INTO schema_migration VALUES ('core', 99, 'later', '2030')")


DAMAGES: tuple[Callable[[Path], None], ...] = (
    damage_nothing, damage_tail, damage_page, damage_words, damage_version, damage_note,
)  # fmt: skip


@pytest.mark.parametrize(
    ("damage", "beside"),
    [*((each, True) for each in DAMAGES), *((each, False) for each in DAMAGES if each is not damage_note)],
)
def test_a_damaged_backup_is_refused_and_the_database_stays(
    file: Path,
    laptop: Laptop,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
    *,
    beside: bool,
) -> None:
    """One sentence, exit code 2, and central goes on with what it had, in the same epoch; without the checksum too."""
    db, copy = f"sqlite:///{file}", tmp_path / "copy.db"
    assert run(capsys, "backup", str(copy), "--db", db)[0] == 0
    if not beside:
        (tmp_path / "copy.db.sha256").unlink()
    damage(copy)
    laptop.send(laptop.contact("doe", "after the backup"))
    before, epoch = lines(laptop.engine), laptop.send().epoch
    code, said, error = run(capsys, "restore", str(copy), "--db", db)
    assert (code, said, error.count("\n")) == (2, "", 1)
    assert "database was not changed" in error
    assert lines(laptop.engine) == before
    assert laptop.send().epoch == epoch
    laptop.engine.dispose()


def test_a_backup_that_cannot_be_written_is_taken_away(
    file: Path, laptop: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Into a folder that is not there: nothing is written, and no backup is claimed."""
    db = f"sqlite:///{file}"
    code, _, error = run(capsys, "backup", str(tmp_path / "no" / "copy.db"), "--db", db)
    assert (code, error.count("\n")) == (2, 1)
    assert run(capsys, "backup", "--last", "--db", db)[1].startswith("No backup")
    assert run(capsys, "backup", "--db", db)[0] == 2
    assert run(capsys, "restore", str(tmp_path / "none.db"), "--db", db)[0] == 2
    laptop.engine.dispose()


def test_superseded_ops_are_stored_but_never_applied_after_a_restore(
    file: Path, laptop: Laptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first version and its successor both come again, in either order: only the successor has an effect."""
    from fieldpo.central.caller import Caller
    from fieldpo.central.exchanging.missing import missing
    from fieldpo.sync.protocol.exchange import MissingRequest

    db, copy = f"sqlite:///{file}", tmp_path / "copy.db"
    assert run(capsys, "backup", str(copy), "--db", db)[0] == 0
    pairs = []
    for number in range(2):
        wrong = laptop.numbered(laptop.contact("doe", f"first {number}", op_id=f"wrong-{number}", schema_version=1))
        right = laptop.numbered(
            laptop.contact("doe", f"second {number}", op_id=f"right-{number}", supersedes=f"wrong-{number}")
        )
        pairs.append((wrong, right))
    laptop.engine.dispose()
    assert run(capsys, "restore", str(copy), "--db", db)[0] == 0
    asked = MissingRequest(
        device=laptop.device,
        op_ids=["wrong-0", "right-0", "wrong-1", "right-1"],
        superseded={"wrong-0": "right-0", "wrong-1": "right-1"},
    )
    assert len(missing(laptop.engine, Caller(laptop.user, laptop.device), asked, laptop.now).missing) == 4
    laptop.cursors.clear()
    laptop.verdicts_after = 0
    laptop.send(pairs[0][0])
    laptop.send(pairs[0][1])
    laptop.send(pairs[1][1], pairs[1][0])
    found = {op_id: (each.verdict, each.problem and each.problem.type) for op_id, each in laptop.verdicts.items()}
    for number in range(2):
        assert found[f"wrong-{number}"] == (VerdictKind.REJECTED, "superseded")
        assert found[f"right-{number}"] == (VerdictKind.ACCEPTED, None)
    told = b"\n".join(line for line in lines(laptop.engine) if b'"kind":"contact"' in line)
    assert [told.count(word) for word in (b"first 0", b"first 1", b"second 0", b"second 1")] == [0, 0, 1, 1]
    with reading(laptop.engine) as conn:
        stored = {row.op_id for row in conn.exec_driver_sql("SELECT op_id FROM inbox")}
    assert {"wrong-0", "wrong-1"} <= stored
    assert json.loads(run(capsys, "quarantine", "list", "--json", "--db", db)[1]) == []
    laptop.engine.dispose()


def test_quarantine_is_listed_released_and_refused_from_the_shell(
    file: Path, laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ids and reasons without case text; one entry released, one refused; a third word is told."""
    db = f"sqlite:///{file}"
    put_person(laptop.engine, "okafor", "roe")
    ops = [laptop.contact("roe", f"Met at the door {n}.") for n in range(2)]
    laptop.send(*ops)
    code, said, _ = run(capsys, "quarantine", "list", "--db", db)
    assert code == 0
    assert said.startswith("entry  kind  record")
    assert said.count("\n") == 3
    assert "door" not in said
    assert {row["problem"] for row in json.loads(run(capsys, "quarantine", "list", "--json", "--db", db)[1])} == {
        "not-granted"
    }
    assert run(capsys, "quarantine", "release", ops[0].op_id, "--db", db)[:2] == (0, "Released: accepted.\n")
    assert run(capsys, "quarantine", "refuse", ops[1].op_id, "--db", db)[:2] == (0, "Refused; it is kept.\n")
    assert run(capsys, "quarantine", "list", "--db", db)[1] == "Nothing.\n"
    code, _, error = run(capsys, "quarantine", "release", ops[1].op_id, "--db", db)
    assert (code, error.count("\n")) == (2, 1)
    laptop.send()
    assert laptop.verdicts[ops[0].op_id].verdict is VerdictKind.ACCEPTED
    assert laptop.verdicts[ops[1].op_id].verdict is VerdictKind.REJECTED
    laptop.engine.dispose()
