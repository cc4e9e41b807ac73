"""`fieldpo central audit`: central's own log of sign-ins and of what administrators did."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from fieldpo.cli.central_database import Database, opened
from fieldpo.cli.options import AsJson
from fieldpo.plain import clean


def add_log(central: typer.Typer) -> None:
    """Add the command to central's."""
    central.command("audit")(audit)


def audit(
    db: Database,
    after: Annotated[int, typer.Option(help="Only the rows after this one.", min=0, metavar="N")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show who signed in and what administrators did: when, who, what, on whom, outcome. Looking is logged too.

    \b
    Example: fieldpo central audit --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books import audit as log
        from fieldpo.central.books.database import reading, writing

        with reading(engine) as conn:
            found = log.rows(conn, after)
        with writing(engine) as conn:
            log.note(conn, "audit read")
    for row in found:
        if as_json:
            named = {"n": row.n, "at": row.at, "who": row.who, "what": row.what, "subject": row.subject}
            print(json.dumps({**named, "outcome": row.outcome}))
        else:
            told = (row.at, row.who, row.what, row.subject or "-", row.outcome)
            print("  ".join(clean(str(each)) for each in (row.n, *told)))
