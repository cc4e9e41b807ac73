"""What must hold between the parts of a policy pack: no code or key twice, no reference to a code that is
not there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.checks import standards_problems
from fieldpo.supervision.toml.lines import Path
from fieldpo.supervision.toml.reading import Wrong
from fieldpo.supervision.written.lists import Holiday

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


def problems(pack: Pack) -> Iterator[Wrong]:
    """List what is wrong between the parts of a pack, in the order of its lists; nothing means sound.

    The rules that it brings are checked by `rules_checks`.
    """
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
        yield Wrong(path, said)


def _plain_values(pack: Pack) -> Iterator[Wrong]:
    if not CODE.fullmatch(pack.id):
        yield Wrong(("id",), f"expected lower-case letters, digits, - and _, got “{pack.id}”")
    for name, text, most in (("id", pack.id, LONGEST_ID), ("version", pack.version, LONGEST_VERSION)):
        if len(text) > most:
            yield Wrong((name,), f"expected at most {most} characters, got {len(text)}")
    if not pack.version:
        yield Wrong(("version",), "expected a version such as “2026.1”, got nothing")
    if pack.effective_to is not None and pack.effective_to <= pack.effective_from:
        yield Wrong(("effective_to",), f"expected a day after effective_from ({pack.effective_from})")
    try:
        ZoneInfo(pack.office.time_zone)
    except (KeyError, ValueError, OSError):
        yield Wrong(("office", "time_zone"), f"expected an IANA time zone, got “{pack.office.time_zone}”")
    if pack.office.closes <= pack.office.opens:
        yield Wrong(("office", "closes"), f"expected a time after opens ({pack.office.opens:%H:%M})")
    days = pack.office.days
    if not days or len(set(days)) != len(days) or not all(1 <= day <= _SUNDAY for day in days):
        yield Wrong(("office", "days"), "expected different days from 1 (Monday) to 7 (Sunday), at least one")
    clock = pack.out_of_contact
    if clock.days < 1:
        yield Wrong(("out_of_contact", "days"), f"expected 1 day or more, got {clock.days}")
    elif not 1 <= clock.shown_from <= clock.days:
        yield Wrong(("out_of_contact", "shown_from"), f"expected 1 to {clock.days}, got {clock.shown_from}")


def _codes(name: str, entries: tuple[object, ...]) -> Iterator[Wrong]:
    seen: set[str] = set()
    for at, entry in enumerate(entries):
        code = getattr(entry, "code", None)
        if code is None:
            continue
        if not CODE.fullmatch(code):
            yield Wrong((name, at, "code"), f"expected lower-case letters, digits, - and _, got “{code}”")
        if code in seen:
            yield Wrong((name, at, "code"), f"expected a code used once, but “{code}” stands above already")
        seen.add(code)
    if not entries and name not in _MAY_BE_EMPTY:
        yield Wrong((name,), "expected at least one entry, got an empty list")


def _keys(name: str, entries: tuple[object, ...]) -> Iterator[Wrong]:
    keyed = [(at, entry, str(getattr(entry, "key", ""))) for at, entry in enumerate(entries)]
    for index, (at, entry, key) in enumerate(keyed):
        if not key:
            continue
        if len(key) != 1 or not key.isalnum() or not key.isascii():
            yield Wrong((name, at, "key"), f"expected one letter or digit, got “{key}”")
        for _, earlier, other in keyed[:index]:
            if other.casefold() == key.casefold() and (name not in _OVERLAPPING or _overlap(entry, earlier)):
                said = f"expected a key used once, but “{key}” is taken by “{getattr(earlier, 'label', '')}”"
                yield Wrong((name, at, "key"), said)
                break


def _overlap(one: object, other: object) -> bool:
    for name in ("kinds", "places"):
        mine, theirs = set(getattr(one, name)), set(getattr(other, name))
        if mine and theirs and not mine & theirs:
            return False
    return True


def _references(pack: Pack) -> Iterator[Wrong]:
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


def _note_references(pack: Pack) -> Iterator[Wrong]:
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


def _appointment_references(pack: Pack) -> Iterator[Wrong]:
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
            yield Wrong(("appointment_kinds", at, "minutes"), f"expected 1 minute or more, got {kind.minutes}")


def _life_cycle(pack: Pack) -> Iterator[Wrong]:
    states = _set(pack.appointment_statuses)
    for missing in sorted(APPOINTMENT_STATES - states):
        yield Wrong(("appointment_statuses",), f"expected the state “{missing}”, which every life cycle has")
    for at, status in enumerate(pack.appointment_statuses):
        yield from _known(("appointment_statuses", at, "to"), status.to, states, "appointment_statuses")


def _holiday(path: Path, holiday: Holiday) -> Iterator[Wrong]:
    ways = (holiday.date is not None, bool(holiday.day), bool(holiday.nth or holiday.weekday))
    if sum(ways) != 1:
        yield Wrong(path, "expected one of: date; month and day; month, weekday and nth")
    elif holiday.date is None:
        if not 1 <= holiday.month <= _DECEMBER:
            yield Wrong((*path, "month"), f"expected 1 to 12, got {holiday.month}")
        elif holiday.day and not _is_day(holiday.month, holiday.day):
            yield Wrong((*path, "day"), f"expected a day of month {holiday.month}, got {holiday.day}")
        elif not holiday.day and not 1 <= holiday.weekday <= _SUNDAY:
            yield Wrong((*path, "weekday"), f"expected 1 (Monday) to 7 (Sunday), got {holiday.weekday}")
        elif not holiday.day and holiday.nth not in (1, 2, 3, 4, -1):
            yield Wrong((*path, "nth"), f"expected 1 to 4, or -1 for the last, got {holiday.nth}")


def _is_day(month: int, day: int) -> bool:
    try:
        date(2027, month, day)  # no leap year: a yearly holiday must exist in every year
    except ValueError:
        return False
    return True


def _known(path: Path, codes: Iterable[str], known: frozenset[str], where: str) -> Iterator[Wrong]:
    for code in codes:
        if code not in known:
            yield Wrong(path, f"expected a code of {where}, got “{code}”")


def _braces(path: Path, text: str, allowed: set[str]) -> Iterator[Wrong]:
    for name in PLACEHOLDER.findall(text):
        if name not in allowed:
            names = ", ".join(f"{{{one}}}" for one in sorted(allowed)) or "no name"
            yield Wrong(path, f"expected {names} in braces, got {{{name}}}")


def _set(entries: Iterable[object]) -> frozenset[str]:
    return frozenset(str(getattr(entry, "code", "")) for entry in entries)


def _if(code: str) -> tuple[str, ...]:
    return (code,) if code else ()
