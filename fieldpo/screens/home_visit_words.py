"""What an officer reads before the door, as Content: hazards and orders first, then the place, the people, the last."""

from __future__ import annotations

import datetime as dt

from textual.content import Content

from fieldpo.plain import clock, short_day
from fieldpo.screens.safe import filled
from fieldpo.store.queries.forms.person import FormPerson
from fieldpo.store.queries.forms.visit_place import VisitPlace
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of

READ_FIRST = "1 READ FIRST -- nobody is alerted from this laptop"
_WIDTH = 76
"""Cells of a heading: 80 less a scrollbar."""


def before_the_door(pack: Pack, whose: FormPerson, place: VisitPlace, today: dt.date, owed: str = "") -> Content:
    """Sections 1 and 2. All texts of people are values, never markup."""
    lines = [_heading(READ_FIRST), *_hazards(place, today), _heading("2 PLACE AND PEOPLE")]
    where = place.where or "no address on file"
    where += f", {place.directions}" if place.directions else ""
    verified = f"   Verified {short_day(place.verified_on)} {place.verified_on[:4]}" if place.verified_on else ""
    lines.append(_line("WHERE", f"{where}.{verified or '   Not verified.'}"))
    home = ", ".join((*place.people, *((place.household,) if place.household else ())))
    lines.append(_line("HOME", home or "nobody on file"))
    if needs := _needs(whose):
        lines.append(_line("NEEDS", needs))
    if owed:
        lines.append(_line("OWED", owed))
    lines.append(_line("LAST", _last(pack, whose)))
    if whose.booked is not None:
        what = label_of(pack.appointment_kinds, whose.booked.kind)
        lines.append(_line("BOOKED", f"{what}, {short_day(whose.booked.starts_at)} {clock(whose.booked.starts_at)}"))
    return Content("\n").join(lines)


def _hazards(place: VisitPlace, today: dt.date) -> list[Content]:
    lines = []
    for hazard in place.hazards:
        seen = f"{hazard.observed_on:%d %b %Y}" if hazard.observed_on else "no date"
        source = f"   {hazard.source}" if hazard.source else ""
        review = "   REVIEW PASSED" if hazard.review_passed(today) else ""
        lines.append(
            filled(
                " [b]$mark $label[/b] $text",
                mark=hazard.severity.ljust(2),
                label=hazard.label.ljust(9),
                text=f"{_flat(hazard.text)}{source}, {seen}{review}",
            )
        )
    barred = [f"No contact with {who}." for who in place.barred]
    lines += [filled(" [b]!! ORDER[/b]     $text", text=_flat(text)) for text in (*place.orders, *barred)]
    return lines or [Content("    nothing on file: that is not the same as safe")]


def _needs(whose: FormPerson) -> str:
    parts = [f"{whose.language or 'foreign-language'} interpreter"] if whose.interpreter else []
    if whose.language and not whose.interpreter:
        parts.append(whose.language)
    return ".  ".join((*parts, *whose.needs))


def _last(pack: Pack, whose: FormPerson) -> str:
    said = []
    for one in whose.last[:3]:
        where = label_of(pack.places, one.place) if one.place else label_of(pack.contact_kinds, one.contact)
        said.append(f"{one.occurred_at:%d %b} {where}, {label_of(pack.outcomes, one.outcome)}")
    return ".  ".join(said) or "no entry on this laptop"


def _heading(words: str) -> Content:
    return filled("[b]$words[/b]", words=f"-- {words} ".ljust(_WIDTH, "-"))


def _line(label: str, words: str) -> Content:
    return filled(" [b]$label[/b] $words", label=label.ljust(7), words=_flat(words))


def _flat(text: str) -> str:
    return " ".join(text.split())
