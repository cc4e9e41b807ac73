"""`fieldpo central team add|list|assign|remove|supervise`: who is in which team, and who looks over it."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated

import typer

from fieldpo.cli.central_database import Database, opened
from fieldpo.cli.options import AsJson
from fieldpo.errors import NotFound
from fieldpo.plain import clean

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

TeamName = Annotated[str, typer.Argument(help="The team's name, or its id.", metavar="TEAM")]
Officer = Annotated[str, typer.Argument(help="The name to sign in with, or the officer's id.", metavar="OFFICER")]


def add_team(central: typer.Typer) -> None:
    """Add the commands to central's."""
    commands = typer.Typer(no_args_is_help=True, help="Teams of officers and their supervisors.")
    commands.command("add")(add)
    commands.command("list")(list_)
    commands.command("assign")(assign)
    commands.command("remove")(remove)
    commands.command("supervise")(supervise)
    central.add_typer(commands, name="team")


def add(name: Annotated[str, typer.Argument(help="As it stands on screens.")], db: Database) -> None:
    """Make a team.

    \b
    Example: fieldpo central team add North --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books.database import writing
        from fieldpo.central.teams import team

        with writing(engine) as conn:
            made = team.add_team(conn, name, now=_now())
    print(f"{made.name} is there; id {made.partition.partition(':')[2]}.")


def list_(db: Database, as_json: AsJson = False) -> None:
    """List teams with their officers and supervisors.

    \b
    Example: fieldpo central team list --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books.database import reading
        from fieldpo.central.office.officers import all_officers
        from fieldpo.central.teams import team

        with reading(engine) as conn:
            names = {key: each.name for key, each in all_officers(conn)}
            teams = team.all_teams(conn, _now())
    rows = [
        {
            "team_id": one.partition.partition(":")[2],
            "name": one.name,
            "officers": {key: names.get(key, "") for key in one.officers},
            "supervisors": {key: names.get(key, "") for key in one.supervisors},
        }
        for one in teams
    ]
    if as_json:
        print(json.dumps(rows))
        return
    for one in teams:
        print(f"{one.name}  {one.partition.partition(':')[2]}")
        for word, people in (("supervisors", one.supervisors), ("officers", one.officers)):
            listed = "; ".join(f"{names.get(key, '')} {key}".strip() for key in people)
            print(f"  {word}: {listed or 'none'}")


def assign(team_name: TeamName, officer: Officer, db: Database) -> None:
    """Put an officer into a team, out of the one that they were in.

    \b
    Example: fieldpo central team assign North mreyes --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books.database import writing
        from fieldpo.central.teams import team

        now = _now()
        with writing(engine) as conn:
            found = team.team_named(conn, team_name, now)
            team.assign(conn, found.partition, _officer_id(conn, officer), now=now)
    print(f"Done: {found.name}. Supervisors' devices learn of it with their next sync.")


def remove(officer: Officer, db: Database) -> None:
    """Take an officer out of their team; the supervisors' devices forget their work.

    \b
    Example: fieldpo central team remove mreyes --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books.database import writing
        from fieldpo.central.teams import team

        with writing(engine) as conn:
            team.leave(conn, _officer_id(conn, officer), now=_now())
    print("Done; supervisors' devices learn of it with their next sync.")


def supervise(
    team_name: TeamName,
    login: Annotated[str, typer.Argument(help="Who supervises it: the name to sign in with.")],
    db: Database,
    end: Annotated[bool, typer.Option("--end", help="End it: their devices forget the team.")] = False,
) -> None:
    """Let a user supervise a team; a team may have several supervisors.

    \b
    Example: fieldpo central team supervise North jwhitfield --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.accounts.users import user_named
        from fieldpo.central.books.database import writing
        from fieldpo.central.teams import team

        now = _now()
        with writing(engine) as conn:
            found, user = team.team_named(conn, team_name, now), user_named(conn, login)
            change = team.end_supervising if end else team.supervise
            change(conn, found.partition, user.id, now=now)
    print(f"{user.login} {'no longer supervises' if end else 'supervises'} {found.name}.")


def _officer_id(conn: Connection, word: str) -> str:
    from fieldpo.central.accounts.users import user_named
    from fieldpo.central.office.officers import officer_of

    if officer_of(conn, word) is not None:
        return word
    try:
        return user_named(conn, word).id
    except NotFound:
        raise NotFound(
            f"There is no officer {clean(word)}; see `fieldpo central user list --officers`. Nothing was changed."
        ) from None


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
