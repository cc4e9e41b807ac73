"""`fieldpo find`, `person` and `agenda`: looking up what stands in the vault, as text or JSON, without the network."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldpo.cli.day_asked import OnDay, day_of, refuse_no_day
from fieldpo.cli.options import AsJson, PassphraseFile
from fieldpo.errors import BadInput
from fieldpo.plain import clean, clean_text

if TYPE_CHECKING:
    from pathlib import Path

    from fieldpo.cli.office import Office
    from fieldpo.store.queries.clients.find_people import FoundPerson
    from fieldpo.store.queries.day.rows import Row
    from fieldpo.store.queries.day.today import Today
    from fieldpo.store.queries.rules.owed import Owed
    from fieldpo.supervision.agenda.items import Item
    from fieldpo.supervision.standards.engine import Obligation

NOTES = 10
"""The newest case notes that `person` prints."""

_FIND = """Find a person by name, alias or ID, typed nearly right. One line, at the prompt or on standard input.

\b
  fieldpo find
  fieldpo find --json < name.txt

A name is never an argument: shells keep those. With --json: a list of {"id", "name", "by", "alias", "record_id"}, empty
for nobody; "id" is what the other commands take. Exit codes: 0 looked, found or not; 2 nothing was typed.
"""
_PERSON = """Show a person: safety first, then who, how things stand, and the newest case notes.

\b
  fieldpo person 4471
  fieldpo person 4471 --json

Exit codes: 0 shown; 2 nobody here has that ID, or two persons share it.
"""
_AGENDA = """Show what Today shows: overdue, returned, today, the next seven days, alerts.

\b
  fieldpo agenda
  fieldpo agenda --on 2026-12-01 --json
  fieldpo agenda --on tomorrow
  fieldpo agenda --sheet

With --sheet: the field sheet, which is the home visits of the persons marked for the day, or the ten that would clear
most where nobody is marked; by place, with what each clears, address and safety.

