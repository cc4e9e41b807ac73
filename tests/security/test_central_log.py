"""Central's own log: sign-ins and enrolments, what administrators did, and that nobody takes a row out (CJIS AU-2)."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central.accounts import device_flow, enrolled, tokens, users
from fieldpo.central.books import audit
from fieldpo.central.books.database import open_database, reading, writing
from fieldpo.central.deciding import access
from fieldpo.central.office import transfer
from fieldpo.central.settings import Settings
from fieldpo.cli import main
from tests.central.laptop import put_person

PASSWORD = "four calm herons standing"
NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)


def told(engine: Engine, after: int = 0) -> list[tuple[str, str, str, str]]:
    """The rows: who, what, subject, outcome."""
    with reading(engine) as conn:
        return [(row.who, row.what, row.subject, row.outcome) for row in audit.rows(conn, after)]


@pytest.fixture
def reyes(database: Engine) -> users.User:
    """An officer who may sign in."""
    with writing(database) as conn:
        return users.add_user(conn, "mreyes", PASSWORD, name="Maria Reyes", now=NOW)


def test_each_try_to_sign_in_is_a_row(database: Engine, reyes: users.User) -> None:
    """Right, wrong, unknown and disabled are told apart in the log, though not on the page; no typed word is kept."""
    users.sign_in(database, "mreyes", PASSWORD, NOW)
    users.sign_in(database, "mreyes", "wrong", NOW)
    users.sign_in(database, "my secret typed in the wrong field", "x", NOW)
    with writing(database) as conn:
        users.disable_user(conn, "mreyes", disabled=True, now=NOW)
    users.sign_in(database, "mreyes", PASSWORD, NOW)
    assert told(database, after=1) == [
        (reyes.id, "sign-in", "", "ok"),
        (reyes.id, "sign-in", "", "failed"),
        ("unknown", "sign-in", "", "failed"),
        (audit.operator(), "user disable", reyes.id, "ok"),
        (reyes.id, "sign-in", "", "disabled"),
    ]


def test_a_resting_user_is_told(database: Engine, reyes: users.User) -> None:
    """After five failures the sixth try is a row of its own kind."""
    for _ in range(6):
        users.sign_in(database, "mreyes", "wrong", NOW)
    assert told(database)[-2:] == [(reyes.id, "sign-in", "", "failed"), (reyes.id, "sign-in", "", "resting")]


def test_a_computers_life_is_told(database: Engine, reyes: users.User) -> None:
    """Approved, enrolled, its refresh token used by somebody else too, revoked."""
    settings = Settings("")
    with writing(database) as conn:
        asked = device_flow.ask(conn, "laptop", "keyring", settings, NOW, source="")
        assert isinstance(asked, device_flow.Asked)
        found = device_flow.find(conn, asked.user_code, NOW)
        assert found is not None
        assert device_flow.answer(conn, found.sha, reyes, approve=True, now=NOW)
        issued = device_flow.poll(conn, asked.device_code, settings, NOW)
        assert isinstance(issued, tokens.Issued)
        second = tokens.refresh(conn, issued.refresh, NOW, 60)
        assert second is not None
        assert tokens.refresh(conn, second.refresh, NOW, 60) is not None
        assert tokens.refresh(conn, issued.refresh, NOW, 60) is None
        enrolled.revoke(conn, issued.device_id, NOW)
    assert told(database, after=1) == [
        (reyes.id, "device approve", reyes.id, "ok"),
        (reyes.id, "device enrol", issued.device_id, "ok"),
        ("unknown", "token used twice", issued.device_id, "every token ended"),
        (audit.operator(), "device revoke", issued.device_id, "ok"),
    ]


def test_who_may_see_whose_cases_is_told(database: Engine, reyes: users.User) -> None:
    """Granting, covering, ending and moving a person."""
    put_person(database, "rivera", "doe")
    with writing(database) as conn:
        access.grant(conn, "caseload:rivera", reyes.id, now=NOW)
        access.cover(conn, "caseload:chen", reyes.id, NOW + dt.timedelta(days=1), now=NOW)
        access.end(conn, "caseload:rivera", reyes.id, now=NOW)
        transfer.assign(conn, "doe", reyes.id, now=NOW)
    assert [row[1:3] for row in told(database, after=1)] == [
        ("access grant", f"caseload:rivera {reyes.id}"),
        ("access cover", f"caseload:chen {reyes.id}"),
        ("access end", f"caseload:rivera {reyes.id}"),
        ("transfer", f"doe caseload:{reyes.id}"),
    ]


@pytest.mark.parametrize("statement", ["DELETE FROM central_audit", "UPDATE central_audit SET who = 'nobody'"])
def test_the_database_refuses_to_forget(database: Engine, reyes: users.User, statement: str) -> None:
    """A row is neither changed nor deleted, and what tried it is taken back."""
    before = told(database)
    with pytest.raises(sa.exc.DBAPIError), writing(database) as conn:
        conn.exec_driver_sql(statement)
    assert told(database) == before != []


def test_the_command_shows_the_log_and_is_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`central audit` prints each row; that an export was made and that the log was read stands in it too."""
    url = f"sqlite:///{tmp_path / 'central.db'}"
    assert main(["central", "init", "--db", url]) == 0
    assert main(["central", "export", "--json", "--db", url]) == 0
    assert main(["central", "audit", "--db", url]) == 0
    capsys.readouterr()
    assert main(["central", "audit", "--json", "--db", url]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["n"], row["what"], row["outcome"]) for row in rows] == [(1, "export", "ok"), (2, "audit read", "ok")]
    assert {row["who"] for row in rows} == {audit.operator()}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows guards files by ACL")
def test_centrals_database_is_its_owners_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Under a loose umask `central init` makes a database that no other account can read, and its log files too."""
    mask = os.umask(0)
    try:
        url = f"sqlite:///{tmp_path / 'central.db'}"
        assert main(["central", "init", "--db", url]) == 0
        engine = open_database(url)
        with writing(engine) as conn:
            audit.note(conn, "here")
            files = sorted(tmp_path.glob("central.db*"))
            assert len(files) == 3
            assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
        engine.dispose()
    finally:
        os.umask(mask)
    capsys.readouterr()
