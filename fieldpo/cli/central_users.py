"""`fieldpo central user`: who may sign in, and by what title they sign."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from fieldpo.cli.as_json import print_rows
from fieldpo.cli.central_database import Database, opened
from fieldpo.cli.options import AsJson
from fieldpo.errors import BadInput
from fieldpo.plain import clean

Login = Annotated[str, typer.Argument(help="The name to sign in with.")]
PasswordFile = Annotated[Path | None, typer.Option(help="Read the password from a file's first line.", metavar="FILE")]


def add_users(central: typer.Typer) -> None:
    """Add the commands to central's."""
    user = typer.Typer(no_args_is_help=True, help="Who may sign in.")
    user.command("add")(user_add)
    user.command("list")(user_list)
    user.command("password")(user_password)
    user.command("title")(user_title)
    user.command("disable")(user_disable)
    user.command("enable")(user_enable)
    central.add_typer(user, name="user")


def user_add(
    login: Login,
    db: Database,
    name: Annotated[str, typer.Option(help="As it stands on reports.")] = "",
    title: Annotated[str, typer.Option(help="Probation Officer, Supervisor, …")] = "",
    role: Annotated[str, typer.Option(help="officer or supervisor")] = "officer",
    officer: Annotated[str, typer.Option(help="The id of an imported officer who is this user.", metavar="ID")] = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Add a user. The password is asked for, or read from a file or from standard input; at least 15 characters.

    \b
    Example: fieldpo central user add mreyes --name "Maria Reyes" --title "Probation Officer" --db sqlite:///central.db
    """
    if role not in ("officer", "supervisor"):
        raise BadInput("--role is officer or supervisor. Nothing was changed.")
    with opened(db) as engine:
        from fieldpo.central.accounts.users import add_user
        from fieldpo.central.books.database import writing

        password = _password(password_file)
        with writing(engine) as conn:
            user = add_user(
                conn,
                login,
                password,
                name=name,
                title=title,
                role=role,
                officer_id=officer,
                now=dt.datetime.now(dt.UTC),
            )
    if as_json:
        print(json.dumps({"user_id": user.id, "login": user.login, "name": user.name, "title": user.title}))
    else:
        print(f"{user.login} may sign in; id {user.id}.")


def user_list(
    db: Database,
    officers: Annotated[bool, typer.Option("--officers", help="Every officer, also those who cannot sign in.")] = False,
    as_json: AsJson = False,
) -> None:
    """List users, or officers.

    \b
    Example: fieldpo central user list --officers --json --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.accounts.users import all_users
        from fieldpo.central.books.database import reading
        from fieldpo.central.office.officers import all_officers

        with reading(engine) as conn:
            users = all_users(conn)
            logins = {user.id: user.login for user in users}
            everyone = all_officers(conn) if officers else []
    rows: list[dict[str, str | bool | None]]
    if officers:
        rows = [
            {"officer_id": key, "name": each.name, "title": each.title, "login": logins.get(key)}
            for key, each in everyone
        ]
    else:
        rows = [
            {
                "user_id": user.id,
                "login": user.login,
                "name": user.name,
                "title": user.title,
                "role": user.role,
                "disabled": user.disabled,
            }
            for user in users
        ]
    print_rows(rows, as_json=as_json)


def user_password(login: Login, db: Database, password_file: PasswordFile = None) -> None:
    """Set a new password; after five failures it also ends the wait.

    \b
    Example: fieldpo central user password mreyes --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.accounts.users import set_password, user_named
        from fieldpo.central.books.database import reading, writing

        with reading(engine) as conn:
            user_named(conn, login)
        password = _password(password_file)
        with writing(engine) as conn:
            set_password(conn, login, password)
    print(f"{clean(login)} has a new password.")


def user_title(
    login: Login,
    title: Annotated[str, typer.Argument(help="As it stands under what they sign from now on.")],
    db: Database,
) -> None:
    """Give a user another title; their laptop signs with it after its next sync, and what was signed stays as it was.

    \b
    Example: fieldpo central user title mreyes "Senior Probation Officer" --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.accounts.users import set_title
        from fieldpo.central.books.database import writing

        with writing(engine) as conn:
            user = set_title(conn, login, title, now=dt.datetime.now(dt.UTC))
    print(f"{user.login} is {user.title}; laptops learn of it with their next sync.")


def user_disable(login: Login, db: Database) -> None:
    """End a user's access at once, on all of their computers; what they wrote stays.

    \b
    Example: fieldpo central user disable mreyes --db sqlite:///central.db
    """
    _set_disabled(login, db, disabled=True)
    print(f"{clean(login)} is refused from now on.")


def user_enable(login: Login, db: Database) -> None:
    """Give a disabled user their access back.

    \b
    Example: fieldpo central user enable mreyes --db sqlite:///central.db
    """
    _set_disabled(login, db, disabled=False)
    print(f"{clean(login)} may sign in again.")


def _set_disabled(login: str, db: str, *, disabled: bool) -> None:
    with opened(db) as engine:
        from fieldpo.central.accounts.users import disable_user
        from fieldpo.central.books.database import writing

        with writing(engine) as conn:
            disable_user(conn, login, disabled=disabled, now=dt.datetime.now(dt.UTC))


def _password(path: Path | None) -> str:
    if path is not None:
        try:
            return path.read_text("utf-8").split("\n", 1)[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"The password file {path} cannot be read. Nothing was changed.") from error
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise BadInput("The two passwords differ. Nothing was changed.")
    return first
