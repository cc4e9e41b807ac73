"""`fieldpo central intake list|match|create|refuse|claims|confirm`: someone not listed, decided by a person."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import Annotated

import typer

from fieldpo.cli.central_cases import person_id
from fieldpo.cli.central_database import Database, opened
from fieldpo.cli.central_decided import KEYS, decided_words
from fieldpo.cli.options import AsJson

IntakeId = Annotated[str, typer.Argument(help="From `intake list`.", metavar="ID")]


def add_intake(central: typer.Typer) -> None:
    """Add the commands to central's."""
    commands = typer.Typer(no_args_is_help=True, help="Someone not listed, met in the field.")
    commands.command("list")(list_)
    commands.command("match")(match)
    commands.command("create")(create)
    commands.command("refuse")(refuse)
    commands.command("claims")(claims)
    commands.command("confirm")(confirm)
    central.add_typer(commands, name="intake")


def list_(db: Database, as_json: AsJson = False) -> None:
    """List who waits for a match, after those whose agency's ID is known by now have been matched. Prints names.

    With what a supervisor has decided on them, where central has not done it yet, or could not.

    \b
    Example: fieldpo central intake list --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books.database import reading
        from fieldpo.central.office import intake
        from fieldpo.central.office.intake_waiting import waiting
        from fieldpo.central.office.last_decided import NOBODY, last_decided
        from fieldpo.plain import clean

        matched = intake.match_known(engine, _now())
        with reading(engine) as conn:
            found = waiting(conn)
            last = last_decided(conn, [one.op_id for one in found])
    rows: list[dict[str, object]] = [
        {
            "id": one.id,
            "reason": one.reason,
            "family_name": clean(one.intake.family_name),
            "given_name": clean(one.intake.given_name),
            "birth_date": one.intake.birth_date.isoformat() if one.intake.birth_date else None,
            "agency_id": clean(one.intake.agency_id),
            "officer_id": one.intake.officer_id,
            "opened_at": one.opened_at,
            "candidates": list(one.candidates),
            "claimed": list(one.claimed),
            **asdict(last.get(one.op_id, NOBODY)),
        }
        for one in found
    ]
    if as_json:
        print(json.dumps(rows))
        return
    if matched:
        print(f"{matched} matched by the agency's ID just now.")
    print("\n".join(_line(row) for row in rows) or "Nobody waits.")


def _line(row: dict[str, object]) -> str:
    """A row for people; the persons are told last, each list by its name."""
    lists = (f"{name}: {' '.join(value)}" for name, value in row.items() if isinstance(value, list) and value)
    own = (str(value) for key, value in row.items() if value and key not in KEYS and not isinstance(value, list))
    return "  ".join(filter(None, (*own, *lists, decided_words(row))))


def match(
    intake_id: IntakeId,
    person: Annotated[str, typer.Argument(help="The person's id, ours or the agency's.")],
    db: Database,
) -> None:
    """Give someone not listed to a person: the record moves to where that person stands, and the officer is told.

    \b
    Example: fieldpo central intake match 0193… 26755 --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books.database import writing
        from fieldpo.central.office import intake

        with writing(engine) as conn:
            moved = intake.match(conn, intake_id, person_id(conn, person), _now())
    print(f"Matched; {moved} records stand with the person. Devices learn of it with their next sync.")


def create(
    intake_id: IntakeId,
    to: Annotated[str, typer.Option(help="The user whose case it becomes.", metavar="NAME")],
    db: Database,
    supervision: Annotated[str, typer.Option(help="probation, parole, pretrial, …")] = "probation",
) -> None:
    """Make a person with a case of someone not listed, in an officer's caseload.

    \b
    Example: fieldpo central intake create 0193… --to mreyes --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.accounts.users import user_named
        from fieldpo.central.books.database import writing
        from fieldpo.central.deciding.identifiers import claims as every_claim
        from fieldpo.central.office import intake
        from fieldpo.plain import clean

        with writing(engine) as conn:
            made = intake.create(conn, intake_id, user_named(conn, to).id, supervision, _now())
            typed = [one.identifier for one in every_claim(conn) if one.person_id == made]
    print(f"Made the person {made}; devices learn of it with their next sync.")
    for identifier in typed:
        print(f"An officer typed the agency's ID. If it is right: intake confirm {clean(identifier)} {made}")


def refuse(
    intake_id: IntakeId,
    db: Database,
    reason: Annotated[str, typer.Option(help="What the officer reads; no names.")] = "",
) -> None:
    """Close it: nobody's to supervise. What the officer wrote stays with the officer, who reads the reason.

    \b
    Example: fieldpo central intake refuse 0193… --reason "Another county's" --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books.database import writing
        from fieldpo.central.office import intake

        with writing(engine) as conn:
            intake.refuse(conn, intake_id, reason, _now())
    print("Refused; it is kept, and its officer is told.")


def claims(db: Database, as_json: AsJson = False) -> None:
    """List the agency's IDs that an officer alone has typed on a person: nothing is matched by them.

    \b
    Example: fieldpo central intake claims --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books.database import reading
        from fieldpo.central.deciding.identifiers import claims as every_claim
        from fieldpo.plain import clean

        with reading(engine) as conn:
            found = every_claim(conn)
    if as_json:
        print(json.dumps([asdict(one) for one in found]))
        return
    lines = []
    for one in found:
        other = f"  but {' '.join(one.carried_by)} carries it" if one.carried_by else ""
        lines.append(f"{clean(one.identifier)}  {one.person_id}  {one.partition}{other}")
    print("\n".join(lines) or "None.")


def confirm(
    identifier: Annotated[str, typer.Argument(help="The agency's ID, from `intake claims`.")],
    person: Annotated[str, typer.Argument(help="The person's own id, from there too.")],
    db: Database,
) -> None:
    """Say that an ID which an officer typed is right: from now on it means that person.

    \b
    Example: fieldpo central intake confirm 26755 0193… --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books.database import writing
        from fieldpo.central.deciding.identifiers import confirm_claim
        from fieldpo.central.office.intake import match_known

        with writing(engine) as conn:
            confirm_claim(conn, identifier, person, _now())
        matched = match_known(engine, _now())
    print(f"Confirmed; {matched} who waited were matched by it.")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
