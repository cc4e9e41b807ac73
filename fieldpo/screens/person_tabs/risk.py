"""Tab 6, risk and needs: assessments, the newest first, each with why and whether it can be computed again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from fieldpo.plain import day
from fieldpo.screens.person_tabs.tab import Lines, ListTab
from fieldpo.screens.widgets.record_table import Column, TableRow
from fieldpo.store.queries.person.assessments import Scoring, assessment_lines, scorings
from fieldpo.supervision.calendar import local

if TYPE_CHECKING:
    from sqlalchemy import Connection


class RiskTab(ListTab):
    """The assessments of one person."""

    columns: ClassVar = (
        Column("DONE", 17),
        Column("WITH", 12),
        Column("SCORE", 8),
        Column("LEVEL", 22),
        Column("AGAIN BY", 18),
    )
    empty = "No assessments on this laptop. r scores an instrument."

    def ask(self, connection: Connection, now: dt.datetime) -> tuple[Scoring, ...]:
        """All of them, computed again."""
        return scorings(connection, self.pack, self.person_id, local(now, self.pack).date())

    def rows(self) -> list[TableRow]:
        """A line an assessment; what differs from its answers says so."""
        return [
            TableRow(
                one.record_id,
                (
                    day(one.done_on),
                    one.code,
                    one.score_words,
                    _marks(one) + one.stands + (" (overridden)" if one.override else ""),
                    day(one.again_on) if one.again_on and not one.withdrawn else "",
                ),
                "strike" if one.withdrawn else "",
            )
            for one in self.answer
        ]

    def about(self, key: str) -> Lines:
        """The assessment in full, with why."""
        return assessment_lines(next(found for found in self.answer if found.record_id == key))


def _marks(one: Scoring) -> str:
    return ("WITHDRAWN " if one.withdrawn else "") + ("DIFFERS " if one.differs else "")
