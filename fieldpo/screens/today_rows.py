"""The rows of Today as the list shows them: what is owed in its column, and the rest of an alert in the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from fieldpo.screens.widgets.hazard_banner import hazard_mark
from fieldpo.screens.widgets.record_table import TableRow, fitted
from fieldpo.store.queries.day.rows import Owes, Row
from fieldpo.store.queries.day.today import Today
from fieldpo.supervision.agenda.items import Section

WORDS: Final = {
    Section.OVERDUE: "OVERDUE",
    Section.RETURNED: "RETURNED TO YOU",
    Section.BEGUN: "BEGUN, NOT SAVED",
    Section.TODAY: "TODAY",
    Section.WEEK: "THIS WEEK",
    Section.ALERTS: "ALERTS",
}
"""The headings, in order."""


def heading(section: Section, rows: Sequence[Row], shown: int) -> TableRow:
    """How many there are; what comes first where none is shown, how many are where not all."""
    words = f"{WORDS[section]} {len(rows)}"
    if not shown:
        first = rows[0]
        whose = f" {first.person.short}," if first.person else ""
        words += f"   first: {first.when}{whose} {first.what}  (+ shows all)"
    elif shown < len(rows):
        words += f", {shown} shown  (+ shows all)"
    return TableRow(f"section:{section}", (words,), heading=True, stops=not shown)


def picked(rows: Sequence[Row], most: int, here: str) -> list[Row]:
    """So many rows of a section, in order: the one under the cursor stays, and what is over waits for its log."""
    wanted = sorted(rows, key=lambda row: (row.key != here, row.over))[:most]
    keys = {row.key for row in wanted}
    return [row for row in rows if row.key in keys]


def cells(row: Row, name: str, widths: Sequence[int]) -> TableRow:
    """A row in columns of these widths: safety, due, client, ID, owed, where."""
    mark = hazard_mark(row.hazards) if row.person else "."
    shown_id = row.person.shown_id if row.person else ""
    owed, where = _owed(row, widths[4], widths[5])
    return TableRow(row.key, (mark, row.when, name, shown_id, owed, where))


def _owed(row: Row, width: int, beside: int) -> tuple[str, str]:
    """What is owed, and where; with how many things more, which is never cut off."""
    if row.where:
        return _with_more((row.what, row.label or row.what), row.more, width), row.where
    first, rest = _split(row.what, width - 1)
    return (first, _with_more((rest,), row.more, beside)) if rest else (_with_more((first,), row.more, width), "")


def _with_more(said: Sequence[str], more: int, width: int) -> str:
    """The first of these words that fits with the number behind it, which is shortened before the words are cut."""
    if not more:
        return said[0] if cell_len(said[0]) < width else said[-1]
    short = f" +{more}"
    for words in said:
        for behind in (f" + {more} more", short):
            if cell_len(words) + len(behind) < width:
                return words + behind
    return f"{fitted(said[-1], width - len(short))}{short}"


def _split(said: str, width: int) -> tuple[str, str]:
    """A text cut between two words, so that its beginning is within the width."""
    if cell_len(said) <= width:
        return said, ""
    words = said.split()
    taken = 1
    while taken < len(words) and cell_len(" ".join(words[: taken + 1])) <= width:
        taken += 1
    return " ".join(words[:taken]), " ".join(words[taken:])


def safe_rows(known: Today, person_id: str) -> list[TableRow]:
    """One client's own appointments, and nothing of anybody else."""
    own = [row for row in known.rows if row.person_id == person_id and row.owes in (Owes.VISIT, Owes.APPOINTMENT)]
    return [
        TableRow(row.key, ("", row.when, row.person.short, row.person.shown_id, row.what, row.where))
        for row in own
        if row.person
    ]
