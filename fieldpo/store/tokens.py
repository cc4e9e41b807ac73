"""The device's bearer tokens and central's address: in the vault's meta table and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from fieldpo.store.database.meta import get_meta, put_meta


@dataclass(frozen=True)
class Tokens:
    """What stands for this device at central; never shown, never logged."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


def keep_tokens(connection: Connection, tokens: Tokens) -> None:
    """Keep a pair in place of the one before it."""
    put_meta(connection, "access_token", tokens.access)
    put_meta(connection, "refresh_token", tokens.refresh)


def tokens(connection: Connection) -> Tokens | None:
    """The pair, or None before enrolment or after the sign-in ended."""
    access, refresh = get_meta(connection, "access_token"), get_meta(connection, "refresh_token")
    return Tokens(access, refresh) if access and refresh else None


def keep_central(connection: Connection, url: str) -> None:
    """Keep central's address."""
    put_meta(connection, "central_url", url)


def central(connection: Connection) -> str:
    """Central's address; empty before enrolment."""
    return get_meta(connection, "central_url") or ""
