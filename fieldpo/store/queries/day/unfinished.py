"""The officer's own unfinished work, as items of the agenda: what waits for an answer or a sync, and forms begun."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import Connection, text

from fieldpo.plain import clock, count, short_day
from fieldpo.store.acting.drafts import Draft, drafts
from fieldpo.store.acting.outbox import counts
from fieldpo.store.acting.outbox_view import not_taken
from fieldpo.store.acting.sheet_marks import FORM as MARKS
from fieldpo.store.queries.agenda.unreadable import unreadable_ids
from fieldpo.store.queries.supervisor.held import held_to_decide
from fieldpo.store.queries.supervisor.review import reports_to_review
from fieldpo.supervision.agenda.items import Item, Source
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack

UNSENT_FOR = dt.timedelta(days=1)
"""After so long an entry that was not sent is called out."""

_WAITING = text("SELECT count(*) AS n, min(saved_utc) AS first FROM op WHERE state = 'waiting'")


def own_work(connection: Connection, user_id: str, here: dt.datetime) -> Iterator[Item]:
    """What waits for the officer's answer or decision, for a reviewer or for a sync."""
    found = counts(connection)
    if asked := found.need_answer:
        what = f"{count(asked, 'entry')} {'needs' if asked == 1 else 'need'} your answer"
        why = "Central kept both values or could not take an entry. Nothing is lost; enter shows what to do."
        yield Item("answers", Source.ANSWER, what, why=why)
    if unread := len(unreadable_ids(connection)):
        what = f"{count(unread, 'record')} cannot be read"
        why = (
            "Central sent them in a form that does not fit. Nothing of yours is lost; enter shows whose and what to do."
        )
        yield Item("unreadable", Source.ANSWER, what, why=why)
    if found.held:
        what = f"{count(found.held, 'entry')} held for review"
        yield Item("held", Source.HELD, what, why="Somebody at the agency looks at it first. Enter shows which.")
    if parked := not_taken(connection):
        what = f"{count(parked, 'entry')} not taken"
        why = "It was refused even alone, and waits here until you try it again. Enter shows what to do."
        yield Item("not taken", Source.UNSENT, what, why=why)
    if reports := reports_to_review(connection, user_id):
        what = f"{count(reports, 'report')} to review"
        yield Item("review", Source.ANSWER, what, why="Officers of your team wait for your decision.", form="review")
    if held := held_to_decide(connection, user_id):
        why = "Late entries, someone not listed, groups that wait for their rest: of your team, for you to decide."
        yield Item("held at central", Source.ANSWER, f"{held} held at central", why=why, form="review")
    waiting = connection.execute(_WAITING).one()
    if waiting.n and here.timestamp() - waiting.first > UNSENT_FOR.total_seconds():
        since = dt.datetime.fromtimestamp(waiting.first, here.tzinfo)
        why = f"The first was saved {short_day(since)} {clock(since)} and stands on this laptop alone. s syncs."
        yield Item("unsent", Source.UNSENT, f"{count(waiting.n, 'entry')} not sent", why=why)


def begun(connection: Connection, pack: Pack) -> Iterator[Item]:
    """The forms that were begun and not saved, newest first."""
    for one in drafts(connection):
        if one.form != MARKS:
            yield _draft(pack, one)


def _draft(pack: Pack, one: Draft) -> Item:
    kept = local(dt.datetime.fromtimestamp(one.saved_utc, dt.UTC), pack)
    return Item(
        f"draft:{one.draft_id}",
        Source.DRAFT,
        one.form.partition(":")[0].replace("_", " "),
        one.person_id or "",
        one.draft_id,
        at=kept,
        why=f"Begun and not saved; kept {short_day(kept)} {clock(kept)}. Enter goes on with it.",
        form=one.form,
        booked_id=one.state.get("appointment_id") or "",
    )