Exit code: 0 shown, also when there is nothing; 2 the day is not understood.
"""

PersonId = Annotated[str, typer.Argument(metavar="ID", help="The agency's ID of the person, or fieldpo's own.")]
Sheet = Annotated[bool, typer.Option("--sheet", help="The field sheet: home visits by what each clears, by place.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("find", help=_FIND)(find)
    app.command("person", help=_PERSON)(person)
    app.command("agenda", help=_AGENDA)(agenda)


def find(as_json: AsJson = False, passphrase_file: PassphraseFile = None) -> int:
    """Find a person."""
    from fieldpo.cli.opening import log_reading, opened_vault
    from fieldpo.store.queries.clients.find_people import find_people

    typed = _one_line()
    with opened_vault(passphrase_file) as vault:
        with vault.reading() as connection:
            found = find_people(connection, typed)
        log_reading(vault, "names")
    if as_json:
        _print_json([_found(one) for one in found])
    elif not found:
        print("Nobody on this laptop has that name or ID.")
    for one in () if as_json else found:
        alias = f" (alias {clean(one.alias)})" if one.alias else ""
        print(f"{_id_of(one):<12} {clean(one.name.full)}{alias}  [{one.by}]")
    return 0


def person(person_id: PersonId, as_json: AsJson = False, passphrase_file: PassphraseFile = None) -> int:
    """Show a person."""
    from fieldpo.cli.office import opened_office
    from fieldpo.cli.rules import person_rules, rules_lines
    from fieldpo.store import audit
    from fieldpo.store.queries.clients.find_people import person_by_id
    from fieldpo.store.queries.person.case_notes import case_notes
    from fieldpo.store.queries.person.overview import person as ask

    with opened_office(passphrase_file) as office:
        vault, pack, now = office.vault, office.pack, office.now
        with vault.reading() as connection:
            record_id = person_by_id(connection, person_id)
            view = ask(connection, pack, record_id, now)
            notes = case_notes(connection, pack, record_id, limit=NOTES).notes
            by_rules = person_rules(connection, pack, record_id, now.date())
        with vault.writing() as connection:
            who = vault.identity
            audit.append(connection, who.user_id, who.device_id, now, [audit.Event("read", "person", record_id)])
    from fieldpo.store.queries.person.overview import booking_words
    from fieldpo.store.queries.person.owed_words import owed_lines

    shown: dict[str, Any] = {
        "id": clean(view.name.shown_id),
        "record_id": record_id,
        "name": clean(view.name.full),
        "standing": clean(view.headline),
        "hazards": [
            {
                "severity": one.severity,
                "hazard": one.label,
                "text": clean_text(one.text),
                "source": clean(one.source),
                "observed_on": _iso(one.observed_on),
                "review_on": _iso(one.review_on),
            }
            for one in view.hazards
        ],
        "appointments": [
            {"id": one.record_id, "starts_at": one.starts.isoformat(), "what": one.what, "place": one.place}
            for one in view.bookings
        ],
        "owed": [_obligation(one, each) for one in view.owed for each in one.obligations],
        "last_contact": clean(view.contact.sentence(pack, now.date())),
        "alerts": [{"what": clean(one.what), "when": one.when, "why": clean(one.why)} for one in view.alerts],
        "facts": [{"label": clean(one.label), "text": clean_text(one.words)} for one in view.lines],
        "notes": [
            {
                "id": one.record_id,
                "occurred_at": one.occurred_at.isoformat(),
                "what": one.what,
                "outcome": one.outcome,
                "officer": clean(one.officer),
                "note": clean_text(one.note),
                "withdrawn": bool(one.withdrawn),
                "not_sent": one.not_sent,
            }
            for one in notes
        ],
        **by_rules,
    }
    if as_json:
        _print_json(shown)
        return 0
    booked = [booking_words(one, now.date()) for one in view.bookings]
    owed = [f"{one.label}: {clean(one.words)}" for one in owed_lines(view.owed, why=True)]
    print("\n".join([*_person_lines(shown, booked, owed), *rules_lines(by_rules)]))
    return 0


def agenda(
    on: OnDay = "", sheet: Sheet = False, as_json: AsJson = False, passphrase_file: PassphraseFile = None
) -> int:
    """Show the day, or its field sheet."""
    from fieldpo.cli.office import opened_office
    from fieldpo.cli.opening import log_reading
    from fieldpo.store.queries.day.today import today
    from fieldpo.store.queries.rules.policy import main_pack

    refuse_no_day(on)
    if sheet:
        return _print_sheet(on, as_json, passphrase_file)
    with opened_office(passphrase_file) as office:
        wanted = day_of(on, office.now, office.pack)
        when = _moment_of(wanted, office)
        past = when.date() < office.now.date()
        with office.vault.reading() as connection:
            pack = main_pack(connection, when.date()) if wanted else office.pack
            known = today(connection, pack, office.vault.identity.user_id, when, past=past)
        log_reading(office.vault, "agenda")
    if as_json:
        _print_json([_row(one) for one in known.rows])
    else:
        print("\n".join(_agenda_lines(known)))
    return 0


def _print_sheet(on: str, as_json: bool, passphrase_file: Path | None) -> int:
    from fieldpo.cli.office import opened_office
    from fieldpo.cli.opening import log_reading
    from fieldpo.cli.sheet import sheet_lines, sheet_object
    from fieldpo.store.queries.day.field_sheet import field_sheet

    with opened_office(passphrase_file) as office:
        when = _moment_of(day_of(on, office.now, office.pack), office)
        with office.vault.reading() as connection:
            known = field_sheet(connection, office.pack, office.vault.identity.user_id, when)
        log_reading(office.vault, "field sheet")
    if as_json:
        _print_json(sheet_object(known))
    else:
        print("\n".join(sheet_lines(known)))
    return 0


def _one_line() -> str:
    at_prompt = sys.stdin.isatty()
    typed = clean(typer.prompt("Name or ID", default="", show_default=False) if at_prompt else sys.stdin.readline())
    if not typed:
        raise BadInput("No name or ID was given: type one at the prompt, or send one line on standard input.")
    return typed


def _moment_of(day: dt.date | None, office: Office) -> dt.datetime:
    """Now, or the beginning of another day on the agency's clock."""
    from fieldpo.supervision.calendar import at

    return office.now if day in (None, office.now.date()) else at(day, dt.time(), office.pack)


