"""Tab 5, drug and alcohol tests: the plan of draws first, then each test with its results."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from fieldpo.plain import day
from fieldpo.screens.person_tabs.tab import Lines, ListTab
from fieldpo.screens.widgets.record_table import Column, TableRow
from fieldpo.store.queries.person.drug_tests import TestTaken, drug_tests
from fieldpo.store.queries.rules.draws import audit_lines
from fieldpo.supervision.calendar import local

if TYPE_CHECKING:
    from sqlalchemy import Connection

PLAN: Final = "plan"
"""The key of the row that stands for the draws."""


@dataclass(frozen=True)
class _Answer:
    tests: tuple[TestTaken, ...]
    draws: tuple[tuple[str, str], ...]


class TestsTab(ListTab):
    """The tests of one person."""

    columns: ClassVar = (Column("GIVEN", 17), Column("WHY", 11), Column("SAMPLE", 13), Column("RESULT", 38))
    empty = "No tests. d records one, D makes a plan by which random ones are drawn."

    def ask(self, connection: Connection, now: dt.datetime) -> _Answer:
        """Tests, and the draws of the last days computed again."""
        today = local(now, self.pack).date()
        return _Answer(
            drug_tests(connection, self.pack, self.person_id), tuple(audit_lines(connection, self.person_id, today))
        )

    def rows(self) -> list[TableRow]:
        """The draws, then a line a test. In the client-safe view the draws are hidden: they tell what may come."""
        plan = [] if self.safe or not self.answer.draws else [self._plan_row()]
        return plan + [
            TableRow(
                one.record_id,
                (day(one.at), one.reason, one.sample, ("WITHDRAWN " if one.withdrawn else "") + one.result),
                "strike" if one.withdrawn else "",
            )
            for one in self.answer.tests
        ]

    def _plan_row(self) -> TableRow:
        said = dict(self.answer.draws)
        return TableRow(PLAN, ("draws", "random", "", said.get("DRAWN", "a plan that cannot draw")))

    def about(self, key: str) -> Lines:
        """The test in full, or the draws."""
        if key == PLAN:
            return list(self.answer.draws)
        return list(next(one for one in self.answer.tests if one.record_id == key).lines)


TestsTab.__test__ = False  # type: ignore[attr-defined]  # no test class, for all its name
