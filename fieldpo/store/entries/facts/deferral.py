"""A due day put off, with reason and approver."""

from __future__ import annotations

from collections.abc import Mapping

from fieldpo import plain
from fieldpo.errors import BadInput
from fieldpo.store.entries.facts.field import FactField, FactKind, Settling, Takes
from fieldpo.sync.protocol.body import Json


def _complete(one: Settling) -> Mapping[str, Json]:
    """Granted today; what is put off is the due day that stands now, not a later one."""
    owed = one.case.owed(one.values["obligation"])
    if owed is None or owed.due is None:
        label = owed.label if owed else one.values["obligation"]
        raise BadInput(f"No {label} is due now, so none can be put off. Nothing was saved; the draft is kept.")
    due = owed.due.isoformat()
    if one.values["to"] <= due:
        raise BadInput(
            f"It is due {plain.day(due)} as it is: put it off to a later day. Nothing was saved; the draft is kept."
        )
    if one.values["to"] <= one.today:
        raise BadInput("It can be put off to a day ahead only. Nothing was saved; the draft is kept.")
    return {**one.values, "granted_on": one.today, "due": due}


DEFERRAL = FactKind(
    "deferral",
    "deferral",
    (
        FactField("obligation", "Puts off", Takes.OBLIGATION, needed=True, offers=lambda one: one.due is not None),
        FactField("to", "To", Takes.DAY, needed=True, ahead=True),
        FactField("reason", "Reason", needed=True),
        FactField("approver", "Approver", needed=True, hint="who granted it"),
    ),
    key="d",
    of_case=True,
    in_error=True,
    complete=_complete,
)