def _id_of(one: FoundPerson) -> str:
    """What the other commands take: the agency's ID, else ours."""
    shown = clean(one.name.shown_id)
    return one.name.person_id if shown.startswith("#") else shown


def _found(one: FoundPerson) -> dict[str, str]:
    return {
        "id": _id_of(one),
        "name": clean(one.name.full),
        "by": one.by,
        "alias": clean(one.alias),
        "record_id": one.name.person_id,
    }


def _row(one: Row) -> dict[str, Any]:
    return {
        "section": str(one.section),
        "id": clean(one.person.shown_id) if one.person else "",
        "record_id": one.person_id,
        "name": clean(one.person.full) if one.person else "",
        "when": one.when,
        "owed": clean(one.what),
        "more": one.more,
        "things": [_thing(each) for each in one.items],
        "where": clean(one.where),
        "why": clean(one.why),
        "clears": clean(one.clears),
        "hazards": [f"{hazard.severity} {hazard.label}" for hazard in one.hazards],
        "appointment_id": one.booked_id or "",
    }


def _thing(item: Item) -> dict[str, Any]:
    """One of the things that a row stands for."""
    return {
        "source": str(item.source),
        "label": clean(item.label),
        "on": _iso(item.on),
        "at": item.at.isoformat() if item.at else None,
        "record_id": item.about,
        "tries": item.tries,
        "why": clean(item.whole or item.why),
    }


def _obligation(owed: Owed, one: Obligation) -> dict[str, Any]:
    return {
        "case_id": owed.case.case_id,
        "obligation": one.obligation,
        "label": clean(one.label),
        "due": _iso(one.due),
        "days_left": one.days_left,
        "last_counted": _iso(one.last_counted),
        "tries": owed.tries(one),
        "rule": clean(one.rule),
        "why": clean(one.why),
    }


def _agenda_lines(known: Today) -> list[str]:
    from fieldpo.plain import moment

    lines = [moment(known.now)]
    section = ""
    for one in known.rows:
        if one.section != section:
            section = one.section
            lines.append(f"{section.upper()} {len(known.of(one.section))}")
        row = _row(one)
        mark = row["hazards"][0] if row["hazards"] else "."
        who = f"{row['name']} ({row['id']}), " if row["name"] else ""
        where = f", {row['where']}" if row["where"] else ""
        more = f" + {one.more} more" if one.more else ""
        lines.append(f"  {mark:<12} {row['when']}: {who}{row['owed']}{more}{where}")
        lines += [f"{'':15}{row[part]}" for part in ("why", "clears") if row[part]]
    return lines if known.rows else [*lines, "Nothing is overdue, returned or booked."]


def _person_lines(shown: dict[str, Any], booked: list[str], owed: list[str]) -> list[str]:
    lines = [f"{shown['name']}  ID {shown['id']}"]
    for one in shown["hazards"]:
        seen = ", ".join(part for part in (one["source"], one["observed_on"]) if part)
        review = f"; review {one['review_on']}" if one["review_on"] else ""
        lines.append(f"{one['severity']} {one['hazard']}: {one['text']} ({seen}{review})")
    if not shown["hazards"]:
        lines.append("SAFETY: nothing on file. That is not the same as safe.")
    lines += [shown["standing"], *(f"Next: {words}" for words in booked), shown["last_contact"], *owed]
    lines += [f"Alert: {one['what']}, {one['when']}. {one['why']}" for one in shown["alerts"]]
    lines += [f"{one['label']}: {one['text']}" for one in shown["facts"]]
    for one in shown["notes"]:
        struck = "WITHDRAWN " if one["withdrawn"] else ""
        at = one["occurred_at"][:16].replace("T", " ")
        lines.append(f"\n{struck}{at}  {one['what']}, {one['outcome']}. {one['officer']}")
        lines.append(one["note"] or "(no note)")
    return lines


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
