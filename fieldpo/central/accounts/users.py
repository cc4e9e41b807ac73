"""Who may sign in: users, each standing for one officer record of the agency's partition."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from fieldpo.central.accounts import throttling
from fieldpo.central.accounts.passwords import hash_password, verify_password
from fieldpo.central.books import audit
from fieldpo.central.books.auth_tables import app_user
from fieldpo.central.books.database import writing
from fieldpo.central.books.moments import stamp
from fieldpo.central.books.rows import insert_rows
from fieldpo.central.office.officers import add_officer, change_title, officer_of
from fieldpo.errors import BadInput, NotFound
from fieldpo.plain import clean
from fieldpo.sync.protocol.kinds import Officer


@dataclass(frozen=True)
class User:
    """A user with the name and title that their officer record holds."""

    id: str
    login: str
    name: str
    title: str
    role: str = "officer"
    disabled: bool = False


def add_user(
    conn: Connection,
    login: str,
    password: str,
    *,
    name: str = "",
    title: str = "",
    role: str = "officer",
    officer_id: str = "",
    now: dt.datetime,
) -> User:
    """A new user, with an officer record and a caseload of their own unless `officer_id` names an imported officer.

    Raises BadInput for a login that is taken or a poor password, NotFound for an officer that is not there.
    """
    word = _login(login)
    if conn.execute(sa.select(app_user.c.user_id).where(app_user.c.login == word)).one_or_none():
        raise BadInput(f"There is a user {word} already; choose another name. Nothing was changed.")
    if officer_id:
        if officer_of(conn, officer_id) is None:
            raise NotFound(f"There is no officer {officer_id}; see `fieldpo central user list --officers`.")
        if conn.execute(sa.select(app_user.c.login).where(app_user.c.user_id == officer_id)).one_or_none():
            raise BadInput("That officer has a user already. Nothing was changed.")
    hashed = hash_password(password, word)
    user_id = officer_id or str(uuid.uuid4())
    if not officer_id:
        add_officer(conn, user_id, clean(name) or word, title=clean(title), role=role, now=now)
    insert_rows(
        conn,
        app_user,
        [
            {
                "user_id": user_id,
                "login": word,
                "password": hashed,
                "created_at": stamp(now),
                "disabled_at": None,
            }
        ],
    )
    audit.note(conn, "user add", user_id, now=now)
    return _user(conn, user_id, word)


def sign_in(engine: Engine, login: str, password: str, now: dt.datetime) -> User | None:
    """The user, or None: unknown, wrong password, disabled, or resting after five failures.

    Each try counts as a failure before the password is looked at, so that tries at the same moment are no way
    around the limit, and the slow check holds no lock.
    """
    word = clean(login).casefold()[:200]
    bucket = f"password {word}"
    with writing(engine) as conn:
        row = conn.execute(sa.select(app_user).where(app_user.c.login == word)).one_or_none()
        # Never the word itself where there is no such user: it may be a password typed in the wrong field.
        who = row.user_id if row else "unknown"
        if throttling.is_blocked(conn, bucket, now):
            audit.note(conn, "sign-in", who=who, outcome="resting", now=now)
            return None
        throttling.count_failure(conn, bucket, now)
    good = verify_password(password, row.password if row else None)
    if row is None or not good or row.disabled_at is not None:
        with writing(engine) as conn:
            outcome = "disabled" if row is not None and good else "failed"
            audit.note(conn, "sign-in", who=who, outcome=outcome, now=now)
        return None
    with writing(engine) as conn:
        audit.note(conn, "sign-in", who=who, now=now)
        throttling.forget_failures(conn, bucket)
        return user_of(conn, row.user_id)


def set_password(conn: Connection, login: str, password: str) -> None:
    """A new password; failures so far are forgotten. Raises NotFound, and BadInput for a poor password."""
    user = user_named(conn, login)
    hashed = hash_password(password, user.login)
    conn.execute(sa.update(app_user).where(app_user.c.user_id == user.id).values(password=hashed))
    audit.note(conn, "user password", user.id)
    throttling.forget_failures(conn, f"password {user.login}")


def set_title(conn: Connection, login: str, title: str, *, now: dt.datetime) -> User:
    """Another title for the user's officer. Raises NotFound, and BadInput for a title that does not fit."""
    user = user_named(conn, login)
    change_title(conn, user.id, title, now=now)
    audit.note(conn, "user title", user.id, now=now)
    return user_named(conn, login)


def disable_user(conn: Connection, login: str, *, disabled: bool, now: dt.datetime) -> None:
    """End or restore a user's access; a disabled user's devices are refused at once. Raises NotFound."""
    user = user_named(conn, login)
    value = stamp(now) if disabled else None
    conn.execute(sa.update(app_user).where(app_user.c.user_id == user.id).values(disabled_at=value))
    audit.note(conn, "user disable" if disabled else "user enable", user.id, now=now)


def user_named(conn: Connection, login: str) -> User:
    """The user of that login. Raises NotFound."""
    row = conn.execute(sa.select(app_user).where(app_user.c.login == clean(login).casefold())).one_or_none()
    if row is None:
        raise NotFound(f"There is no user {clean(login)}; see `fieldpo central user list`.")
    return _user(conn, row.user_id, row.login, disabled=row.disabled_at is not None)


def user_of(conn: Connection, user_id: str) -> User | None:
    """The user of that id, unless disabled or unknown."""
    row = conn.execute(
        sa.select(app_user).where(app_user.c.user_id == user_id, app_user.c.disabled_at.is_(None))
    ).one_or_none()
    return None if row is None else _user(conn, row.user_id, row.login)


def all_users(conn: Connection) -> list[User]:
    """Every user, by login."""
    rows = conn.execute(sa.select(app_user).order_by(app_user.c.login)).all()
    return [_user(conn, row.user_id, row.login, disabled=row.disabled_at is not None) for row in rows]


def _user(conn: Connection, user_id: str, login: str, *, disabled: bool = False) -> User:
    officer = officer_of(conn, user_id) or Officer(name=login)
    return User(user_id, login, officer.name, officer.title, officer.role, disabled)


def _login(login: str) -> str:
    word = clean(login).casefold()
    if not word or len(word) > 100 or " " in word:
        raise BadInput("A user's name for signing in is one word of at most 100 characters. Nothing was changed.")
    return word
