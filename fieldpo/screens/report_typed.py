"""A signed report's content as its form keeps it, so that it can be written anew: all but the signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from fieldpo.plain import clean_text
from fieldpo.store.acting.drafts import drafts, keep_draft
from fieldpo.store.acting.outbox_view import OutboxEntry
from fieldpo.store.records import find_record
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.ids import new_id

FORM: Final = "violation_report"
_DAYS = ("known_on", "starts_on", "received_on", "started_on", "confined_at")


def as_typed(body: Mapping[str, Json]) -> dict[str, Any]:
    """The state of the form from which this report was made."""
    alleged = body.get("allegations") or []
    return {
        "conditions": [one["condition_id"] for one in alleged],
        "evidence": list(dict.fromkeys(entry for one in alleged for entry in one.get("evidence", ()))),
        "facts": clean_text(body.get("facts", "")),
        "answers": [body["answers_id"]] if body.get("answers_id") else [],
        "response": _response(body, body.get("response") or {}),
    }


def _response(body: Mapping[str, Json], kept: Mapping[str, Json]) -> dict[str, Any]:
    """What was chosen, and what the matrix was asked with."""
    asked = kept.get("asked", {})
    picked = {
        "kind": kept.get("violation"),
        "severity": kept.get("severity") or body.get("severity"),
        "risk": kept.get("risk"),
        "history": kept.get("history"),
        "recommendation": kept.get("response") or body.get("recommendation"),
    }
    return {
        "picked": {**{name: [code] if code else [] for name, code in picked.items()}, "facts": asked.get("facts", [])},
        **{name: asked.get(name) for name in _DAYS},
        "aggravating": asked.get("aggravating", ""),
        "reason": clean_text(body.get("reason", "")),
        "amount": kept.get("amount", 0),
    }


def begin_correction(connection: Connection, returned: OutboxEntry) -> str:
    """The id of the draft in which a returned report is written anew: the one begun before, else a new one.

    The returned report stays as it was signed until the new one is.
    """
    for one in drafts(connection, FORM, returned.person_id):
        if one.state.get("corrects") == returned.op_id:
            return one.draft_id
    state = as_typed(returned.typed)
    state["answers"] = [one for one in state["answers"] if find_record(connection, one) is not None]
    draft_id = new_id()
    keep_draft(connection, draft_id, FORM, returned.person_id, {**state, "corrects": returned.op_id})
    return draft_id
