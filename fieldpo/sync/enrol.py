"""Enrolment: the device flow (RFC 8628), the vault made from what central answers, and the first load.

The officer signs in with a browser, on whatever computer, and types the code that this one shows.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import msgspec
from sqlalchemy import Connection

from fieldpo import plain
from fieldpo.errors import CentralRefused, Offline
from fieldpo.store import partitions, tokens
from fieldpo.store.database.migrations import migrate
from fieldpo.store.steps import ALONE
from fieldpo.store.tokens import Tokens
from fieldpo.store.vault import Vault, create_vault
from fieldpo.sync.client import TOKEN_PATH, Client
from fieldpo.sync.effects import Answer, Fault
from fieldpo.sync.protocol.body import Id
from fieldpo.sync.receipt import Progress, Receipt
from fieldpo.sync.runner import quiet, sync_once
from fieldpo.sync.transport import Transport

AUTHORIZATION_PATH = "/oauth/device_authorization"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SLOWER = 5.0
"""Seconds added to the pause when central asks to slow down (RFC 8628, 3.5)."""

PATIENCE = 10
"""Faults of the network in a row that waiting for the officer outlives."""


class Code(msgspec.Struct, frozen=True):
    """What the officer types where (RFC 8628, 3.2); times in seconds. `device_code` is this computer's secret.

    What is out of reason here is no central's: a pause of years, a code that fills the screen.
    """

    device_code: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]
    user_code: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    verification_uri: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    expires_in: Annotated[float, msgspec.Meta(gt=0, le=3_600)]
    verification_uri_complete: Annotated[str, msgspec.Meta(max_length=600)] = ""
    interval: Annotated[float, msgspec.Meta(ge=0, le=60)] = 5.0


class Enrolled(msgspec.Struct, frozen=True):
    """The officer's answer: whose device this is now, with its tokens."""

    access_token: str
    refresh_token: str
    device_id: Id
    user_id: Id
    training: bool
    user_name: str = ""
    user_title: str = ""
    granted: list[str] = []

    def __repr__(self) -> str:
        """Without the tokens."""
        return f"Enrolled(user_id={self.user_id!r}, device_id={self.device_id!r})"


class _Refused(msgspec.Struct, frozen=True):
    error: str


@dataclass(frozen=True)
class Waiting:
    """How to wait for the officer: the pause, and a clock of seconds; tests hand in their own."""

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = field(default=time.monotonic)


def ask(transport: Transport, *, with_keyring: bool) -> Code:
    """Ask central for a code. Raises `Offline`, or `CentralRefused` where that is no central."""
    return _code(_answered(transport.form(AUTHORIZATION_PATH, _words(with_keyring=with_keyring))))


def ask_again(vault: Vault, transport: Transport, *, with_keyring: bool) -> Code:
    """Ask central for a code by which this vault's device signs in again. Raises `Offline`, `CentralRefused`."""
    with vault.reading() as connection:
        pair = tokens.tokens(connection)
    words = {"device_id": vault.identity.device_id, "refresh_token": pair.refresh if pair else ""}
    reply = transport.form(AUTHORIZATION_PATH, _words(with_keyring=with_keyring) | words)
    if isinstance(reply, Fault):
        raise Offline(f"Central was not reached: {reply.reason}. Every entry is kept here. Try again later.")
    if reply.status == 400:
        raise CentralRefused(_NOT_AGAIN.get(_error(reply), _NOT_SIGNED_IN))
    return _code(reply)


def sign_in_again(vault: Vault, transport: Transport, code: Code, waiting: Waiting | None = None) -> None:
    """Wait until the officer has approved, and keep the new tokens. Raises `CentralRefused`, `Offline`."""
    try:
        enrolled = wait(transport, code, waiting)
    except CentralRefused as error:
        raise CentralRefused(error.message.replace("Nothing was made here", "Every entry is kept here")) from None
    if (enrolled.device_id, enrolled.user_id) != (vault.identity.device_id, vault.identity.user_id):
        raise CentralRefused("Central signed in another computer than this one. Every entry is kept here.")
    with vault.writing() as connection:
        tokens.keep_tokens(connection, Tokens(enrolled.access_token, enrolled.refresh_token))


