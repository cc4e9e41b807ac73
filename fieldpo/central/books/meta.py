"""What a central database says of itself: its epoch, whether it is for training only, and what its backups hold."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.books.rows import insert_new_rows, upsert_rows
from fieldpo.central.books.tables import meta

_TRAINING = "training"
_DURABLE = "durable_through"
_RESTORED = "restored_at"
_BACKED_UP = "backed_up_at"
_VALUE = sa.select(meta.c.value).where(meta.c.key == sa.bindparam("key"))
_EPOCH = sa.select(meta.c.value).where(meta.c.key == "epoch")


def is_training(conn: Connection) -> bool:
    """Whether this central was made by `init --training`: its vaults may take a passphrase from a file."""
    return conn.execute(sa.select(meta.c.value).where(meta.c.key == _TRAINING)).scalar_one_or_none() == "yes"


def say_training(conn: Connection, *, training: bool) -> None:
    """Say it once, when the database is made; what was said first stands."""
    insert_new_rows(conn, meta, [{"key": _TRAINING, "value": "yes" if training else "no"}])


def durable_through(conn: Connection) -> int:
    """The inbox number up to which the last verified backup holds everything; 0 where there is none."""
    return int(_value(conn, _DURABLE) or 0)


def say_durable(conn: Connection, number: int, at: str) -> None:
    """A backup verified at that moment holds the inbox up to this number, which never falls."""
    rows = {_BACKED_UP: at, _DURABLE: str(max(number, durable_through(conn)))}
    upsert_rows(conn, meta, [{"key": key, "value": value} for key, value in rows.items()])


def backed_up_at(conn: Connection) -> str | None:
    """When the last backup was verified, UTC in ISO 8601; None where there is none."""
    return _value(conn, _BACKED_UP)


def restored_at(conn: Connection) -> str | None:
    """When this central was last restored from a backup, UTC in ISO 8601; None where it never was."""
    return _value(conn, _RESTORED)


def epoch(conn: Connection) -> str:
    """The server epoch: another one after a restore from a backup."""
    found: str = conn.execute(_EPOCH).scalar_one()
    return found


def begin_epoch(conn: Connection, at: str, durable: int) -> str:
    """A new epoch after a restore: devices ask what is lost and send it again. Returns its name."""
    name = secrets.token_hex(8)
    rows = {"epoch": name, _RESTORED: at, _BACKED_UP: at, _DURABLE: str(durable)}
    upsert_rows(conn, meta, [{"key": key, "value": value} for key, value in rows.items()])
    return name


def _value(conn: Connection, key: str) -> str | None:
    found: str | None = conn.execute(_VALUE, {"key": key}).scalar_one_or_none()
    return found
