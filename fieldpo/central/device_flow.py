"""The device flow (RFC 8628): a laptop asks for a code, its officer approves the code, the laptop gets its tokens."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from fieldpo.central import tokens
from fieldpo.central.auth_tables import device_code, enrolment
from fieldpo.central.devices import add_device
from fieldpo.central.partitions import stamp
from fieldpo.central.rows import insert_rows
from fieldpo.central.settings import Settings
from fieldpo.central.users import User, user_of
from fieldpo.plain import clean

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, so no words; RFC 8628, 6.1
_MOST_WAITING = 5_000
Posture = Literal["keyring", "passphrase"]
POSTURES: tuple[Posture, ...] = ("keyring", "passphrase")
Refusal = Literal["authorization_pending", "slow_down", "expired_token", "access_denied", "invalid_grant"]


@dataclass(frozen=True)
class Asked:
    """What a laptop gets for asking: the code it keeps, and the one its officer types."""

    device_code: str
    user_code: str
    seconds: int
    pause: int


@dataclass(frozen=True)
class Waiting:
    """A code that somebody is about to answer: which laptop it is, and how it keeps its vault."""

    sha: str
    label: str
    posture: Posture


def ask(conn: Connection, label: str, posture: Posture, settings: Settings, now: dt.datetime) -> Asked | None:
    """Start an enrolment; None when too many codes are waiting already."""
    conn.execute(sa.delete(device_code).where(device_code.c.expires_at < stamp(now - dt.timedelta(hours=1))))
    if conn.execute(sa.select(sa.func.count()).select_from(device_code)).scalar_one() >= _MOST_WAITING:
        return None
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    asked = Asked(
        secrets.token_urlsafe(32), f"{letters[:4]}-{letters[4:]}", settings.code_seconds, settings.poll_seconds
    )
    insert_rows(
        conn,
        device_code,
        [
            {
                "sha": tokens.digest(asked.device_code),
                "user_code": letters,
                "label": clean(label)[:80] or "a computer without a name",
                "posture": posture,
                "state": "pending",
                "user_id": None,
                "device_id": None,
                "pause": asked.pause,
                "polled_at": None,
                "expires_at": stamp(now + dt.timedelta(seconds=settings.code_seconds)),
            }
        ],
    )
    return asked


def find(conn: Connection, typed: str, now: dt.datetime) -> Waiting | None:
    """The enrolment that a typed code means, if it still waits; spaces, dashes and case do not matter."""
    letters = "".join(char for char in typed.upper() if char.isalnum())
    row = conn.execute(
        sa.select(device_code).where(
            device_code.c.user_code == letters,
            device_code.c.state == "pending",
            device_code.c.expires_at > stamp(now),
        )
    ).one_or_none()
    return None if row is None else Waiting(row.sha, row.label, row.posture)


def answer(conn: Connection, sha: str, user: User, *, approve: bool, now: dt.datetime) -> bool:
    """Approve or deny; False when somebody has answered already or the time ran out."""
    changed = conn.execute(
        sa.update(device_code)
        .where(device_code.c.sha == sha, device_code.c.state == "pending", device_code.c.expires_at > stamp(now))
        .values(state="approved" if approve else "denied", user_id=user.id)
    )
    return changed.rowcount == 1


def poll(conn: Connection, code: str, settings: Settings, now: dt.datetime) -> tokens.Issued | Refusal:
    """What a laptop that waits is told. The caller commits in every case.

    Asked again after it was told, it gets other tokens of the same device, as long as the first were never used.
    """
    query = sa.select(device_code).where(device_code.c.sha == tokens.digest(code))
    if conn.dialect.name == "postgresql":
        query = query.with_for_update()
    row = conn.execute(query).one_or_none()
    if row is None:
        return "invalid_grant"
    if row.state == "denied":
        return "access_denied"
    if row.expires_at <= stamp(now):
        return "expired_token"
    if row.state == "pending":
        return _wait(conn, row, now)
    if row.user_id is None or user_of(conn, row.user_id) is None:
        return "access_denied"
    if row.state == "issued":
        if tokens.was_used(conn, row.device_id):
            return "invalid_grant"
        tokens.end_device_tokens(conn, row.device_id)
        return tokens.issue(conn, row.device_id, now, settings.access_seconds)
    device_id = _enrol(conn, row, row.user_id, now)
    conn.execute(sa.update(device_code).where(device_code.c.sha == row.sha).values(state="issued", device_id=device_id))
    return tokens.issue(conn, device_id, now, settings.access_seconds)


def _wait(conn: Connection, row: Row[tuple[object, ...]], now: dt.datetime) -> Refusal:
    hasty = row.polled_at is not None and stamp(now - dt.timedelta(seconds=row.pause)) < row.polled_at
    pause = row.pause + 5 if hasty else row.pause  # RFC 8628, 3.5
    conn.execute(sa.update(device_code).where(device_code.c.sha == row.sha).values(polled_at=stamp(now), pause=pause))
    return "slow_down" if hasty else "authorization_pending"


def _enrol(conn: Connection, row: Row[tuple[object, ...]], user_id: str, now: dt.datetime) -> str:
    device_id = str(uuid.uuid4())
    add_device(conn, device_id, user_id, row.label, now)
    insert_rows(conn, enrolment, [{"device_id": device_id, "posture": row.posture}])
    return device_id
