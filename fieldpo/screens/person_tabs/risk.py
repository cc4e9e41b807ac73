"""Tab 6, risk and needs: assessments, the newest first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from fieldpo.plain import count, day
from fieldpo.screens.person_tabs.tab import Lines, ListTab
from fieldpo.screens.widgets.record_table import Column, TableRow
from fieldpo.store.queries.person_records import Assessment, assessments

if TYPE_CHECKING:
    from sqlalchemy import Connection


class RiskTab(ListTab):
    """The assessments of one person."""

    columns: ClassVar = (Column("DONE", 17), Column("WITH", 20), Column("SCORE", 8), Column("LEVEL", 34))
    empty = "No assessments on this laptop. They come from central; scoring one here is not in this version."

    def ask(self, connection: Connection, now: dt.datetime) -> tuple[Assessment, ...]:
        """All of them."""
        del now
        return assessments(connection, self.pack, self.person_id)

    def rows(self) -> list[TableRow]:
        """A line an assessment."""
        return [
            TableRow(
                one.record_id,
                (
                    day(one.done_on),
                    one.instrument,
                    "" if one.score is None else f"{one.score:g}",
                    ("WITHDRAWN " if one.withdrawn else "") + one.level + (" (overridden)" if one.override else ""),
                ),
                "strike" if one.withdrawn else "",
            )
            for one in self.answer
        ]

    def about(self, key: str) -> Lines:
        """The assessment in full."""
        one = next(found for found in self.answer if found.record_id == key)
        answers = count(one.items, "answer") + " kept" if one.items else "The item answers are not on this laptop"
        return [
            ("SCORE", f"{one.instrument}: {'no score' if one.score is None else f'{one.score:g}'}, {one.level}"),
            ("CHANGED", f"to {one.override}" if one.override else ""),
            ("ITEMS", f"{answers}."),
        ]