def _words(*, with_keyring: bool) -> dict[str, str]:
    return {
        "label": plain.clean(platform.node()) or "a computer",
        "posture": "keyring" if with_keyring else "passphrase",
    }


def _code(answer: Answer) -> Code:
    if answer.status in (429, 503):
        raise Offline("Central is busy: too many computers wait for their code. Try again in a minute.")
    try:
        code = msgspec.json.decode(answer.body, type=Code)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CentralRefused("What answers at that address is not a fieldpo central. Check the address.") from None
    return msgspec.structs.replace(
        code, user_code=plain.clean(code.user_code), verification_uri=plain.clean(code.verification_uri)
    )


def wait(transport: Transport, code: Code, waiting: Waiting | None = None) -> Enrolled:
    """Wait until the officer has approved. Raises `CentralRefused` on a no or when the code ran out, `Offline`."""
    waiting = waiting or Waiting()
    ends = waiting.clock() + code.expires_in
    pause, faults = code.interval, 0
    while waiting.clock() < ends:
        waiting.sleep(pause)
        reply = transport.form(TOKEN_PATH, {"grant_type": DEVICE_GRANT, "device_code": code.device_code})
        if isinstance(reply, Fault) or reply.status >= 500:
            faults += 1
            if faults >= PATIENCE:
                raise Offline("Central stopped answering, and nothing was changed here. Run it again.")
            continue
        faults = 0
        if reply.status == 200:
            return _enrolled(reply)
        refused = _error(reply)
        if refused == "slow_down":
            pause += SLOWER
        elif refused != "authorization_pending":
            raise CentralRefused(_REFUSALS.get(refused, _NOT_ENROLLED))
    raise CentralRefused(_REFUSALS["expired_token"])


_NOT_ENROLLED = "Central did not enrol this computer. Nothing was made here. Ask your administrator."
_NOT_SIGNED_IN = "Central did not sign this computer in. Every entry is kept here. Ask your administrator."
_NOT_AGAIN = {
    "invalid_grant": "Central does not know this computer's last sign-in. Every entry is kept here. "
    "Ask your administrator.",
    "access_denied": "Your agency has revoked this computer or your sign-in. Every entry is kept here. "
    "Ask your administrator, who can restore it.",
}
_REFUSALS = {
    "expired_token": "The code ran out before it was approved. Nothing was made here. Run fieldpo enroll again.",
    "access_denied": "The code was denied. Nothing was made here. Ask your administrator if that was not you.",
}


def make_vault(folder: Path, passphrase: str, url: str, enrolled: Enrolled) -> Vault:
    """The officer's vault with its tokens, in one transaction. Raises as `store.vault.create_vault`."""

    def begin(connection: Connection) -> None:
        migrate(connection)
        if tokens.tokens(connection) is None:
            tokens.keep_central(connection, url)
            tokens.keep_tokens(connection, Tokens(enrolled.access_token, enrolled.refresh_token))
            for partition_id in enrolled.granted:
                partitions.grant(connection, partition_id)

    return create_vault(
        folder,
        passphrase,
        user_id=enrolled.user_id,
        device_id=enrolled.device_id,
        training=enrolled.training,
        migrate=begin,
        author_name=plain.clean(enrolled.user_name),
        author_title=plain.clean(enrolled.user_title),
    )


def first_load(vault: Vault, client: Client, progress: Callable[[Progress], None] = quiet) -> Receipt:
    """Pull everything, in larger writes than usual. Broken off, the next sync goes on from where it was."""
    return sync_once(vault, client, progress, pace=ALONE)


def _answered(reply: Answer | Fault) -> Answer:
    if isinstance(reply, Fault):
        raise Offline(f"Central was not reached: {reply.reason}. Nothing was made here. Check address and network.")
    return reply


def _enrolled(reply: Answer) -> Enrolled:
    try:
        enrolled = msgspec.json.decode(reply.body, type=Enrolled)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CentralRefused(_NOT_ENROLLED) from None
    if plain.has_controls(enrolled.device_id + enrolled.user_id):  # both are shown before the vault is opened
        raise CentralRefused(_NOT_ENROLLED)
    return enrolled


def _error(reply: Answer) -> str:
    try:
        return msgspec.json.decode(reply.body, type=_Refused).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
