"""`fieldpo person`: what stands of one person in the vault, as text or JSON, without the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from fieldpo.cli.as_json import iso, print_json
from fieldpo.cli.options import AsJson, PassphraseFile, PersonId
from fieldpo.plain import clean, clean_text

if TYPE_CHECKING:
    from fieldpo.store.queries.rules.owed import Owed
    from fieldpo.supervision.standards.engine import Obligation

NOTES = 10
"""The newest case notes that `person` prints."""

_PERSON = """Show a person: safety first, then who, how things stand, and the newest case notes.

\b
  fieldpo person 4471
  fieldpo person 4471 --json

Exit codes: 0 shown; 2 nobody here has that ID, or two persons share it.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("person", help=_PERSON)(person)


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
                "observed_on": iso(one.observed_on),
                "review_on": iso(one.review_on),
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
        print_json(shown)
        return 0
    booked = [booking_words(one, now.date()) for one in view.bookings]
    owed = [f"{one.label}: {clean(one.words)}" for one in owed_lines(view.owed, why=True)]
    print("\n".join([*_person_lines(shown, booked, owed), *rules_lines(by_rules)]))
    return 0


def _obligation(owed: Owed, one: Obligation) -> dict[str, Any]:
    return {
        "case_id": owed.case.case_id,
        "obligation": one.obligation,
        "label": clean(one.label),
        "due": iso(one.due),
        "days_left": one.days_left,
        "last_counted": iso(one.last_counted),
        "tries": owed.tries(one),
        "rule": clean(one.rule),
        "why": clean(one.why),
    }


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
