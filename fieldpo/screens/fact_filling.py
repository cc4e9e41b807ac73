"""What a fact's form asks for, and what each field begins with: rules of filling in, without widgets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fieldpo.store.entries.facts.act import Doing
from fieldpo.store.entries.facts.field import UNTIL, FactField, FactKind, Takes
from fieldpo.sync.protocol.body import KINDS, Json

ENDS: Final = FactField(UNTIL, "Until", Takes.DAY)
WHY: Final = FactField("in_error", "Reason", hint="meant for another client, entered twice")
_BEGINS: Final = ("observed_on", "on", "start")
"""Days that a new fact begins with today's."""


def is_asked(field: FactField, doing: Doing, opened: Mapping[str, Json]) -> bool:
    """Whether a field is asked for by what is done; what is entered in error stays in sight."""
    if field is WHY:
        return doing is Doing.IN_ERROR
    if field is ENDS:
        return bool(opened.get(UNTIL) and doing is Doing.CORRECT) or doing is Doing.END
    return doing is not Doing.END or field.name == UNTIL


def begins_with(
    fact: FactKind, field: FactField, doing: Doing, opened: Mapping[str, Json], today: str, *, replaces: bool
) -> Json:
    """The value that a field begins with: what stands, or a new one's. `today` in ISO text; `replaces` tells that a new
    one takes the place of what stands.
    """
    if field is WHY:
        return ""
    spec, new, name = KINDS[fact.kind], doing is Doing.NEW, field.name
    begins = name in _BEGINS or (name == "since" and fact.of_case)
    if new and begins and not field.ahead:
        return today
    if (new and replaces and name == "since") or (doing is Doing.END and name == UNTIL):
        return today
    if new and not (replaces and name == "use"):
        return spec.default(name)
    return spec.value(opened, name)
