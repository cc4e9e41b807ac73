"""`fieldpo central assign|transfer`: whose case is whose."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from fieldpo.cli.central_database import Database, opened
from fieldpo.errors import BadInput, NotFound
from fieldpo.plain import clean

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


def add_cases(central: typer.Typer) -> None:
    """Add the commands to central's."""
    central.command("assign")(assign)
    central.command("transfer")(transfer)


def assign(
    login: Annotated[str, typer.Argument(help="Who gets the work.")],
    db: Database,
    person: Annotated[list[str] | None, typer.Option(help="A person for their caseload; repeat it.")] = None,
    officer: Annotated[str, typer.Option(help="A colleague's caseload, by the officer's id.", metavar="ID")] = "",
    until: Annotated[str, typer.Option(help="The last day of covering.", metavar="YYYY-MM-DD")] = "",
    end: Annotated[bool, typer.Option("--end", help="End working in that caseload now.")] = False,
) -> None:
    """Give a user persons, or a colleague's caseload to work in (until a day: covering).

    \b
    Example: fieldpo central assign mreyes --officer 3f0c… --until 2026-12-04 --db sqlite:///central.db
    """
    if bool(person) == bool(officer):
        raise BadInput("Say either --person or --officer. Nothing was changed.")
    with opened(db) as engine:
        from fieldpo.central.accounts.users import user_named
        from fieldpo.central.books.database import writing
        from fieldpo.central.deciding import access
        from fieldpo.central.office.officers import officer_of
        from fieldpo.central.office.transfer import assign
        from fieldpo.sync.protocol.exchange import caseload_partition

        now = dt.datetime.now(dt.UTC)
        with writing(engine) as conn:
            user = user_named(conn, login)
            if officer:
                if officer_of(conn, officer) is None:
                    raise NotFound(f"There is no officer {officer}; see `fieldpo central user list --officers`.")
                partition = caseload_partition(officer)
                if end:
                    access.end(conn, partition, user.id, now=now)
                elif until:
                    access.cover(conn, partition, user.id, _end_of(until), now=now)
                else:
                    access.grant(conn, partition, user.id, now=now)
            for each in person or []:
                assign(conn, person_id(conn, each), user.id, now=now)
    print("Done; devices learn of it with their next sync.")


def transfer(
    person: Annotated[str, typer.Argument(help="The person's id, ours or the agency's.")],
    to: Annotated[str, typer.Option(help="The user who takes over.", metavar="NAME")],
    db: Database,
) -> None:
    """Move a person with everything to another officer's caseload.

    \b
    Example: fieldpo central transfer 26755 --to jchen --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.accounts.users import user_named
        from fieldpo.central.books.database import writing
        from fieldpo.central.office import transfer as moves
        from fieldpo.sync.protocol.exchange import caseload_partition

        with writing(engine) as conn:
            user = user_named(conn, to)
            moved = moves.transfer(
                conn, person_id(conn, person), caseload_partition(user.id), now=dt.datetime.now(dt.UTC)
            )
    print(f"{moved} records moved to {user.login}; devices learn of it with their next sync.")


def person_id(conn: Connection, word: str) -> str:
    """The person of that id, ours or the agency's. Raises NotFound, and BadInput where several carry it, or an officer
    alone says that one does.
    """
    from fieldpo.central.deciding.identifiers import carriers, claimants
    from fieldpo.central.office.records import places_of

    if places_of(conn, [word]):
        return word
    found = carriers(conn, [word]).get(word, [])
    if len(found) > 1:
        raise BadInput("Several persons carry that identifier; give the id of one. Nothing was changed.")
    if not found and (claimed := claimants(conn, [word]).get(word)):
        raise BadInput(
            f"That identifier was typed by an officer and is in no file of the agency. If it is right, give the "
            f"person's own id: {' or '.join(claimed)}. Nothing was changed."
        )
    if not found:
        raise NotFound("Central knows no person by that id or identifier. Nothing was changed.")
    return found[0]


def _end_of(day: str) -> dt.datetime:
    """The end of that day, where central stands."""
    try:
        last = dt.date.fromisoformat(day)
    except ValueError as error:
        raise BadInput(f"{clean(day)} is not a day written as 2026-12-04. Nothing was changed.") from error
    return dt.datetime.combine(last + dt.timedelta(days=1), dt.time()).astimezone()
