"""The field sheet in print, as text and as JSON; every text cleaned for a terminal."""

from __future__ import annotations

from typing import Any

from fieldpo.plain import clean, clock, moment
from fieldpo.store.queries.clients.hazards import safety_words
from fieldpo.store.queries.day.field_sheet import FieldSheet, SheetVisit
from fieldpo.store.queries.day.field_sheet_words import NOBODY_ALERTED, NOTHING_DUE, near_words, owed_words, place_words


def sheet_object(sheet: FieldSheet) -> dict[str, Any]:
    """For scripts: the visits in the order of the sheet."""
    return {
        "date": sheet.now.date().isoformat(),
        "marked": bool(sheet.marked),
        "alerted": False,
        "visits": [_visit(sheet, one) for group in sheet.printed() for one in group.visits],
    }


def sheet_lines(sheet: FieldSheet) -> list[str]:
    """For people: by place, each visit with its number, address, what it clears and why, safety, and who else."""
    groups = sheet.printed()
    lines = [f"FIELD SHEET  {moment(sheet.now)}", NOBODY_ALERTED]
    if not groups:
        return [*lines, "A home visit would clear nothing, none is booked and nobody is marked."]
    if not sheet.marked:
        lines.append("Nobody is marked: these would clear most.")
    number = 0
    for group in groups:
        lines.append(f"\n{clean(group.area)}: {len(group.visits)}")
        for one in group.visits:
            number += 1
            lines += _lines(sheet, one, number)
    return lines


def _lines(sheet: FieldSheet, one: SheetVisit, number: int) -> list[str]:
    today = sheet.now.date()
    booked = f"  at {clock(one.booked.starts)}" if one.booked else ""
    cover = f"  (cover for {one.covered_for})" if one.covered_for else ""
    hazards = ", ".join(f"{each.severity} {each.label}" for each in one.hazards)
    said = [
        f"{number:>3}. {one.person.full} ({one.person.shown_id}){booked}{cover}",
        f"     Where: {place_words(one)}",
        f"     Safety: {hazards + '; ' if hazards else ''}{safety_words(one.hazards)}",
        *(f"     Clears: {owed_words(each, today)}" for each in one.clears),
        *([] if one.clears else [f"     Clears: {NOTHING_DUE}"]),
        f"     Also there: {near_words(sheet, one)}" if sheet.near(one) else "",
    ]
    return [line[: len(line) - len(line.lstrip())] + clean(line) for line in said if line]


def _visit(sheet: FieldSheet, one: SheetVisit) -> dict[str, Any]:
    seen = [each.observed_on for each in one.hazards if each.observed_on]
    return {
        "area": clean(one.home.area),
        "id": clean(one.person.shown_id),
        "record_id": one.person_id,
        "name": clean(one.person.full),
        "marked": one.marked,
        "address": clean(one.home.address),
        "directions": clean(one.home.directions),
        "appointment_id": one.booked.appointment_id if one.booked else "",
        "starts_at": one.booked.starts.isoformat() if one.booked else "",
        "days_late": max(one.days_late, 0),
        "clears": [
            {
                "obligation": each.obligation,
                "label": clean(each.label),
                "due": each.due.isoformat() if each.due else None,
                "days_left": each.days_left,
                "rule": clean(each.rule),
                "why": clean(each.why),
            }
            for each in one.clears
        ],
        "hazards": [f"{each.severity} {each.label}" for each in one.hazards],
        "newest_hazard_on": max(seen).isoformat() if seen else None,
        "also_there": [each.person_id for each in sheet.near(one)],
    }
