"""This device at central: exchanges with its bearer token, and new tokens for old ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from fieldpo.errors import NeedsAttention, SignInNeeded
from fieldpo.store import tokens
from fieldpo.store.tokens import Tokens
from fieldpo.store.vault import Vault
from fieldpo.sync.effects import Answer, Fault, Post, Refreshed, nothing
from fieldpo.sync.protocol.exchange import PROTOCOL
from fieldpo.sync.transport import Transport

TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path


class NewTokens(msgspec.Struct, frozen=True):
    """What central's token endpoint answers (RFC 6749, 5.1)."""

    access_token: str
    refresh_token: str


class Client:
    """The vault's device at its central. Tokens are read from the vault and written to it, nowhere else."""

    def __init__(self, vault: Vault, transport: Transport) -> None:
        self._vault = vault
        self._transport = transport

    def post(self, effect: Post, gone: Callable[[], None] = nothing) -> Answer | Fault:
        """Send one exchange; `gone` is told when it has gone out whole, or could not."""
        with self._vault.reading() as connection:
            pair = tokens.tokens(connection)
        headers = {
            "Authorization": f"Bearer {pair.access if pair else ''}",
            "Fieldpo-Protocol": PROTOCOL,
            "Content-Type": "application/json",
            "Content-Encoding": effect.coding,
        }
        return self._transport.post(effect.path, effect.body, headers, effect.deadline, gone)

    def refresh(self) -> Refreshed | Fault:
        """Use the refresh token; the new pair is in the vault before it is used."""
        with self._vault.reading() as connection:
            pair = tokens.tokens(connection)
        if pair is None:
            return Refreshed.ENDED
        answer = self._transport.form(TOKEN_PATH, {"grant_type": "refresh_token", "refresh_token": pair.refresh})
        if isinstance(answer, Fault):
            return answer
        if answer.status in (400, 401):
            return Refreshed.ENDED
        if answer.status != 200:
            return Fault("central gave no new token", reached=True)
        try:
            fresh = msgspec.json.decode(answer.body, type=NewTokens)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Fault("what answered is not central", reached=True)
        with self._vault.writing() as connection:
            tokens.keep_tokens(connection, Tokens(fresh.access_token, fresh.refresh_token))
        return Refreshed.FRESH

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def open_client(vault: Vault, ca: Path | None = None) -> Client:
    """A client for the central that the vault is enrolled with.

    Raises `SignInNeeded` where it has no tokens, `NeedsAttention` where it knows no central.
    """
    with vault.reading() as connection:
        url, pair = tokens.central(connection), tokens.tokens(connection)
    if not url:
        raise NeedsAttention("This vault knows no central. Every entry is kept; enrol again with fieldpo enroll URL.")
    if pair is None:
        raise SignInNeeded("The sign-in has ended. Every entry is kept here; sign in again with fieldpo enroll.")
    return Client(vault, Transport(url, ca))
