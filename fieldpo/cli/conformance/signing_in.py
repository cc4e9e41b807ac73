"""How the run gets its test devices: tokens that it is given, or codes that somebody approves."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from fieldpo.cli.conformance.device import Device
from fieldpo.cli.conformance.wire import Server
from fieldpo.errors import BadInput, CentralRefused, SignInNeeded
from fieldpo.plain import clean

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_PASSING = ("authorization_pending", "slow_down")


class _Me(msgspec.Struct):
    device_id: str
    user_id: str


class _Asked(msgspec.Struct):
    device_code: str
    user_code: str
    verification_uri: str
    expires_in: int
    interval: int


class _Answer(msgspec.Struct):
    access_token: str = ""
    error: str = ""


def read_token(file: Path) -> str:
    """An access token from a file: the token alone, or the JSON in which it came. Raises BadInput."""
    try:
        text = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadInput(f"The token file {file} cannot be read. Nothing was sent.") from wrong
    if text.startswith("{"):
        try:
            text = msgspec.json.decode(text, type=_Answer).access_token
        except msgspec.DecodeError as wrong:
            raise BadInput(f"The token file {file} holds neither a token nor the answer that brought one.") from wrong
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise BadInput(f"The token file {file} holds no token. Nothing was sent.")
    return text


def device(server: Server, token: str, whose: str) -> Device:
    """The device that a token is of. Raises SignInNeeded where the server does not take it, CentralRefused else."""
    came = server.ask("GET", "/v1/me", {"Authorization": f"Bearer {token}"})
    if came.status == 401:
        raise SignInNeeded(f"The server does not take the token of {whose}. Nothing was changed.")
    try:
        me = msgspec.json.decode(came.body, type=_Me)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise CentralRefused(f"GET /v1/me does not tell whose token it is, {whose}: {came.status}.") from wrong
    return Device(server, token, me.device_id, me.user_id)


def by_code(server: Server, whose: str, say: Callable[[str], None]) -> Device:
    """A new device, once somebody has approved its code. Raises SignInNeeded where nobody does, CentralRefused else."""
    form = {"label": f"conformance, {whose}", "posture": "passphrase"}
    came = server.ask("POST", "/oauth/device_authorization", {}, data=form)
    try:
        asked = msgspec.json.decode(came.body, type=_Asked)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise CentralRefused(f"The server gives no code to sign in with: {came.status}.") from wrong
    say(f"As {whose}: open {clean(asked.verification_uri)}, sign in, and approve {clean(asked.user_code)}")
    pause, end = asked.interval, time.monotonic() + asked.expires_in
    while time.monotonic() < end:
        answer = _poll(server, asked.device_code)
        if answer.access_token:
            return device(server, answer.access_token, whose)
        if answer.error not in _PASSING:
            raise SignInNeeded(f"The code for {whose} was not approved: {clean(answer.error)}. Nothing was changed.")
        pause += 5 if answer.error == "slow_down" else 0
        time.sleep(max(pause, 0))
    raise SignInNeeded(f"Nobody approved the code for {whose} in time. Nothing was changed.")


def _poll(server: Server, code: str) -> _Answer:
    came = server.ask("POST", "/oauth/token", {}, data={"grant_type": GRANT, "device_code": code})
    try:
        return msgspec.json.decode(came.body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise CentralRefused(f"POST /oauth/token is not answered in JSON: {came.status}.") from wrong
