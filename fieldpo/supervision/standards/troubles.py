"""What stands in the way of an answer, or was left out of it, each in a sentence for the officer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from fieldpo.errors import BadInput
from fieldpo.plain import clean, count
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.assessments import ASSESSMENT
from fieldpo.supervision.standards.case import CaseFacts, Contact
from fieldpo.supervision.standards.spans import read_rate
from fieldpo.supervision.standards.suspension import EXEMPT, KINDS


class Trouble(NamedTuple):
    """One sentence; ``stops`` says that nothing can be called due until it is put right."""

    said: str
    stops: bool = False


def troubles(pack: Pack, case: CaseFacts, contacts: Iterable[Contact], on: date) -> tuple[Trouble, ...]:
    """List what is wrong with a case for a day's answer; empty where nothing is."""
    return (*_level(pack, case, on), *_dates(case, contacts, on), *_unknown(pack, case), *_unapproved(case, on))


def _level(pack: Pack, case: CaseFacts, on: date) -> Iterator[Trouble]:
    level = case.level_on(on).level
    known = ", ".join(one.code for one in pack.levels)
    if not level:
        yield Trouble("The case has no level: no contact can be called due until it is given one.", stops=True)
    elif all(one.code != level for one in pack.levels):
        said = f"{pack.name} has no level “{clean(level)}” (it has {known})"
        yield Trouble(f"{said}: no contact can be called due until it is corrected.", stops=True)
    if all(one.code != case.case_type for one in pack.case_types):
        types = ", ".join(one.code for one in pack.case_types)
        yield Trouble(f"{pack.name} has no case type “{clean(case.case_type)}”. It has: {types}.")


def _dates(case: CaseFacts, contacts: Iterable[Contact], on: date) -> Iterator[Trouble]:
    if case.start > on:
        yield Trouble(f"Supervision starts on {case.start}, after {on}: the days below are those to come.")
    later = sorted(contact[0] for contact in contacts if contact[0] > on)
    if later:
        stand = "stands" if len(later) == 1 else "stand"
        yield Trouble(f"{count(len(later), 'contact')} {stand} after {on} (the first on {later[0]}): not counted.")
    if case.end is not None and case.end < case.start:
        yield Trouble(f"The case ends on {case.end}, before its start on {case.start}: its end is not used.")
    elif case.end is not None and case.end < on:
        yield Trouble(f"Supervision was to end on {case.end}, before {on}: what is shown holds only if it goes on.")
    for stay in case.stays:
        if stay.until is not None and stay.until < stay.start:
            yield Trouble(
                f"A time {clean(stay.kind.replace('_', ' '))} ends on {stay.until}, before it began on {stay.start}."
            )


def _unknown(pack: Pack, case: CaseFacts) -> Iterator[Trouble]:
    for stay in case.stays:
        if stay.kind not in KINDS:
            kinds = ", ".join(KINDS)
            yield Trouble(f"Nobody knows a time “{clean(stay.kind)}” (there are {kinds}): it is not used.")
    codes = {rule.code for policy in pack.policies for rule in policy.obligations} | {ASSESSMENT}
    for name, of in (("override", case.overrides), ("deferral", case.deferrals)):
        for one in of:
            if one.obligation not in codes:
                said = f"{pack.name} has no obligation “{clean(one.obligation)}”: the {name} of it is not used."
                yield Trouble(said)


def _unapproved(case: CaseFacts, on: date) -> Iterator[Trouble]:
    for stay in case.stays:
        if stay.kind == EXEMPT and not (stay.reason and stay.approver):
            yield Trouble(f"The exempt time from {stay.start} has no reason or no approver: it is not used.")
    for override in case.overrides:
        if not (override.reason and override.approver):
            yield Trouble(f"The override of {override.obligation} has no reason or no approver: it is not used.")
        try:
            read_rate(override.rate)
        except BadInput as wrong:
            yield Trouble(f"The override of {override.obligation} is not used: {clean(wrong.message)}.")
    for deferral in case.deferrals:
        if not (deferral.reason and deferral.approver):
            yield Trouble(f"The deferral of {deferral.obligation} has no reason or no approver: it is not used.")
    change = case.level_on(on)
    if change.override and not (change.reason and change.approver):
        yield Trouble(f"The level {change.level} was set aside from the scored one without reason or approver.")
