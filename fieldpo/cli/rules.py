"""`fieldpo workload`, `fieldpo draws`, and what `fieldpo person` says of assessments, responses and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldpo.cli.as_json import print_json
from fieldpo.cli.day_asked import OnDay, day_of, refuse_no_day
from fieldpo.cli.options import AsJson, PassphraseFile
from fieldpo.plain import clean, clean_text

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

    from fieldpo.supervision.pack import Pack

_WORKLOAD = """Show what your open cases weigh by the agency's weights, against what one officer can carry.

\b
  fieldpo workload
  fieldpo workload --json

A case that no class takes is named and not counted. Exit codes: 0 weighed; 5 the vault does not open.
"""

_DRAWS = """Show who is drawn for a drug test on a day; with an ID, past draws computed again beside the tests.

\b
  fieldpo draws
  fieldpo draws --on 2026-11-20 --json
  fieldpo draws 4471

Computed from the records alone, as central computes it. Exit codes: 0 shown; 2 no such person or day; 5 the vault does
not open.
"""

OfPerson = Annotated[str, typer.Argument(metavar="[ID]", help="The agency's ID of the person, or fieldpo's own.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("workload", help=_WORKLOAD)(workload)
    app.command("draws", help=_DRAWS)(draws)


def workload(as_json: AsJson = False, passphrase_file: PassphraseFile = None) -> int:
    """Weigh the caseload."""
    from fieldpo.cli.office import opened_office
    from fieldpo.cli.opening import log_reading
    from fieldpo.cli.policy_workload import workload_json
    from fieldpo.store.queries.caseload.workload import workload_of, workload_summary

    with opened_office(passphrase_file) as office:
        with office.vault.reading() as connection:
            known = workload_of(connection, office.pack, office.vault.identity.user_id)
        log_reading(office.vault, "workload")
    if not as_json:
        print("\n".join(f"{label}: {words}" for label, words in workload_summary(known)))
        print("\n".join(f"  {one.label}: {one.cases}, {known.amount(one.points)}" for one in known.found.classes))
        return 0
    counted = workload_json(known.found)
    shown = {
        "weights": known.found.weights,
        "source": known.weights.source,
        **counted,
        "classes": [
            {**one, "ids": [clean(each.person.shown_id) for each in known.of(one["class"])]}
            for one in counted["classes"]
        ],
        "uncounted": [clean(each.person.shown_id) for each in known.of("")],
    }
    print_json(shown)
    return 0


def draws(
    person_id: OfPerson = "", on: OnDay = "", as_json: AsJson = False, passphrase_file: PassphraseFile = None
) -> int:
    """Show the draws."""
    from fieldpo.cli.office import opened_office
    from fieldpo.cli.opening import log_reading
    from fieldpo.store.queries.clients.find_people import person_by_id
    from fieldpo.store.queries.clients.names import people_named
    from fieldpo.store.queries.rules.draws import audit_lines, drawn_again, drawn_today

    refuse_no_day(on)
    with opened_office(passphrase_file) as office:
        day = day_of(on, office.now, office.pack) or office.now.date()
        with office.vault.reading() as connection:
            if person_id:
                record_id = person_by_id(connection, person_id)
                lines = audit_lines(connection, record_id, day)
                again = drawn_again(connection, record_id, _days_before(day, 60), day) if as_json else ()
            else:
                found = drawn_today(connection, day)
                names = people_named(connection, [one.person_id for one in found])
        log_reading(office.vault, "test draws")
    if person_id and as_json:
        print_json([_day_object(one) for one in again])
    elif person_id:
        print(
            "\n".join(f"{label}: {clean(words)}" if label else f"  {clean(words)}" for label, words in lines) or _NONE
        )
    elif as_json:
        print_json([_drawn_object(one, names) for one in found])
    else:
        rows = [_drawn_object(one, names) for one in found]
        said = [f"{row['id']}  {row['name']}: {row['test'] or 'no test recorded yet'}. {row['why']}" for row in rows]
        print("\n".join(said) or f"Nobody is drawn for {day}.")
    return 0


_NONE = "No plan of draws for this person."


def _days_before(day: dt.date, days: int) -> dt.date:
    import datetime as dt

    return day - dt.timedelta(days=days)


def _day_object(one: Any) -> dict[str, Any]:
    return {
        "day": one.day.isoformat(),
        "drawn": one.drawn,
        "why": clean(one.why),
        "plan_id": one.plan_id,
        "seed": one.seed,
        "test_id": one.test_id,
        "outcome": one.outcome,
        "differs": one.differs,
    }


def _drawn_object(one: Any, names: Any) -> dict[str, Any]:
    name = names.get(one.person_id)
    return {
        "id": clean(name.shown_id) if name else "",
        "record_id": one.person_id,
        "name": clean(name.full) if name else "",
        "plan_id": one.plan_id,
        "panel": one.panel,
        "test": one.outcome,
        "why": clean(one.why),
    }


def person_rules(connection: Connection, pack: Pack, person_id: str, today: dt.date) -> dict[str, Any]:
    """What `fieldpo person` says of assessments, violation reports with their responses, and tests."""
    from fieldpo.store.queries.person.assessments import assessment_lines, scorings
    from fieldpo.store.queries.person.drug_tests import drug_tests
    from fieldpo.store.queries.reports.responses import responses_of
    from fieldpo.store.queries.reports.written import reports

    chosen = responses_of(connection, pack, person_id, today)
    return {
        "assessments": [
            {
                "id": one.record_id,
                "withdrawn": one.withdrawn,
                "differs": one.differs,
                "lines": _said(assessment_lines(one)),
            }
            for one in scorings(connection, pack, person_id, today)
        ],
        "violation_reports": [
            {
                "id": one.record_id,
                "written_at": one.written_at.isoformat(),
                "state": one.state,
                "withdrawn": one.withdrawn,
                "severity": clean(one.severity),
                "lines": _said(chosen.get(one.record_id, [("RESPONSE", one.recommendation)])),
            }
            for one in reports(connection, pack, person_id)
        ],
        "tests": [
            {"id": one.record_id, "at": one.at.isoformat(), "result": clean(one.result), "lines": _said(one.lines)}
            for one in drug_tests(connection, pack, person_id)
        ],
    }


def rules_lines(known: dict[str, Any]) -> list[str]:
    """The same as text: a heading a record, its lines below it."""
    lines = []
    for one in known["assessments"]:
        lines += _block("ASSESSMENT", one["lines"], withdrawn=one["withdrawn"])
    for one in known["violation_reports"]:
        head = (
            f"VIOLATION REPORT {one['written_at'][:16].replace('T', ' ')}, {one['state']}, severity {one['severity']}"
        )
        lines += _block(head, one["lines"], withdrawn=one["withdrawn"])
    for one in known["tests"]:
        lines += _block("TEST", one["lines"])
    return lines


def _block(head: str, lines: list[dict[str, str]], *, withdrawn: bool = False) -> list[str]:
    said = [f"  {one['label']}: {one['words']}".replace("  : ", "    ") for one in lines]
    return ["", f"{'WITHDRAWN ' if withdrawn else ''}{head}", *said]


def _said(lines: Any) -> list[dict[str, str]]:
    return [{"label": label, "words": clean_text(words)} for label, words in lines if words]
