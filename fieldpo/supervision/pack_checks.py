"""What must hold between the parts of a policy pack: no code or key twice, no reference to a code that is
not there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from fieldpo.supervision.pack import Holiday, Pack
from fieldpo.supervision.pack_lines import Path
from fieldpo.supervision.pack_uses import Uses
from fieldpo.supervision.standards.checks import standards_problems

CODE = re.compile(r"[a-z0-9][a-z0-9_\-]*")
LONGEST_ID, LONGEST_VERSION = 64, 400  # as a sync carries them (`sync.protocol.kinds.PolicyPack`)
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
APPOINTMENT_STATES = frozenset({"made", "moved", "cancelled", "kept", "late", "missed", "excused"})
_SUNDAY, _DECEMBER = 7, 12
# Lists whose keys share one row on a form only where kinds and places overlap.
_OVERLAPPING = ("outcomes", "templates")
_MAY_BE_EMPTY = (
    "holidays",
    "no_contact_reasons",
    "next_appointments",
    "next_after_visit",
    "policies",
    "quirks",
    "score_bands",
    "instruments",
    "matrices",
    "workloads",
    "drug_tests",
)


class Problem(NamedTuple):
    """One thing wrong with a pack: where, and what was expected there."""

    path: Path
    said: str


def problems(pack: Pack) -> tuple[Problem, ...]:
    """List everything that is wrong between the parts of a pack, in the order of its lists; empty means
    sound."""
    return tuple(_all(pack))


def _all(pack: Pack) -> Iterator[Problem]:
    yield from _plain_values(pack)
    for name in pack.__struct_fields__:
        entries = getattr(pack, name)
        if isinstance(entries, tuple):
            yield from _codes(name, entries)
            yield from _keys(name, entries)
    yield from _references(pack)
    yield from _life_cycle(pack)
    for at, holiday in enumerate(pack.holidays):
        yield from _holiday(("holidays", at), holiday)
    for path, said in standards_problems(pack):
        yield Problem(path, said)
    yield from _rules_of_their_own(pack)


def _rules_of_their_own(pack: Pack) -> Iterator[Problem]:
    yield from _used(pack)
    if not (pack.instruments or pack.matrices or pack.workloads or pack.drug_tests):
        return  # before the imports: most packs have none, and every start of the app reads a pack
    from fieldpo.supervision.drug_tests.rules_file import problems as test_problems
    from fieldpo.supervision.instruments.checks import problems as instrument_problems
    from fieldpo.supervision.responses.checks import problems as matrix_problems
    from fieldpo.supervision.workload.weights import problems as workload_problems

    for at, instrument in enumerate(pack.instruments):
        for path, said in instrument_problems(instrument):
            yield Problem(("instruments", at, *path), said)
        for place, table in enumerate(instrument.tables):
            if table.file:
                path = ("instruments", at, "tables", place, "file")
                yield Problem(path, "expected rows: a pack travels alone, without files beside it")
    found = (
        *((("matrices", at), matrix_problems(one)) for at, one in enumerate(pack.matrices)),
        *((("workloads", at), workload_problems(one)) for at, one in enumerate(pack.workloads)),
        *((("drug_tests", at), test_problems(one)) for at, one in enumerate(pack.drug_tests)),
    )
    for where, wrongs in found:
        for path, said in wrongs:
            yield Problem((*where, *path), said)
    for name in ("instruments", "matrices", "workloads", "drug_tests"):
        yield from _ids(name, [one.id for one in getattr(pack, name)])


def _used(pack: Pack) -> Iterator[Problem]:
    """What the pack says that it works with is its own, or comes with fieldpo."""
    if pack.uses == Uses():
        return
    from fieldpo.supervision.drug_tests import rules_file
    from fieldpo.supervision.instruments import instrument
    from fieldpo.supervision.responses import matrix_file
    from fieldpo.supervision.workload import weights

    asked = (
        ("instruments", pack.uses.instruments, pack.instruments, instrument.shipped_names()),
        ("matrix", _if(pack.uses.matrix), pack.matrices, matrix_file.shipped_names()),
        ("workload", _if(pack.uses.workload), pack.workloads, weights.shipped_names()),
        ("drug_tests", _if(pack.uses.drug_tests), pack.drug_tests, rules_file.shipped_names()),
    )
    for key, names, own, ships in asked:
        known = (*(one.id for one in own), *ships)
        for name in names:
            if name not in known:
                said = f"expected one of the pack's own or of those that come with fieldpo ({', '.join(known)})"
                yield Problem(("uses", key), f"{said}, got “{name}”")


def _ids(name: str, ids: list[str]) -> Iterator[Problem]:
    for at, id_ in enumerate(ids):
        if id_ in ids[:at]:
            yield Problem((name, at, "id"), f"expected an id used once, but “{id_}” stands above already")


def _plain_values(pack: Pack) -> Iterator[Problem]:
    if not CODE.fullmatch(pack.id):
        yield Problem(("id",), f"expected lower-case letters, digits, - and _, got “{pack.id}”")
    for name, text, most in (("id", pack.id, LONGEST_ID), ("version", pack.version, LONGEST_VERSION)):
        if len(text) > most:
            yield Problem((name,), f"expected at most {most} characters, got {len(text)}")
    if not pack.version:
        yield Problem(("version",), "expected a version such as “2026.1”, got nothing")
    if pack.effective_to is not None and pack.effective_to <= pack.effective_from:
        yield Problem(("effective_to",), f"expected a day after effective_from ({pack.effective_from})")
    try:
        ZoneInfo(pack.office.time_zone)
    except (KeyError, ValueError, OSError):
        yield Problem(("office", "time_zone"), f"expected an IANA time zone, got “{pack.office.time_zone}”")
    if pack.office.closes <= pack.office.opens:
        yield Problem(("office", "closes"), f"expected a time after opens ({pack.office.opens:%H:%M})")
    days = pack.office.days
    if not days or len(set(days)) != len(days) or not all(1 <= day <= _SUNDAY for day in days):
        yield Problem(("office", "days"), "expected different days from 1 (Monday) to 7 (Sunday), at least one")


def _codes(name: str, entries: tuple[object, ...]) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, entry in enumerate(entries):
        code = getattr(entry, "code", None)
        if code is None:
            continue
        if not CODE.fullmatch(code):
            yield Problem((name, at, "code"), f"expected lower-case letters, digits, - and _, got “{code}”")
        if code in seen:
            yield Problem((name, at, "code"), f"expected a code used once, but “{code}” stands above already")
        seen.add(code)
    if not entries and name not in _MAY_BE_EMPTY:
        yield Problem((name,), "expected at least one entry, got an empty list")


def _keys(name: str, entries: tuple[object, ...]) -> Iterator[Problem]:
    keyed = [(at, entry, str(getattr(entry, "key", ""))) for at, entry in enumerate(entries)]
    for index, (at, entry, key) in enumerate(keyed):
        if not key:
            continue
        if len(key) != 1 or not key.isalnum() or not key.isascii():
            yield Problem((name, at, "key"), f"expected one letter or digit, got “{key}”")
        for _, earlier, other in keyed[:index]:
            if other.casefold() == key.casefold() and (name not in _OVERLAPPING or _overlap(entry, earlier)):
                said = f"expected a key used once, but “{key}” is taken by “{getattr(earlier, 'label', '')}”"
                yield Problem((name, at, "key"), said)
                break


def _overlap(one: object, other: object) -> bool:
    for name in ("kinds", "places"):
        mine, theirs = set(getattr(one, name)), set(getattr(other, name))
        if mine and theirs and not mine & theirs:
            return False
    return True


def _references(pack: Pack) -> Iterator[Problem]:
    yield from _note_references(pack)
    yield from _appointment_references(pack)
    outcomes, verified = _set(pack.outcomes), _set(pack.verified_items)
    categories = _set(pack.condition_categories)
    for at, condition in enumerate(pack.conditions):
        yield from _known(("conditions", at, "category"), (condition.category,), categories, "condition_categories")
        yield from _braces(("conditions", at, "text"), condition.text, set(condition.parameters))
    for at, reason in enumerate(pack.no_contact_reasons):
        yield from _known(("no_contact_reasons", at, "outcome"), (reason.outcome,), outcomes, "outcomes")
    for at, line in enumerate(pack.checklist):
        yield from _known(("checklist", at, "verifies"), _if(line.verifies), verified, "verified_items")


def _note_references(pack: Pack) -> Iterator[Problem]:
    kinds, places = _set(pack.contact_kinds), _set(pack.places)
    outcomes, told = _set(pack.outcomes), _set(pack.told_items)
    for name in _OVERLAPPING:
        for at, entry in enumerate(getattr(pack, name)):
            yield from _known((name, at, "kinds"), entry.kinds, kinds, "contact_kinds")
            yield from _known((name, at, "places"), entry.places, places, "places")
    for at, template in enumerate(pack.templates):
        yield from _known(("templates", at, "told"), template.told, told, "told_items")
        yield from _known(("templates", at, "outcome"), _if(template.outcome), outcomes, "outcomes")
        yield from _braces(("templates", at, "text"), template.text, {"told", "since"})
    for at, item in enumerate(pack.told_items):
        yield from _braces(("told_items", at, "same"), item.same, {"since"})


def _appointment_references(pack: Pack) -> Iterator[Problem]:
    kinds, places = _set(pack.contact_kinds), _set(pack.places)
    appointments = _set(pack.appointment_kinds)
    for name in ("next_appointments", "next_after_visit"):
        for at, choice in enumerate(getattr(pack, name)):
            yield from _known((name, at, "kind"), _if(choice.kind), appointments, "appointment_kinds")
    for at, kind in enumerate(pack.appointment_kinds):
        named = _if(kind.contact_kind)
        yield from _known(("appointment_kinds", at, "contact_kind"), named, kinds, "contact_kinds")
        yield from _known(("appointment_kinds", at, "place"), _if(kind.place), places, "places")
        if kind.minutes < 1:
            yield Problem(("appointment_kinds", at, "minutes"), f"expected 1 minute or more, got {kind.minutes}")


def _life_cycle(pack: Pack) -> Iterator[Problem]:
    states = _set(pack.appointment_statuses)
    for missing in sorted(APPOINTMENT_STATES - states):
        yield Problem(("appointment_statuses",), f"expected the state “{missing}”, which every life cycle has")
    for at, status in enumerate(pack.appointment_statuses):
        yield from _known(("appointment_statuses", at, "to"), status.to, states, "appointment_statuses")


def _holiday(path: Path, holiday: Holiday) -> Iterator[Problem]:
    ways = (holiday.date is not None, bool(holiday.day), bool(holiday.nth or holiday.weekday))
    if sum(ways) != 1:
        yield Problem(path, "expected one of: date; month and day; month, weekday and nth")
    elif holiday.date is None:
        if not 1 <= holiday.month <= _DECEMBER:
            yield Problem((*path, "month"), f"expected 1 to 12, got {holiday.month}")
        elif holiday.day and not _is_day(holiday.month, holiday.day):
            yield Problem((*path, "day"), f"expected a day of month {holiday.month}, got {holiday.day}")
        elif not holiday.day and not 1 <= holiday.weekday <= _SUNDAY:
            yield Problem((*path, "weekday"), f"expected 1 (Monday) to 7 (Sunday), got {holiday.weekday}")
        elif not holiday.day and holiday.nth not in (1, 2, 3, 4, -1):
            yield Problem((*path, "nth"), f"expected 1 to 4, or -1 for the last, got {holiday.nth}")


def _is_day(month: int, day: int) -> bool:
    try:
        date(2027, month, day)  # no leap year: a yearly holiday must exist in every year
    except ValueError:
        return False
    return True


def _known(path: Path, codes: Iterable[str], known: frozenset[str], where: str) -> Iterator[Problem]:
    for code in codes:
        if code not in known:
            yield Problem(path, f"expected a code of {where}, got “{code}”")


def _braces(path: Path, text: str, allowed: set[str]) -> Iterator[Problem]:
    for name in PLACEHOLDER.findall(text):
        if name not in allowed:
            names = ", ".join(f"{{{one}}}" for one in sorted(allowed)) or "no name"
            yield Problem(path, f"expected {names} in braces, got {{{name}}}")


def _set(entries: Iterable[object]) -> frozenset[str]:
    return frozenset(str(getattr(entry, "code", "")) for entry in entries)


def _if(code: str) -> tuple[str, ...]:
    return (code,) if code else ()
