"""Why something is owed as people read it: "Wed 25 Nov", not 2026-11-25, and the rule's words without its code."""

from __future__ import annotations

import re
from datetime import date

from fieldpo.plain import late, short_day
from fieldpo.supervision.standards.engine import Obligation

_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def dates_in_words(said: str, on: date) -> str:
    """The ISO dates of a sentence as days; the year where it is another one than that of the day."""

    def words(found: re.Match[str]) -> str:
        try:
            day = date.fromisoformat(found[0])
        except ValueError:
            return found[0]
        return short_day(day) if day.year == on.year else f"{short_day(day)} {day.year}"

    return _ISO.sub(words, said)


def rule_words(one: Obligation) -> str:
    """The rule that is quoted, as policy authors named it, without the obligation's code."""
    return one.rule.replace(f": {one.obligation} ", ": ").removesuffix(f": {one.obligation}")


def due_words(one: Obligation, on: date) -> str:
    """By when: "due Mon 30 Nov", "due Wed 11 Nov, 12 d late"; empty where nothing is due."""
    if one.due is None:
        return ""
    said = f"due {short_day(one.due)}" + (f" {one.due.year}" if one.due.year != on.year else "")
    return f"{said}, {late(one.due, on)}" if one.overdue else said


def why_words(one: Obligation, on: date, level: str = "") -> str:
    """Why, with the arithmetic and the rule: "Last Mon 12 Oct + 30 days = Wed 11 Nov (demo pack 2026.1, …)"."""
    at = f" at {level}" if level else ""
    return f"{dates_in_words(one.why, on).removesuffix('.')} ({rule_words(one)}{at})"


def whole_words(one: Obligation, on: date, level: str = "") -> str:
    """What, by when and why, as a sentence."""
    due = due_words(one, on)
    return f"{one.label[:1].upper()}{one.label[1:]}{f', {due}' if due else ''}: {why_words(one, on, level)}."
