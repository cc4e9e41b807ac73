"""Central's database as its commands open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from fieldpo.errors import BadInput

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

Database = Annotated[str, typer.Option("--db", help="sqlite:///path or postgresql://user@host/name", metavar="URL")]


@contextmanager
def opened(url: str, *, ready: bool = True) -> Iterator[Engine]:
    """Central's database. Raises BadInput when it was never made ready, or central is not installed."""
    try:
        from fieldpo.central.books.database import open_database
        from fieldpo.central.books.migrations import is_current
    except ModuleNotFoundError as error:
        raise BadInput("Central is not installed here: pip install 'fieldpo[central]'.") from error
    from sqlalchemy.exc import OperationalError

    engine = open_database(url)
    try:
        if ready and not is_current(engine):
            raise BadInput(f"The database is not ready: run `fieldpo central init --db {_shown(url)}` first.")
        yield engine
    except OperationalError as error:
        said = " ".join(str(error.orig).split()).rstrip(".?")
        raise BadInput(f"The database {_shown(url)} does not answer: {said}. Nothing was changed.") from error
    finally:
        engine.dispose()


def _shown(url: str) -> str:
    from sqlalchemy import make_url

    return make_url(url).render_as_string(hide_password=True)
