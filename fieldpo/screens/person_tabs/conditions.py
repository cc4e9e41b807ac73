"""Tab 3, conditions of supervision, special ones first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from fieldpo.plain import day
from fieldpo.screens.person_tabs.tab import Lines, ListTab
from fieldpo.screens.widgets.record_table import Column, TableRow
from fieldpo.store.queries.clients.conditions import Condition, conditions

if TYPE_CHECKING:
    from sqlalchemy import Connection


class ConditionsTab(ListTab):
    """The conditions of one person."""

    columns: ClassVar = (Column("CONDITION", 26), Column("KIND", 9), Column("STATE", 16), Column("TEXT", 28))
    empty = "No conditions on this laptop. They come from central with the case."

    def ask(self, connection: Connection, now: dt.datetime) -> tuple[Condition, ...]:
        """All of them."""
        del now
        return conditions(connection, self.pack, self.person_id)

    def rows(self) -> list[TableRow]:
        """A line a condition."""
        return [
            TableRow(one.record_id, (one.category, "standard" if one.standard else "special", one.compliance, one.text))
            for one in self.answer
        ]

    def about(self, key: str) -> Lines:
        """The condition in full."""
        one = next(found for found in self.answer if found.record_id == key)
        since = f" since {day(one.compliance_since)}" if one.compliance_since else ""
        ordered = ", ".join(part for part in (one.court, day(one.ordered_on) if one.ordered_on else "") if part)
        return [
            ("TEXT", one.text),
            ("STATE", f"{one.compliance}{since}{', not sent yet' if one.not_sent else ''}"),
            ("ORDERED", ordered),
            ("EXPIRES", day(one.expires_on) if one.expires_on else ""),
        ]
