"""What a central database says of itself: whether it is for training only."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.rows import insert_new_rows
from fieldpo.central.tables import meta

_TRAINING = "training"


def is_training(conn: Connection) -> bool:
    """Whether this central was made by `init --training`: its vaults may take a passphrase from a file."""
    return conn.execute(sa.select(meta.c.value).where(meta.c.key == _TRAINING)).scalar_one_or_none() == "yes"


def say_training(conn: Connection, *, training: bool) -> None:
    """Say it once, when the database is made; what was said first stands."""
    insert_new_rows(conn, meta, [{"key": _TRAINING, "value": "yes" if training else "no"}])
