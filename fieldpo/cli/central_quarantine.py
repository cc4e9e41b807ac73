"""`fieldpo central quarantine list|release|refuse`: what central would not apply, decided by a person."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Annotated

import typer

from fieldpo.cli.central_database import Database, opened
from fieldpo.cli.central_decided import KEYS, decided_words
from fieldpo.cli.options import AsJson
from fieldpo.plain import clean

OpId = Annotated[str, typer.Argument(help="From `quarantine list`.", metavar="OP_ID")]


def add_quarantine(central: typer.Typer) -> None:
    """Add the commands to central's."""
    commands = typer.Typer(no_args_is_help=True, help="Entries that central would not apply.")
    commands.command("list")(list_)
    commands.command("release")(release)
    commands.command("refuse")(refuse)
    central.add_typer(commands, name="quarantine")


def list_(db: Database, as_json: AsJson = False) -> None:
    """List what is in quarantine: ids and reasons, no case text.

    With what a supervisor has decided on an entry, where central has not done it yet, or could not.

    \b
    Example: fieldpo central quarantine list --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books.database import reading
        from fieldpo.central.office.releasing import in_quarantine

        with reading(engine) as conn:
            rows = in_quarantine(conn)
    if as_json:
        print(json.dumps(rows))
    else:
        lines = [_line(row) for row in rows]
        if lines:
            lines.insert(0, "entry  kind  record  person  author  why  since (where known)")
        print("\n".join(lines) or "Nothing.")


def _line(row: Mapping[str, object]) -> str:
    # An id in an entry that was refused for its control characters still holds them.
    own = (clean(str(value)) for key, value in row.items() if value and key not in KEYS)
    return "  ".join(filter(None, (*own, decided_words(row))))


def release(op_id: OpId, db: Database) -> None:
    """Apply an entry as it stands; its officer's laptop hears with its next sync.

    \b
    Example: fieldpo central quarantine release 0193… --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books.database import writing
        from fieldpo.central.office.releasing import release as let_in

        with writing(engine) as conn:
            verdict = let_in(conn, op_id, dt.datetime.now(dt.UTC))
    if verdict == "blocked":
        print("Released; it waits now for what it needs, or for the rest of its group.")
    else:
        print(f"Released: {verdict}.")


def refuse(op_id: OpId, db: Database) -> None:
    """Close an entry's row in quarantine; it is kept and never applied.

    \b
    Example: fieldpo central quarantine refuse 0193… --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books.database import writing
        from fieldpo.central.office.releasing import refuse as close

        with writing(engine) as conn:
            close(conn, op_id, dt.datetime.now(dt.UTC))
    print("Refused; it is kept.")
