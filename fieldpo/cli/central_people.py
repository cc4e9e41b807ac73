"""`fieldpo central user|device|approve|assign|transfer`: people, their computers, and whose case is whose."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldpo.cli.central_database import Database, opened
from fieldpo.cli.options import AsJson
from fieldpo.errors import BadInput, NotFound
from fieldpo.plain import clean

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Login = Annotated[str, typer.Argument(help="The name to sign in with.")]
PasswordFile = Annotated[Path | None, typer.Option(help="Read the password from a file's first line.", metavar="FILE")]


def add_people(central: typer.Typer) -> None:
    """Add the commands to central's."""
    from fieldpo.cli.central_log import add_log

    user = typer.Typer(no_args_is_help=True, help="Who may sign in.")
    user.command("add")(user_add)
    user.command("list")(user_list)
    user.command("password")(user_password)
    user.command("title")(user_title)
    user.command("disable")(user_disable)
    user.command("enable")(user_enable)
    central.add_typer(user, name="user")
    device = typer.Typer(no_args_is_help=True, help="Enrolled computers.")
    device.command("list")(device_list)
    device.command("revoke")(device_revoke)
    device.command("restore")(device_restore)
    central.add_typer(device, name="device")
    central.command("approve")(approve)
    central.command("assign")(assign)
    central.command("transfer")(transfer)
    add_log(central)


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
            user = add_user(conn, login, password, name=name, title=title, role=role, officer_id=officer, now=_now())
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
    _print(rows, as_json=as_json)


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
            user = set_title(conn, login, title, now=_now())
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


def device_list(db: Database, as_json: AsJson = False) -> None:
    """List enrolled computers.

    \b
    Example: fieldpo central device list --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.accounts.enrolled import all_devices
        from fieldpo.central.books.database import reading

        with reading(engine) as conn:
            rows = all_devices(conn)
    _print(rows, as_json=as_json)


def device_revoke(device_id: Annotated[str, typer.Argument(help="From `device list`.")], db: Database) -> None:
    """Refuse a computer from now on: its next exchange is answered 401. Revoking twice changes nothing.

    \b
    Example: fieldpo central device revoke 3f0c… --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.accounts.enrolled import revoke
        from fieldpo.central.books.database import writing

        with writing(engine) as conn:
            revoke(conn, device_id, _now())
    print("The device is refused from now on.")


def device_restore(device_id: Annotated[str, typer.Argument(help="From `device list`.")], db: Database) -> None:
    """Let a revoked computer sign in again, as its own officer; until then it stays refused.

    \b
    Example: fieldpo central device restore 3f0c… --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.accounts.enrolled import restore
        from fieldpo.central.books.database import writing

        with writing(engine) as conn:
            restore(conn, device_id)
    print("The device may sign in again: fieldpo enroll, on it.")


def approve(
    code: Annotated[str, typer.Argument(help="The code that the computer shows.")],
    user: Annotated[str, typer.Option(help="Whose computer it becomes.", metavar="NAME")],
    db: Database,
    deny: Annotated[bool, typer.Option("--deny", help="Refuse the computer instead.")] = False,
) -> None:
    """Approve a computer's code without the sign-in page.

    \b
    Example: fieldpo central approve BCDF-GHJK --user mreyes --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.accounts import device_flow
        from fieldpo.central.accounts.users import user_named
        from fieldpo.central.books.audit import operator
        from fieldpo.central.books.database import writing

        now = _now()
        with writing(engine) as conn:
            whose = user_named(conn, user)
            if whose.disabled:
                raise BadInput(f"{whose.login} is disabled; enable the user first. Nothing was approved.")
            found = device_flow.find(conn, code, now)
            if found is not None and found.user_id not in (None, whose.id) and not deny:
                raise BadInput("That computer is another user's, and only they can be signed in on it again.")
            by = operator()
            if found is None or not device_flow.answer(conn, found.sha, whose, approve=not deny, now=now, by=by):
                raise NotFound("No computer waits with that code; codes last 15 minutes. Nothing was approved.")
    if deny:
        print(f"{found.label} was refused.")
    else:
        print(f"{found.label} is connected for {whose.login}.")


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

        now = _now()
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
            moved = moves.transfer(conn, person_id(conn, person), caseload_partition(user.id), now=_now())
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


def _set_disabled(login: str, db: str, *, disabled: bool) -> None:
    with opened(db) as engine:
        from fieldpo.central.accounts.users import disable_user
        from fieldpo.central.books.database import writing

        with writing(engine) as conn:
            disable_user(conn, login, disabled=disabled, now=_now())


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


def _end_of(day: str) -> dt.datetime:
    """The end of that day, where central stands."""
    try:
        last = dt.date.fromisoformat(day)
    except ValueError as error:
        raise BadInput(f"{clean(day)} is not a day written as 2026-12-04. Nothing was changed.") from error
    return dt.datetime.combine(last + dt.timedelta(days=1), dt.time()).astimezone()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _print(rows: list[dict[str, str | bool | None]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(rows))
        return
    for row in rows:
        print("  ".join(str(value) for value in row.values() if value not in (None, "", False)))
