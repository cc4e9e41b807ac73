"""The device flow, as far as it goes without anybody who approves."""

from __future__ import annotations

from typing import Any

import msgspec

from fieldpo.cli.conformance.clause import Unmet, clause
from fieldpo.cli.conformance.trial import Trial
from fieldpo.cli.conformance.wire import Came

SIGN_IN = "Signing a device in"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def _read(came: Came) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(came.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Unmet("Signing in is answered in JSON", "an object", str(wrong)) from wrong
    if not isinstance(found, dict):
        raise Unmet("Signing in is answered in JSON", "an object", found)
    return found


def _form(t: Trial, path: str, **words: str) -> tuple[int, dict[str, Any]]:
    came = t.server.ask("POST", path, {}, data=words)
    t.expect("Cache-Control", "no-store", came.headers.get("cache-control"))
    return came.status, _read(came)


@clause("sign-in.code", "A device that asks gets two codes, an address, a time and a pause", SIGN_IN)
def code(t: Trial) -> None:
    status, told = _form(t, "/oauth/device_authorization", label="a conformance run", posture="passphrase")
    t.expect("The status", 200, status)
    wanted = {"device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval"}
    t.expect("What is missing", set(), wanted - told.keys())


@clause(
    "sign-in.pending",
    "Before it is approved, a code is answered `authorization_pending`",
    SIGN_IN,
    needs=("sign-in.code",),
)
def pending(t: Trial) -> None:
    _, told = _form(t, "/oauth/device_authorization", label="a conformance run", posture="keyring")
    status, answer = _form(t, "/oauth/token", grant_type=GRANT, device_code=told["device_code"])
    t.expect("status and error", (400, "authorization_pending"), (status, answer.get("error")))


@clause("sign-in.unknown", "Codes and tokens that the server never gave are answered `invalid_grant`", SIGN_IN)
def unknown(t: Trial) -> None:
    for words in (
        {"grant_type": GRANT, "device_code": "never-given"},
        {"grant_type": "refresh_token", "refresh_token": "never-given"},
    ):
        status, answer = _form(t, "/oauth/token", **words)
        t.expect("status and error", (400, "invalid_grant"), (status, answer.get("error")))


@clause("sign-in.posture", "A posture that the contract does not have is answered `invalid_request`", SIGN_IN)
def posture(t: Trial) -> None:
    status, answer = _form(t, "/oauth/device_authorization", label="a conformance run", posture="trust me")
    t.expect("status and error", (400, "invalid_request"), (status, answer.get("error")))
