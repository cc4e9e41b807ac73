"""Rows of a laptop's log, as they stand in its vault and at central."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text


class LogRow(NamedTuple):
    """One row of a log, on the laptop or at central."""

    n: int
    text: str
    hash: str


def log_of(connection: Connection) -> list[LogRow]:
    """A vault's log, in its order."""
    return [LogRow(*row) for row in connection.execute(text("SELECT n, text, hash FROM audit ORDER BY n"))]
