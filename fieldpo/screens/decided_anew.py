"""A supervisor's signed decision that central returned: set aside, and begun anew with what was written."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from fieldpo.errors import NotFound
from fieldpo.store.acting.drafts import drafts, keep_draft
from fieldpo.store.acting.outbox_view import OutboxEntry, Place
from fieldpo.store.acting.outbox_words import for_its_content
from fieldpo.sync.protocol.ids import new_id

if TYPE_CHECKING:
    from fieldpo.store.vault import Vault

FORM: Final = "review_report"
_WAITS: Final = text("SELECT 1 FROM r_review_item WHERE report_id = :id AND hidden = 0 AND state = 'submitted'")


def may_be_decided_anew(entry: OutboxEntry) -> bool:
    """Whether it is a signed decision on a report that came back for what it says."""
    decision = entry.kind == "report_step" and entry.signed
    return decision and entry.place is Place.RETURNED and for_its_content(entry.problem)


def decide_anew(vault: Vault, returned: OutboxEntry, now: dt.datetime) -> str:
    """Keep the comment as a draft, set the decision aside; the id of the report to decide on.

    Raises NotFound where the report waits no more, or the decision was answered; the decision is as it was then.
    """
    from fieldpo.store.acting.answers import set_aside

    report_id, comment = str(returned.typed.get("report_id")), str(returned.typed.get("comment") or "")
    with vault.writing() as connection:
        if connection.scalar(_WAITS, {"id": report_id}) is None:
            raise NotFound("This report does not wait any more: set your decision aside (d).")
        begun = any(one.state.get("report_id") == report_id for one in drafts(connection, FORM))
        if comment and not begun:
            keep_draft(connection, new_id(), FORM, None, {"report_id": report_id, "comment": comment})
    set_aside(vault, returned.op_id, now)
    return report_id
