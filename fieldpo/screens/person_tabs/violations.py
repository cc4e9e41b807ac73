"""Tab 7, violation reports with their way: submitted, returned, approved, filed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from fieldpo.plain import day, moment
from fieldpo.screens.person_tabs.tab import Lines, ListTab
from fieldpo.screens.widgets.record_table import Column, TableRow
from fieldpo.store.queries.person_records import Report, reports

if TYPE_CHECKING:
    from sqlalchemy import Connection


class ViolationsTab(ListTab):
    """The violation reports of one person."""

    columns: ClassVar = (Column("WRITTEN", 17), Column("STATE", 12), Column("SEVERITY", 10), Column("CONDITIONS", 40))
    empty = "No violation reports. v writes one."

    def ask(self, connection: Connection, now: dt.datetime) -> tuple[Report, ...]:
        """All of them."""
        del now
        return reports(connection, self.pack, self.person_id)

    def rows(self) -> list[TableRow]:
        """A line a report; none in the client-safe view, since the facts name others."""
        if self.safe:
            return []
        return [
            TableRow(
                one.record_id,
                (
                    day(one.written_at),
                    "WITHDRAWN" if one.withdrawn else one.state,
                    one.severity,
                    "; ".join(one.conditions),
                ),
                "strike" if one.withdrawn else "",
            )
            for one in self.answer
        ]

    def about(self, key: str) -> Lines:
        """The report in full, with each step."""
        one = next(found for found in self.answer if found.record_id == key)
        lines = [("", f"{moment(one.written_at)}, {one.officer}.{' Not sent yet, kept here.' if one.not_sent else ''}")]
        for step in one.steps:
            due = f", answer by {day(step.due_on)}" if step.due_on else ""
            said = f": {step.comment}" if step.comment else ""
            lines.append((step.step.upper(), f"{moment(step.at)}, {step.officer}{due}{said}"))
        lines += [("ALLEGED", text) for text in one.conditions]
        lines += [("FACTS", one.facts), ("ASKS", one.recommendation)]
        return lines
