"""A person's conditions of supervision, as the tab lists them, a report cites them and a visit minds them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.names import day_of
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of

_CONDITIONS = AtOnce(
    "SELECT id, case_id, id IN (SELECT id FROM base) AS not_sent, body FROM r_condition "
    "WHERE person_id = :person AND hidden = 0 ORDER BY id"
)


@dataclass(frozen=True)
class Condition:
    """A condition of supervision: `category` in words, `code` as the policy pack has it."""

    record_id: str
    case_id: str
    code: str
    category: str
    standard: bool
    text: str
    compliance: str
    compliance_since: dt.date | None
    expires_on: dt.date | None
    court: str
    ordered_on: dt.date | None
    not_sent: bool


def conditions(connection: Connection, pack: Pack, person_id: str) -> tuple[Condition, ...]:
    """Special conditions first, each group in the order in which it came."""
    found = []
    for row in _CONDITIONS.rows(connection, {"person": person_id}):
        body = msgspec.json.decode(row.body)
        found.append(
            Condition(
                row.id,
                row.case_id,
                body["category"],
                label_of(pack.condition_categories, body["category"]),
                body.get("standard", True),
                body["text"],
                label_of(pack.compliance_states, body.get("compliance", "not_reviewed")),
                day_of(body.get("compliance_since")),
                day_of(body.get("expires_on")),
                body.get("court", ""),
                day_of(body.get("ordered_on")),
                bool(row.not_sent),
            )
        )
    return tuple(sorted(found, key=lambda one: one.standard))
