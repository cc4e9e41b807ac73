"""Enrolled devices as an administrator sees them, their revocation, and its end."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldpo.central.accounts.tokens import end_device_tokens
from fieldpo.central.books import audit
from fieldpo.central.books.auth_tables import app_user, enrolment
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.tables import device
from fieldpo.errors import NotFound


def all_devices(conn: Connection) -> list[dict[str, str | bool | None]]:
    """Every device with its user, newest first."""
    query = (
        sa.select(device, app_user.c.login, enrolment.c.posture)
        .join(app_user, app_user.c.user_id == device.c.user_id, isouter=True)
        .join(enrolment, enrolment.c.device_id == device.c.id, isouter=True)
        .order_by(device.c.enrolled_at.desc(), device.c.id)
    )
    return [
        {
            "device_id": row.id,
            "label": row.name,
            "login": row.login,
            "posture": row.posture,
            "enrolled_at": row.enrolled_at,
            "seen_at": row.seen_at,
            "revoked_at": row.revoked_at,
        }
        for row in conn.execute(query)
    ]


def restore(conn: Connection, device_id: str) -> None:
    """Let a revoked device sign in again; it gets no token by this. Raises NotFound."""
    changed = conn.execute(sa.update(device).where(device.c.id == device_id).values(revoked_at=None))
    if changed.rowcount == 0:
        raise NotFound("There is no such device; see `fieldpo central device list`. Nothing was changed.")
    audit.note(conn, "device restore", device_id)


def revoke(conn: Connection, device_id: str, now: dt.datetime) -> None:
    """Refuse a device from now on; its tokens end with the commit. Raises NotFound."""
    changed = conn.execute(
        sa.update(device)
        .where(device.c.id == device_id)
        .values(revoked_at=sa.func.coalesce(device.c.revoked_at, stamp(now)))
    )
    if changed.rowcount == 0:
        raise NotFound("There is no such device; see `fieldpo central device list`. Nothing was changed.")
    end_device_tokens(conn, device_id)
    audit.note(conn, "device revoke", device_id, now=now)
