"""`fieldpo central device|approve`: enrolled computers, and one that waits to be."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from fieldpo.cli.as_json import print_rows
from fieldpo.cli.central_database import Database, opened
from fieldpo.cli.options import AsJson
from fieldpo.errors import BadInput, NotFound


def add_devices(central: typer.Typer) -> None:
    """Add the commands to central's."""
    device = typer.Typer(no_args_is_help=True, help="Enrolled computers.")
    device.command("list")(device_list)
    device.command("revoke")(device_revoke)
    device.command("restore")(device_restore)
    central.add_typer(device, name="device")
    central.command("approve")(approve)


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
    print_rows(rows, as_json=as_json)


def device_revoke(device_id: Annotated[str, typer.Argument(help="From `device list`.")], db: Database) -> None:
    """Refuse a computer from now on: its next exchange is answered 401. Revoking twice changes nothing.

    \b
    Example: fieldpo central device revoke 3f0c… --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.accounts.enrolled import revoke
        from fieldpo.central.books.database import writing

        with writing(engine) as conn:
            revoke(conn, device_id, dt.datetime.now(dt.UTC))
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

        now = dt.datetime.now(dt.UTC)
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
