"""An entry in words, for a supervisor: what a report cites, and what central holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from fieldpo.errors import FieldpoError
from fieldpo.plain import moment
from fieldpo.supervision.calendar import local
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.kinds import Evidence


@dataclass(frozen=True)
class Cited:
    """One piece of evidence in words."""

    title: str
    words: str
    more: tuple[str, ...] = ()
    withdrawn: bool = False


def cited(pack: Pack, one: Evidence, names: dict[str, str]) -> Cited:
    """A title (when, what, with which outcome, by whom) and its text; `names` are officers by id."""
    if one.missing:
        return Cited("(an entry that is not there any more)", "")
    body = one.body
    at = _when(body, pack)
    what = label_of(pack.contact_kinds, str(body.get("contact") or "")) or one.kind.replace("_", " ")
    outcome = label_of(pack.outcomes, str(body.get("outcome") or ""))
    by = names.get(str(body.get("officer_id")), "")
    title = ", ".join(part for part in (at, what, outcome, by) if part)
    words = str(body.get("note") or body.get("text") or "")
    return Cited(title, words, tuple(one.more), one.withdrawn)


def _when(body: Mapping[str, Json], pack: Pack) -> str:
    """When an entry was, on the office's clock; empty for a kind that says it otherwise."""
    at = body.get("occurred_at") or body.get("at") or body.get("written_at")
    try:
        return moment(local(dt.datetime.fromisoformat(at), pack)) if isinstance(at, str) and "T" in at else ""
    except (ValueError, FieldpoError):  # an entry of a kind unknown to central may say anything
        return ""
