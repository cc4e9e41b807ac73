"""A hostile client with a good token: what it sends breaks nothing and shows nobody else's cases."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books.cursors import Cursor, read_cursor
from fieldpo.central.caller import Caller
from fieldpo.central.deciding.received import receive
from fieldpo.central.exchanging.exchange import exchange
from fieldpo.errors import BadInput
from fieldpo.sync.protocol.exchange import SyncRequest
from fieldpo.sync.protocol.ops import MAX_OP_BYTES, MAX_OP_DEPTH
from tests.central.laptop import NOW, Laptop, put_person

RIVERA = Caller("rivera", "laptop-1")


@pytest.mark.parametrize("place", [2**63, -(2**63) - 1, 10**40])
def test_a_place_no_database_can_hold_is_refused_in_a_sentence(database: Engine, place: int) -> None:
    """A verdict place beyond a database's integers is a 400, not a defect of central."""
    with pytest.raises(BadInput):
        exchange(database, RIVERA, SyncRequest(device="laptop-1", incarnation="a", verdicts_after=place), NOW)


@pytest.mark.parametrize("number", [2**63, 10**30, -(2**63) - 1])
def test_a_forged_cursor_beyond_a_databases_integers_is_a_reload(database: Engine, number: int) -> None:
    """It is a cursor that central never gave: the partition comes again from 0."""
    put_person(database, "rivera", "doe")
    request = SyncRequest(device="laptop-1", incarnation="a")
    own = next(page for page in exchange(database, RIVERA, request, NOW).partitions if page.id != "agency")
    given = read_cursor(own.cursor)
    assert given is not None
    forged = Cursor(given.epoch, given.partition, number, given.token).wire()
    request = SyncRequest(device="laptop-1", incarnation="a", cursors={own.id: forged})
    page = next(page for page in exchange(database, RIVERA, request, NOW).partitions if page.id == own.id)
    assert page.reload
    assert [change.id for change in page.changes] == ["doe"]


def test_a_cursor_of_another_caseload_opens_nothing(database: Engine) -> None:
    """Naming a colleague's partition, with their own cursor, gives none of their records and says it is revoked."""
    put_person(database, "rivera", "doe")
    put_person(database, "chen", "roe")
    theirs = exchange(database, Caller("chen", "laptop-2"), SyncRequest(device="laptop-2", incarnation="b"), NOW)
    page = next(page for page in theirs.partitions if page.id == "caseload:chen")
    request = SyncRequest(device="laptop-1", incarnation="a", cursors={page.id: page.cursor, "agency": page.cursor})
    answer = exchange(database, RIVERA, request, NOW)
    assert answer.revoked == ["caseload:chen"]
    assert "roe" not in {change.id for each in answer.partitions for change in each.changes}


def test_a_forged_author_or_device_is_quarantined(database: Engine) -> None:
    """The token's user and device are what counts; an op in another's name is kept, never applied."""
    put_person(database, "rivera", "doe")
    laptop = Laptop(database)
    laptop.send()
    for forged in (laptop.contact("doe", author_id="chen"), laptop.contact("doe", device_id="laptop-2")):
        laptop.send(forged)
        verdict = laptop.verdicts[forged.op_id]
        assert verdict.problem is not None
        assert verdict.problem.type in ("wrong-author", "wrong-device")


def test_a_string_that_never_ends_is_read_once() -> None:
    """A quarter of a megabyte of quotes after many brackets is refused at once, and holds up nobody for minutes."""
    text = "[" * (MAX_OP_DEPTH + 1) + '"' + '\\"' * ((MAX_OP_BYTES - 100) // 2)
    assert len(text) <= MAX_OP_BYTES
    found = receive(1, text)
    assert found.problem is not None
    assert found.problem.type == "unreadable"
