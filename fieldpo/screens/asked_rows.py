"""Needs your answer as rows: a heading an entry, below it a row a field; last what cannot be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from fieldpo.plain import clock, short_day
from fieldpo.screens.answering import Question, field_words, words
from fieldpo.screens.widgets.record_table import TableRow
from fieldpo.store.acting.outbox_view import OutboxEntry
from fieldpo.store.queries.agenda.unreadable import Unreadable

if TYPE_CHECKING:
    from fieldpo.store.acting.answers import Choice

UNREAD: Final = "unreadable/"
"""Before the id of a record that cannot be read, as its row's key."""
HIDDEN: Final = "(F3 shows)"


def question_rows(
    asked: Iterable[Question], chosen: Mapping[str, Choice], now: dt.datetime, *, client_safe: bool
) -> list[TableRow]:
    """The fields of each entry under its heading, with what was chosen; `chosen` by a question's key."""
    rows: list[TableRow] = []
    before = ""
    for one in asked:
        if one.entry.op_id != before:
            rows.append(_heading(one.entry, now, client_safe=client_safe))
            before = one.entry.op_id
        theirs = "" if one.returned else words(one.theirs)
        mine, theirs = (HIDDEN, "") if client_safe else (words(one.mine), theirs)
        rows.append(TableRow(one.key, (f"  {field_words(one.field)}", mine, theirs, _answer(one, chosen))))
    return rows


def unread_rows(unread: Mapping[str, Unreadable], *, client_safe: bool) -> list[TableRow]:
    """What central sent and nobody can read, under a heading of its own; none without."""
    if not unread:
        return []
    head = TableRow(UNREAD, ("CANNOT BE READ: nothing to choose here, but somebody to tell",), heading=True)
    return [
        head,
        *(
            TableRow(key, (f"  {one.what}", HIDDEN if client_safe else one.whose, "cannot be read", ""))
            for key, one in unread.items()
        ),
    ]


def _heading(entry: OutboxEntry, now: dt.datetime, *, client_safe: bool) -> TableRow:
    saved = entry.saved_at.astimezone(now.tzinfo)
    when = f"{short_day(saved)} {clock(saved)}"
    named = entry.person_name.partition(",")[0] in entry.label
    whole = entry.label if named else ": ".join(one for one in (entry.person_name, entry.label) if one)
    about = "An entry" if client_safe else whole
    return TableRow(entry.op_id, (f"{about}, {when}, {entry.place}",), heading=True)


def _answer(one: Question, chosen: Mapping[str, Choice]) -> str:
    from fieldpo.store.acting.answers import Keep

    choice = chosen.get(one.key)
    if choice is None:
        return "" if one.returned else "?"
    if choice is Keep.THEIRS:
        return "theirs"
    return "mine" if choice is Keep.MINE else "edited"
