"""What a laptop or a server says reaches the terminal of whoever looks at it as text, never as its controls."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from fieldpo.cli.central_log import audit
from fieldpo.cli.central_quarantine import list_
from fieldpo.cli.conformance.report import details, line
from fieldpo.cli.conformance.running import Result
from fieldpo.cli.conformance.wire import Exchange
from fieldpo.plain import has_controls
from tests.central.laptop import Laptop, put_person
from tests.hostile import MARKED

STRINGS = [each[:40] for each in MARKED.values() if "\x00" not in each]


def test_ids_of_refused_entries_are_only_text(
    database: Engine, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An officer's op_id, kind or record id with escape sequences does nothing to an administrator's terminal."""
    put_person(database, "rivera", "p1")
    laptop = Laptop(database)
    for each in STRINGS:
        laptop.send(laptop.op(f"{each[:20]}.create", record_id=f"r{each}"), laptop.contact("p1", op_id=f"op{each}"))
    list_(database_url)
    audit(database_url)
    said = capsys.readouterr().out.splitlines()
    assert len(said) > len(STRINGS)
    assert [each for each in said if has_controls(each)] == []


@pytest.mark.parametrize("hostile", STRINGS)
def test_a_server_under_test_says_only_text(hostile: str) -> None:
    """`central conformance` prints what a server answered without what a terminal would obey."""
    result = Result("a.b", "Says.", "Section", "failed", hostile, hostile, hostile, (Exchange(hostile, hostile),))
    assert not any(has_controls(each) for each in (*details(result), line(result)))
