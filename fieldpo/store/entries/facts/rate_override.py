"""A supervisor's own rate for one case and one obligation."""

from __future__ import annotations

from collections.abc import Mapping

from fieldpo.errors import BadInput
from fieldpo.store.entries.facts.field import UNTIL, FactField, FactKind, Settling, Takes
from fieldpo.supervision.standards.engine import ASSESSMENT
from fieldpo.supervision.standards.spans import read_rate
from fieldpo.sync.protocol.body import Json


def _complete(one: Settling) -> Mapping[str, Json]:
    if one.values["obligation"] == ASSESSMENT:
        raise BadInput("An assessment has no rate: a deferral puts it off. Nothing was saved; the draft is kept.")
    try:
        rate = " ".join(one.values["rate"].casefold().split())
        read_rate(rate)
    except BadInput as wrong:
        raise BadInput(f"“Rate”: {wrong.message}. Nothing was saved; the draft is kept.") from None
    return {**one.values, "rate": rate}


RATE_OVERRIDE = FactKind(
    "rate_override",
    "rate override",
    (
        FactField("obligation", "For", Takes.OBLIGATION, needed=True, offers=lambda one: one.obligation != ASSESSMENT),
        FactField("rate", "Rate", needed=True, hint="1 in 14 days, 2 in 1 calendar month, none"),
        FactField("start", "From", Takes.DAY, needed=True),
        FactField(UNTIL, "Until", Takes.DAY, ahead=True, hint="the first day without it; empty for no end"),
        FactField("reason", "Reason", needed=True),
        FactField("approver", "Approver", needed=True, hint="the supervisor who set it"),
    ),
    key="r",
    began="start",
    of_case=True,
    in_error=True,
    complete=_complete,
)
