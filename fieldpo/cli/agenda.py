"""`fieldpo agenda`: what Today shows, or the field sheet, as text or JSON, without the network."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldpo.cli.as_json import iso, print_json
from fieldpo.cli.day_asked import OnDay, day_of, refuse_no_day
from fieldpo.cli.options import AsJson, PassphraseFile
from fieldpo.plain import clean

if TYPE_CHECKING:
    from pathlib import Path

    from fieldpo.cli.office import Office
    from fieldpo.store.queries.day.rows import Row
    from fieldpo.store.queries.day.today import Today
    from fieldpo.supervision.agenda.items import Item

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

Sheet = Annotated[bool, typer.Option("--sheet", help="The field sheet: home visits by what each clears, by place.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("agenda", help=_AGENDA)(agenda)


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
        print_json([_row(one) for one in known.rows])
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
        print_json(sheet_object(known))
    else:
        print("\n".join(sheet_lines(known)))
    return 0


def _moment_of(day: dt.date | None, office: Office) -> dt.datetime:
    """Now, or the beginning of another day on the agency's clock."""
    from fieldpo.supervision.calendar import at

    return office.now if day in (None, office.now.date()) else at(day, dt.time(), office.pack)


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
        "on": iso(item.on),
        "at": item.at.isoformat() if item.at else None,
        "record_id": item.about,
        "tries": item.tries,
        "why": clean(item.whole or item.why),
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
