"""Deliberate defects in what a supervisor's laptop gets and may do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from fieldpo.central.books.tables import record
from fieldpo.central.deciding import case_view, flush
from fieldpo.central.teams import team_feed, team_reports

from .defect import Patch, mutant, on


@mutant(10)
def queue_that_only_grows() -> list[Patch]:
    """What is over, or left the team, is not taken out of the team's feed."""

    def nothing(*_: Any, **__: Any) -> None:
        return

    return [on(team_feed, "delete_record", nothing)]


@mutant(16)
def queue_of_everybody() -> list[Patch]:
    """The reports of all officers are copied, not of the team's."""

    def everybody(conn: Any, _: str) -> list[str]:
        return list(conn.scalars(sa.select(record.c.id).where(record.c.kind == "officer")))

    return [on(team_reports, "officers_of", everybody)]


@mutant(16)
def case_for_a_month() -> list[Patch]:
    """A whole case is shown for longer than was granted."""
    return [on(flush, "WHOLE_CASE", dt.timedelta(days=30))]


@mutant(16)
def case_that_moved_is_still_read() -> list[Patch]:
    """A whole case is read until its days are over, wherever it has gone."""
    from fieldpo.central.exchanging import answer

    def granted(_conn: Any, _user: str, partitions: Any, _now: Any) -> list[str]:
        return list(partitions)

    return [on(answer, "readable_now", granted)]


@mutant(11)
def hash_of_the_whole_caseload() -> list[Patch]:
    """The hash that comes with a whole case is not that of its records."""
    return [on(case_view, "hash_text", lambda _total: "0" * 64)]
