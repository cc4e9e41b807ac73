"""The exchange that central tries on itself before it listens."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading, writing
from fieldpo.central.exchanging import rehearsal
from fieldpo.central.exchanging.answer import answer
from fieldpo.sync.protocol.exchange import SyncResponse, VerdictKind
from tests.central.laptop import Laptop, put_person

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


def rows(database: Engine) -> dict[str, int]:
    """How many rows each table has."""
    with reading(database) as conn:
        names = sa.inspect(conn).get_table_names()
        return {name: int(conn.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()) for name in names}  # noqa: S608 - ours


def test_it_takes_and_answers_and_leaves_nothing(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its ops are accepted and its log is taken, as a laptop's would be; then no table has a row more."""
    heard: list[SyncResponse] = []

    def listening(*given: object) -> SyncResponse:
        heard.append(answer(*given))  # type: ignore[arg-type]
        return heard[-1]

    monkeypatch.setattr(rehearsal, "answer", listening)
    before = rows(database)
    rehearsal.rehearse(database, NOW)
    [told] = heard
    assert [each.verdict for each in told.verdicts] == [VerdictKind.ACCEPTED] * 3
    assert (told.known_through, told.audit_through) == (3, 1)
    assert rows(database) == before


def test_a_laptop_is_answered_after_it_as_before(database: Engine) -> None:
    """Numbers that it drew are given out again, or left out, and nobody minds."""
    put_person(database, "rivera", "doe")
    laptop = Laptop(database)
    assert laptop.send(laptop.contact("doe")).known_through == 1
    rehearsal.rehearse(laptop.engine, NOW)
    assert laptop.send(laptop.contact("doe")).known_through == 2


def test_what_refuses_it_is_logged_and_central_goes_on(database: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """A database that cannot be written: readiness tells who asks, the log tells why, no traceback ends the start."""
    with writing(database) as conn:
        conn.exec_driver_sql("DROP TABLE inbox")
    with caplog.at_level(logging.ERROR):
        rehearsal.rehearse(database, NOW)
    [said] = caplog.records
    assert (said.message, said.fieldpo_fields["what"]) == ("exchange_trouble", "the rehearsal of an exchange failed")  # type: ignore[attr-defined]
