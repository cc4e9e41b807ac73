"""`fieldpo central backup|restore`: copies that devices can rely on, and going back to one."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldpo.cli.central_database import Database, opened
from fieldpo.cli.options import AsJson
from fieldpo.errors import BadInput

if TYPE_CHECKING:
    from fieldpo.central.upkeep.backup import Standing


def add_backup(central: typer.Typer) -> None:
    """Add the commands to central's."""
    central.command("backup")(backup)
    central.command("restore")(restore)


def backup(
    db: Database,
    file: Annotated[Path | None, typer.Argument(help="Where the copy goes; it must not be there yet.")] = None,
    number: Annotated[bool, typer.Option("--number", help="PostgreSQL: print what to mark after pg_dump.")] = False,
    mark: Annotated[int, typer.Option(help="PostgreSQL: a verified dump holds all up to this.", metavar="N")] = -1,
    last: Annotated[bool, typer.Option("--last", help="Tell when a backup was last verified, and what it holds.")] = (
        False
    ),
    as_json: AsJson = False,
) -> None:
    """Copy the database while it serves, verify the copy, and tell devices what it holds.

    PostgreSQL: backup --number, pg_dump, try the dump out, then backup --mark with that number.

    \b
    Example: fieldpo central backup 2026-11-22.db --db sqlite:///central.db
    """
    if (file is not None) + number + (mark >= 0) + last != 1:
        raise BadInput("Give one of FILE, --number, --mark and --last. Nothing was done.")
    with opened(db) as engine:
        from fieldpo.central.upkeep import backup as backups

        if last:
            _tell_last(backups.standing(engine), as_json=as_json)
            return
        if number:
            held = backups.number_before_dump(engine)
            print(json.dumps({"number": held}) if as_json else held)
            return
        now = dt.datetime.now(dt.UTC)
        if file is None:
            backups.mark(engine, mark, now)
            held = mark
        else:
            held = backups.back_up(engine, file, now).durable_through
        verified = backups.standing(engine).verified_at
    if as_json:
        told = {"durable_through": held, "file": str(file) if file else None, "verified_at": verified}
        print(json.dumps(told))
    else:
        print(f"Verified {verified}: it holds every entry up to number {held}.")


def _tell_last(found: Standing, *, as_json: bool) -> None:
    if as_json:
        print(
            json.dumps(
                {"verified_at": found.verified_at, "durable_through": found.durable_through, "since": found.since}
            )
        )
    elif found.verified_at is None:
        print(f"No backup has been verified yet; {found.since} entries stand in none.")
    else:
        print(f"Last verified {found.verified_at}, up to number {found.durable_through}; {found.since} came since.")


def restore(
    db: Database,
    file: Annotated[Path | None, typer.Argument(help="A copy that backup made; none after pg_restore.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup back and begin a new epoch: devices then send again what it lacks. Stop central first.

    While another program has the database open, it refuses. PostgreSQL: pg_restore, then restore without a file.

    \b
    Example: fieldpo central restore 2026-11-22.db --db sqlite:///central.db
    """
    with opened(db, ready=False) as engine:
        from fieldpo.central.upkeep.backup import restore as put_back

        epoch = put_back(engine, file, dt.datetime.now(dt.UTC))
    if as_json:
        print(json.dumps({"epoch": epoch}))
    else:
        print("Restored. Officers sign in again where their laptop asks for it; what the backup lacks is sent again.")
