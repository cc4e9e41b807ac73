"""Quarantine, decided by a person."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.tables import quarantine
from fieldpo.central.office.records import read_record
from fieldpo.central.office.releasing import in_quarantine, refuse, release
from fieldpo.cli import main
from fieldpo.errors import BadInput, NotFound
from fieldpo.sync.protocol.exchange import VerdictKind
from fieldpo.sync.protocol.ops import Op, freeze, sha
from tests.central.laptop import NOW, Laptop, put_person


@pytest.fixture
def laptop(database: Engine) -> Laptop:
    """Rivera's laptop; a person stands in Okafor's caseload."""
    put_person(database, "okafor", "roe")
    made = Laptop(database)
    made.send()
    return made


def refused(laptop: Laptop) -> Op:
    """A note on a colleague's client, which central returns."""
    op = laptop.contact("roe", "Met at the door.")
    laptop.send(op)
    assert laptop.verdicts[op.op_id].verdict is VerdictKind.REJECTED
    return op


def test_a_released_entry_is_applied_and_its_device_hears_of_it(laptop: Laptop) -> None:
    """The verdict comes with a new revision; the record stands once; nothing is open any more."""
    op = refused(laptop)
    with writing(laptop.engine) as conn:
        assert [(row["op_id"], row["problem"]) for row in in_quarantine(conn)] == [(op.op_id, "not-granted")]
        assert release(conn, op.op_id, NOW) is VerdictKind.ACCEPTED
    laptop.send()
    assert laptop.verdicts[op.op_id].verdict is VerdictKind.ACCEPTED
    with reading(laptop.engine) as conn:
        assert in_quarantine(conn) == []
        assert read_record(conn, op.record_id).body["note"] == "Met at the door."
    with writing(laptop.engine) as conn, pytest.raises(NotFound):
        release(conn, op.op_id, NOW)


def test_a_refused_entry_is_kept_and_closed(laptop: Laptop) -> None:
    """It is listed no more, and can be released no more."""
    op = refused(laptop)
    with writing(laptop.engine) as conn:
        refuse(conn, op.op_id, NOW)
        assert in_quarantine(conn) == []
    with writing(laptop.engine) as conn, pytest.raises(NotFound):
        release(conn, op.op_id, NOW)


def test_what_cannot_be_applied_is_not_released(laptop: Laptop) -> None:
    """A body that does not fit stays in quarantine."""
    op = laptop.op("contact.create", body={"person_id": "roe"})
    laptop.send(op)
    with pytest.raises(BadInput, match="cannot be released"), writing(laptop.engine) as conn:
        release(conn, op.op_id, NOW)
    with reading(laptop.engine) as conn:
        assert [row["op_id"] for row in in_quarantine(conn)] == [op.op_id]


@pytest.mark.parametrize("word", ["release", "refuse"])
def test_a_bug_in_central_over_one_entry_is_a_sentence(
    laptop: Laptop, database_url: str, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    """The entry cannot even be stored: no trace of the code, no word of the case, and it is as it was."""
    half = laptop.contact("roe", "POISON", group_id="two", group_size=2)
    op = refused(laptop) if word == "release" else half
    laptop.send(half)
    tables = ["record"] if word == "release" else ["ended_group"]
    for table in tables:
        break_inserts(laptop.engine, table)
    before = listed(laptop)
    assert main(["central", "quarantine", word, op.op_id, "--db", database_url]) == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert "Nothing was changed" in told.err
    assert "Met at the door" not in told.err
    assert "Traceback" not in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert listed(laptop) == before


def listed(laptop: Laptop) -> list[dict[str, str | bool | None]]:
    """What stands in quarantine."""
    with reading(laptop.engine) as conn:
        return in_quarantine(conn, NOW)


def break_inserts(engine: Engine, table: str) -> None:
    """The database takes no new row of that table, as a defect of central's would have it."""
    with writing(engine) as conn:
        if engine.dialect.name == "postgresql":
            conn.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT broken CHECK (false) NOT VALID")
        else:
            conn.exec_driver_sql(
                f"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END"
            )


def test_only_what_was_released_is_marked_so(laptop: Laptop) -> None:
    """Other bytes that came under the same op_id stand beside it, and stay to be looked at; the same ones do not."""
    op = refused(laptop)
    other = laptop.contact("roe", "Something else", op_id=op.op_id, record_id=op.record_id)
    laptop.send(other)
    Laptop(laptop.engine, device="laptop-2").send((1, freeze(op)))
    with writing(laptop.engine) as conn:
        assert release(conn, op.op_id, NOW) is VerdictKind.ACCEPTED
        states = {row.sha: row.state for row in conn.execute(sa.select(quarantine.c.sha, quarantine.c.state))}
        assert states == {sha(freeze(op)): "released", sha(freeze(other)): "open"}
        assert [row["op_id"] for row in in_quarantine(conn)] == [op.op_id]
        refuse(conn, op.op_id, NOW)
        assert in_quarantine(conn) == []
