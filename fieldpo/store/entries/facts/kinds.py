"""Every kind of fact, in the order in which a new one is offered."""

from __future__ import annotations

from typing import Final

from fieldpo.store.entries.facts.address import ADDRESS
from fieldpo.store.entries.facts.case_event import CASE_EVENT
from fieldpo.store.entries.facts.collateral import COLLATERAL
from fieldpo.store.entries.facts.condition import CONDITION
from fieldpo.store.entries.facts.deferral import DEFERRAL
from fieldpo.store.entries.facts.employment import EMPLOYMENT
from fieldpo.store.entries.facts.field import FactKind
from fieldpo.store.entries.facts.hazard import HAZARD
from fieldpo.store.entries.facts.hearing import HEARING
from fieldpo.store.entries.facts.level_change import LEVEL_CHANGE
from fieldpo.store.entries.facts.person import PERSON
from fieldpo.store.entries.facts.phone import PHONE
from fieldpo.store.entries.facts.rate_override import RATE_OVERRIDE
from fieldpo.store.entries.facts.stay import STAY

FACTS: Final[dict[str, FactKind]] = {
    one.kind: one
    for one in (
        ADDRESS,
        PHONE,
        EMPLOYMENT,
        HAZARD,
        COLLATERAL,
        PERSON,
        CONDITION,
        STAY,
        DEFERRAL,
        LEVEL_CHANGE,
        RATE_OVERRIDE,
        CASE_EVENT,
        HEARING,
    )
}
"""By the kind of the record."""
