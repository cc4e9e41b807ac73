"""`fieldpo central retain`: what central need not keep for ever."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Annotated

import typer

from fieldpo.cli.central_database import Database, opened
from fieldpo.cli.options import AsJson


def add_retention(central: typer.Typer) -> None:
    """Add the command to central's."""
    central.command("retain")(retain)


def retain(
    db: Database,
    days: Annotated[int, typer.Option(help="Keep what is younger; at least 180.")] = 180,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, take nothing away.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take away old places of the feeds, emptied tombstones, and expired tokens, codes and sessions.

    Run it nightly, while central serves. Ops, verdicts, conflicts, quarantine and logs stay for ever.

    \b
    Example: fieldpo central retain --dry-run --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.upkeep.retention import retain as take

        found = take(engine, dt.datetime.now(dt.UTC), days, dry_run=dry_run)
    if as_json:
        print(json.dumps({"days": days, "dry_run": dry_run, **dataclasses.asdict(found)}))
        return
    said = "would go" if dry_run else "went"
    print(
        f"{found.marks} marks and {found.tombstones} tombstones of {found.partitions} feeds {said}; "
        f"{found.tokens} tokens, {found.codes} codes, {found.sessions} sessions, {found.failures} counts of failures."
    )
