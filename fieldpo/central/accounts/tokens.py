"""Bearer tokens of devices: opaque, random, and only their sha256 stored.

A device's refresh tokens are generations. Using one makes the next, and the one used stays good until the next
(or the access token that came with it) is used: an answer lost on the way costs nothing. One that comes after
that was copied: then every token of the device ends, and the officer signs in again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from fieldpo.central.books import audit
from fieldpo.central.books.auth_tables import app_user, bearer
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import insert_rows
from fieldpo.central.books.tables import device
from fieldpo.central.caller import Caller
from fieldpo.central.settings import PROOF_SECONDS, REFRESH_SECONDS


@dataclass(frozen=True)
class Issued:
    """A fresh pair of tokens for one device; the only time they stand in the clear."""

    device_id: str
    access: str
    refresh: str
    seconds: int
    generation: int


def digest(secret: str) -> str:
    """What is stored of a token or code: it is random, so a plain sha256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(conn: Connection, device_id: str, now: dt.datetime, access_seconds: int) -> Issued:
    """The device's next generation of tokens. What has long expired goes; a refresh token proves whose it was."""
    newest = conn.execute(
        sa.select(sa.func.coalesce(sa.func.max(bearer.c.generation), 0)).where(bearer.c.device_id == device_id)
    ).scalar_one()
    issued = Issued(device_id, secrets.token_urlsafe(32), secrets.token_urlsafe(32), access_seconds, newest + 1)
    common = {"device_id": device_id, "generation": issued.generation, "state": "live", "used_at": None}
    insert_rows(
        conn,
        bearer,
        [
            {"sha": digest(secret), "kind": kind, "expires_at": stamp(now + dt.timedelta(seconds=seconds)), **common}
            for secret, kind, seconds in (
                (issued.access, "access", access_seconds),
                (issued.refresh, "refresh", REFRESH_SECONDS),
            )
        ],
    )
    conn.execute(sa.delete(bearer).where(bearer.c.device_id == device_id, long_expired(now)))
    return issued


def long_expired(now: dt.datetime) -> sa.ColumnElement[bool]:
    """The tokens that are good for nothing any more; a refresh token proves for a year after its end whose it was."""
    old_access = (bearer.c.kind == "access") & (bearer.c.expires_at < stamp(now))
    return old_access | (bearer.c.expires_at < stamp(now - dt.timedelta(seconds=PROOF_SECONDS)))


def refresh(conn: Connection, token: str, now: dt.datetime, access_seconds: int) -> Issued | None:
    """The next tokens for a refresh token; None when it is not good, and the device must sign in again.

    The caller commits in either case: a copied token ends its family by the same transaction.
    """
    row = conn.execute(sa.select(bearer).where(bearer.c.sha == digest(token), bearer.c.kind == "refresh")).one_or_none()
    if row is None or not _lock_device(conn, row.device_id):
        return None
    row = conn.execute(sa.select(bearer).where(bearer.c.sha == row.sha)).one_or_none()
    if row is None or row.expires_at <= stamp(now) or row.state == "replaced":
        return None
    if row.state != "live":
        end_device_tokens(conn, row.device_id)
        audit.note(conn, "token used twice", row.device_id, who="unknown", outcome="every token ended", now=now)
        return None
    family = bearer.c.device_id == row.device_id
    _confirm(conn, row.device_id, row.generation)
    conn.execute(
        sa.update(bearer).where(family, bearer.c.generation > row.generation).values(state="dead")
    )  # the answer that carried it was lost
    return issue(conn, row.device_id, now, access_seconds)


_WHOSE = (
    sa.select(bearer.c.used_at, bearer.c.generation, bearer.c.device_id, device.c.user_id)
    .join(device, device.c.id == bearer.c.device_id)
    .join(app_user, app_user.c.user_id == device.c.user_id)
    .where(
        bearer.c.sha == sa.bindparam("sha"),
        bearer.c.kind == "access",
        bearer.c.state == "live",
        bearer.c.expires_at > sa.bindparam("now"),
        device.c.revoked_at.is_(None),
        app_user.c.disabled_at.is_(None),
    )
)


def authenticate(engine: Engine, token: str, now: dt.datetime) -> Caller | None:
    """Whose token it is; None for one that is unknown, expired, ended, or of a revoked device or disabled user."""
    with reading(engine) as conn:
        row = conn.execute(_WHOSE, {"sha": digest(token), "now": stamp(now)}).one_or_none()
    if row is None:
        return None
    if row.used_at is None:
        with writing(engine) as conn:
            _lock_device(conn, row.device_id)
            _confirm(conn, row.device_id, row.generation)
            conn.execute(sa.update(bearer).where(bearer.c.sha == digest(token)).values(used_at=stamp(now)))
    return Caller(row.user_id, row.device_id)


def was_used(conn: Connection, device_id: str, generation: int) -> bool:
    """Whether a token of that generation has been used, so that the answer that brought it certainly arrived."""
    found = conn.execute(
        sa.select(sa.func.count())
        .select_from(bearer)
        .where(
            bearer.c.device_id == device_id,
            sa.or_(
                sa.and_(bearer.c.generation == generation, bearer.c.used_at.is_not(None)),
                bearer.c.generation > generation,
            ),
        )
    ).scalar_one()
    return bool(found)


def replace_device_tokens(conn: Connection, device_id: str) -> None:
    """The device signs in again: what it had is good no more, and one that still comes was not copied."""
    conn.execute(sa.update(bearer).where(bearer.c.device_id == device_id).values(state="replaced"))


def was_issued(conn: Connection, device_id: str, token: str) -> bool:
    """Whether it is a refresh token that this device was given, however long ago: proof of which device asks."""
    query = sa.select(bearer.c.sha).where(
        bearer.c.sha == digest(token), bearer.c.device_id == device_id, bearer.c.kind == "refresh"
    )
    return conn.execute(query).one_or_none() is not None


def end_device_tokens(conn: Connection, device_id: str) -> None:
    """No token of the device is good any more."""
    conn.execute(sa.update(bearer).where(bearer.c.device_id == device_id).values(state="spent"))


def _confirm(conn: Connection, device_id: str, generation: int) -> None:
    """This generation reached the device: the refresh tokens before it have done their work."""
    conn.execute(
        sa.update(bearer)
        .where(
            bearer.c.device_id == device_id,
            bearer.c.kind == "refresh",
            bearer.c.generation < generation,
            bearer.c.state == "live",
        )
        .values(state="spent")
    )


def _lock_device(conn: Connection, device_id: str) -> bool:
    """Whether the device is enrolled and its user may sign in; its row is locked until the commit."""
    query = (
        sa.select(device.c.id)
        .join(app_user, app_user.c.user_id == device.c.user_id)
        .where(device.c.id == device_id, device.c.revoked_at.is_(None), app_user.c.disabled_at.is_(None))
    )
    if conn.dialect.name == "postgresql":
        query = query.with_for_update(of=device)
    return conn.execute(query).one_or_none() is not None
