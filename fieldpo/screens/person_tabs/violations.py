"""Tab 7, violation reports with the response that was chosen and their way: submitted, returned, approved, filed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from fieldpo.plain import day, moment
from fieldpo.screens.person_tabs.tab import Lines, ListTab
from fieldpo.screens.widgets.record_table import Column, TableRow
from fieldpo.store.queries.reports.responses import responses_of
from fieldpo.store.queries.reports.written import Report, reports
from fieldpo.supervision.calendar import local

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class _Answer:
    reports: tuple[Report, ...]
    responses: dict[str, list[tuple[str, str]]]


class ViolationsTab(ListTab):
    """The violation reports of one person."""

    columns: ClassVar = (Column("WRITTEN", 17), Column("STATE", 12), Column("SEVERITY", 10), Column("CONDITIONS", 40))
    empty = "No violation reports. v writes one."

    def ask(self, connection: Connection, now: dt.datetime) -> _Answer:
        """All of them, with what each response was chosen on."""
        today = local(now, self.pack).date()
        return _Answer(
            reports(connection, self.pack, self.person_id),
            responses_of(connection, self.pack, self.person_id, today),
        )

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
            for one in self.answer.reports
        ]

    def about(self, key: str) -> Lines:
        """The report in full, with the response, its deadlines and each step."""
        one = next(found for found in self.answer.reports if found.record_id == key)
        chosen = dict(self.answer.responses).get(key, [])
        lines = [("", f"{moment(one.written_at)}, {one.officer}.{' Not sent yet, kept here.' if one.not_sent else ''}")]
        lines += [(_SHORT.get(label, label), words) for label, words in chosen if label not in _LATER]
        for step in one.steps:
            due = f", answer by {day(step.due_on)}" if step.due_on else ""
            said = f": {step.comment}" if step.comment else ""
            lines.append((step.step.upper(), f"{moment(step.at)}, {step.officer}{due}{said}"))
        lines += [("ALLEGED", text) for text in one.conditions]
        lines += [("FACTS", one.facts)]
        lines += [("ASKS", one.recommendation)] if not chosen else []
        return lines + [(_SHORT.get(label, label), words) for label, words in chosen if label in _LATER]


_LATER = frozenset({"WHY", "CHECK"})
_SHORT = {"RESPONSE": "ASKS", "APPROVES": "BY"}
"""Labels have seven letters here."""
