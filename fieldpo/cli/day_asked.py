"""The day that a command is asked about, typed as the forms take days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from fieldpo.errors import BadInput

if TYPE_CHECKING:
    from fieldpo.supervision.pack import Pack

OnDay = Annotated[
    str, typer.Option("--on", metavar="DATE", help="Another day, as 2026-12-01, tomorrow, mon, 12/7, +14.")
]


def refuse_no_day(on: str) -> None:
    """Raise `BadInput` for what is no day in any agency, before anything is opened."""
    from fieldpo.supervision.packs.reading import shipped

    day_of(on, dt.datetime.now().astimezone(), shipped("demo"))


def day_of(on: str, now: dt.datetime, pack: Pack) -> dt.date | None:
    """The day asked for, as the forms take days; None for today. `now` carries any offset. Raises `BadInput`."""
    from fieldpo.store.entries.when import DAYS, a_day

    try:
        return a_day(on, now, pack, ahead=True)
    except BadInput as error:
        raise BadInput(f"--on takes a day as 2026-12-01, or as in: {DAYS}. Nothing was opened.") from error
