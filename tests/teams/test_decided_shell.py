"""An administrator at the shell reads what a supervisor has decided on that is held, where central has not done it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import writing
from fieldpo.cli import main
from fieldpo.sync.protocol.exchange import caseload_partition
from tests.central.laptop import NOW
from tests.central_records import put_record
from tests.teams.agency import BOSS, OKAFOR, RIVERA, found
from tests.teams.test_groups_that_wait import half_sent
from tests.teams.test_held_decisions import Down, boss_of, decision, late_entry, met, said


class Shell:
    """Central's commands over one database."""

    def __init__(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.url, self.capsys = url, capsys

    def listed(self, what: str) -> tuple[list[str], list[dict[str, Any]]]:
        """A list as lines, and the same as JSON."""
        assert main(["central", what, "list", "--db", self.url]) == 0
        lines = self.capsys.readouterr().out.splitlines()
        assert main(["central", what, "list", "--json", "--db", self.url]) == 0
        return lines, json.loads(self.capsys.readouterr().out)


@pytest.fixture
def shell(database_url: str, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Central's shell."""
    return Shell(database_url, capsys)


def asked(row: dict[str, Any]) -> tuple[Any, ...]:
    """What a row says of a decision."""
    return row["decided"], row["decided_by"], row["trouble"]


def test_what_is_decided_and_not_done_yet_says_so(database: Engine, shell: Shell) -> None:
    """Central went down between the two: a late entry and someone not listed, each beside another."""
    found(database, officers=(RIVERA, OKAFOR))
    rivera, entry = late_entry(database)
    _, other = late_entry(database, "p2", rivera)
    held, late = met(rivera), met(rivera, given_name="Ann")
    boss = boss_of(database)
    with Down(database):
        assert said(boss, decision(boss, entry, "release")) == ""
        assert said(boss, decision(boss, held, "refuse", reason="Not ours")) == ""
    lines, rows = shell.listed("quarantine")
    assert {row["op_id"]: asked(row) for row in rows} == {
        entry.op_id: ("release", BOSS, None),
        other.op_id: (None, None, None),
    }
    assert [row["decided_at"] is None for row in rows] == [False, True]
    assert [line.endswith(f"  decided: release by {BOSS}, not done yet") for line in lines] == [False, True, False]
    lines, rows = shell.listed("intake")
    assert {row["id"]: asked(row) for row in rows} == {
        held.record_id: ("refuse", BOSS, None),
        late.record_id: (None, None, None),
    }
    said_so = [line for line in lines if line.endswith(f"  decided: refuse by {BOSS}, not done yet")]
    assert [line.split("  ")[0] for line in said_so] == [held.record_id]


def test_what_central_could_not_do_says_why(database: Engine, shell: Shell) -> None:
    """Until somebody decides anew; what they decide stands in its place."""
    found(database, officers=(RIVERA, OKAFOR))
    _, entry = late_entry(database)
    with writing(database) as conn:
        put_record(conn, caseload_partition(RIVERA), entry.record_id, "officer", {"name": "In its place"}, now=NOW)
    boss = boss_of(database)
    assert said(boss, decision(boss, entry, "release")) == ""
    lines, (row,) = shell.listed("quarantine")
    assert asked(row)[:2] == ("release", BOSS)
    assert row["trouble"].startswith("It cannot be released: ")
    assert lines[1].endswith(f"  not done: release by {BOSS}: {row['trouble']}")
    boss.now = boss.now.replace(hour=boss.now.hour + 1)
    with Down(database):
        assert said(boss, decision(boss, entry, "refuse", reason="Written twice")) == ""
    _, (row,) = shell.listed("quarantine")
    assert asked(row) == ("refuse", BOSS, None)


def test_each_entry_of_a_group_says_what_is_decided_on_the_group(database: Engine, shell: Shell) -> None:
    """A decision names one of them."""
    found(database)
    _, ops = half_sent(database)
    boss = boss_of(database)
    with Down(database):
        assert said(boss, decision(boss, ops[0], "refuse", reason="The laptop was lost")) == ""
    _, rows = shell.listed("quarantine")
    assert {row["op_id"]: asked(row) for row in rows} == {op.op_id: ("refuse", BOSS, None) for op in ops[:2]}
