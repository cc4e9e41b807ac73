"""What became of those whom the officer met and who were not listed."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection

from fieldpo.plain import short_day
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.names import officers_named
from fieldpo.sync.protocol.kinds import IntakeOutcome

_OUTCOMES = AtOnce("SELECT body FROM r_intake_outcome WHERE hidden = 0")
_TOLD = dt.timedelta(days=30)
_MOST = 3
_WORDS = {
    "matched": "known, now with {officer}",
    "created": "a new case, with {officer}",
    "refused": "not taken: {reason}",
}


def became(connection: Connection, now: dt.datetime) -> tuple[str, ...]:
    """The last three of thirty days, newest first: "Doe, J.: known, now with Chen, M. (14 Nov)."."""
    told = [msgspec.json.decode(body, type=IntakeOutcome, strict=False) for body in _OUTCOMES.values(connection)]
    recent = sorted(
        (one for one in told if now - one.decided_at <= _TOLD), key=lambda one: one.decided_at, reverse=True
    )
    names = officers_named(connection, [one.officer_id for one in recent if one.officer_id])
    return tuple(
        f"{one.name}: {_words(one, names.get(one.officer_id or '', 'a colleague'))} ({short_day(one.decided_at)})."
        for one in recent[:_MOST]
    )


def _words(one: IntakeOutcome, officer: str) -> str:
    said = _WORDS.get(one.became)
    if said is None:  # a newer central's word, shown as it came
        return one.became
    return said.format(officer=officer, reason=one.reason or "no reason was given")
