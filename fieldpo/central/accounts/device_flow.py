"""The device flow (RFC 8628): a laptop asks for a code, its officer approves the code, the laptop gets its tokens."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from fieldpo.central.accounts import tokens
from fieldpo.central.accounts.users import User, user_of
from fieldpo.central.books import audit
from fieldpo.central.books.auth_tables import device_code, enrolment
from fieldpo.central.books.meta import restored_at
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import insert_new_rows, insert_rows
from fieldpo.central.books.tables import device
from fieldpo.central.deciding.devices import add_device
from fieldpo.central.settings import Settings
from fieldpo.plain import clean

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, so no words; RFC 8628, 6.1
MOST_WAITING = 5_000
"""Codes that may wait for an answer at one time, all together."""
MOST_OF_A_SOURCE = 50
"""Of those, from one address. An agency that enrols more laptops at once from behind one answers some of them first."""
Posture = Literal["keyring", "passphrase"]
POSTURES: tuple[Posture, ...] = ("keyring", "passphrase")
Full = Literal["slow_down", "temporarily_unavailable"]
"""Too many codes wait: of that address, or all together."""
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
    user_id: str | None = None
    """Whose computer it is already, where it signs in again: nobody else can approve it."""


@dataclass(frozen=True)
class Known:
    """A device that has proven which one it is, and signs in again."""

    device_id: str
    user_id: str | None
    label: str
    proven: bool = True
    """False where central was restored and does not know the token: then it may be anybody."""


def known(conn: Connection, device_id: str, refresh_token: str, label: str) -> Known | Refusal:
    """The enrolled device that shows a refresh token it was given; denied when it is revoked or its user disabled.

    A central restored from a backup may lack the token, or the device: then its user's approval is enough.
    """
    if "\x00" in device_id:  # PostgreSQL could not even look it up
        return "invalid_grant"
    restored = restored_at(conn) is not None
    row = conn.execute(sa.select(device).where(device.c.id == device_id)).one_or_none()
    if row is None and restored and _is_id(device_id):
        return Known(device_id, None, label, proven=False)
    proven = row is not None and tokens.was_issued(conn, device_id, refresh_token)
    if row is None or not (restored or proven):
        return "invalid_grant"
    if row.revoked_at is not None or user_of(conn, row.user_id) is None:
        return "access_denied"
    return Known(row.id, row.user_id, row.name, proven)


def ask(
    conn: Connection,
    label: str,
    posture: Posture,
    settings: Settings,
    now: dt.datetime,
    *,
    source: str,
    again: Known | None = None,
) -> Asked | Full:
    """Start an enrolment, or with `again` a new sign-in of that device; or tell that too many codes wait already.

    `source` is the address that asks. A device that has proven which one it is always gets a code, in the place of the
    one that it had.
    """
    conn.execute(sa.delete(device_code).where(device_code.c.expires_at < stamp(now - dt.timedelta(hours=1))))
    if again is not None and again.proven:
        mine = (device_code.c.device_id == again.device_id) & (device_code.c.state == "pending")
        conn.execute(sa.delete(device_code).where(mine))
    elif codes_waiting(conn, now, source) >= MOST_OF_A_SOURCE:
        return "slow_down"
    elif codes_waiting(conn, now) >= MOST_WAITING:
        return "temporarily_unavailable"
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
                "label": clean(again.label if again else label)[:80] or "a computer without a name",
                "posture": posture,
                "state": "pending",
                "user_id": again.user_id if again else None,
                "device_id": again.device_id if again else None,
                "generation": 0,
                "pause": asked.pause,
                "polled_at": None,
                "expires_at": stamp(now + dt.timedelta(seconds=settings.code_seconds)),
                "source": source,
            }
        ],
    )
    return asked


def codes_waiting(conn: Connection, now: dt.datetime, source: str | None = None) -> int:
    """How many codes nobody has answered yet, all or of one source; those that have ended do not count."""
    waits = (device_code.c.state == "pending") & (device_code.c.expires_at > stamp(now))
    mine = sa.true() if source is None else device_code.c.source == source
    return int(conn.execute(sa.select(sa.func.count()).select_from(device_code).where(waits, mine)).scalar_one())


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
    return None if row is None else Waiting(row.sha, row.label, row.posture, row.user_id)


def answer(conn: Connection, sha: str, user: User, *, approve: bool, now: dt.datetime, by: str = "") -> bool:
    """Approve or deny; False when somebody has answered already, the time ran out, or it is another user's computer.

    The log names the user, or `by` where somebody else did it for them.
    """
    changed = conn.execute(
        sa.update(device_code)
        .where(
            device_code.c.sha == sha,
            device_code.c.state == "pending",
            device_code.c.expires_at > stamp(now),
            sa.or_(device_code.c.user_id.is_(None), device_code.c.user_id == user.id),
        )
        .values(state="approved" if approve else "denied", user_id=user.id)
    )
    done = changed.rowcount == 1
    what = "device approve" if approve else "device deny"
    audit.note(conn, what, user.id, who=by or user.id, outcome="ok" if done else "too late", now=now)
    return done


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
        if tokens.was_used(conn, row.device_id, row.generation):
            return "invalid_grant"
        return _issue(conn, row.sha, row.device_id, settings, now)
    if row.device_id is None:
        return _issue(conn, row.sha, _enrol(conn, row, row.user_id, now), settings, now)
    if _revoked(conn, row.device_id):
        return "access_denied"
    _enrol_as(conn, row, row.device_id, row.user_id, now)
    audit.note(conn, "device signed in again", row.device_id, who=row.user_id, now=now)
    return _issue(conn, row.sha, row.device_id, settings, now)


def _issue(conn: Connection, sha: str, device_id: str, settings: Settings, now: dt.datetime) -> tokens.Issued:
    tokens.replace_device_tokens(conn, device_id)
    issued = tokens.issue(conn, device_id, now, settings.access_seconds)
    conn.execute(
        sa.update(device_code)
        .where(device_code.c.sha == sha)
        .values(state="issued", device_id=device_id, generation=issued.generation)
    )
    return issued


def _revoked(conn: Connection, device_id: str) -> bool:
    return conn.execute(sa.select(device.c.revoked_at).where(device.c.id == device_id)).scalar_one_or_none() is not None


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _wait(conn: Connection, row: Row[tuple[object, ...]], now: dt.datetime) -> Refusal:
    hasty = row.polled_at is not None and stamp(now - dt.timedelta(seconds=row.pause)) < row.polled_at
    pause = row.pause + 5 if hasty else row.pause  # RFC 8628, 3.5
    conn.execute(sa.update(device_code).where(device_code.c.sha == row.sha).values(polled_at=stamp(now), pause=pause))
    return "slow_down" if hasty else "authorization_pending"


def _enrol(conn: Connection, row: Row[tuple[object, ...]], user_id: str, now: dt.datetime) -> str:
    device_id = str(uuid.uuid4())
    _enrol_as(conn, row, device_id, user_id, now)
    audit.note(conn, "device enrol", device_id, who=user_id, now=now)
    return device_id


def _enrol_as(conn: Connection, row: Row[tuple[object, ...]], device_id: str, user_id: str, now: dt.datetime) -> None:
    add_device(conn, device_id, user_id, row.label, now)
    insert_new_rows(conn, enrolment, [{"device_id": device_id, "posture": row.posture}])
