"""The description's chapter on signing in: the device flow, and the page on which an officer approves a code."""

from __future__ import annotations

from typing import Any

from fieldpo.central.contract.openapi_parts import JSON, PROBLEM, RETRY_AFTER, answer, form, operation, problems, ref

_TEXT = {"type": "string"}
_PAGE = {"text/html": {"schema": _TEXT}}


def paths() -> dict[str, Any]:
    """The endpoints by which a device signs in, and the forms of the page."""
    return {
        "/oauth/device_authorization": {"post": _device_authorization()},
        "/oauth/token": {"post": _token()},
        "/device": {"get": _show()},
        "/device/style.css": {"get": operation("The page's style", answer("Done", _TEXT, media="text/css"))},
        "/device/sign-in": {"post": _sign_in()},
        "/device/code": {"post": _form("Which computer waits with a code", {"user_code": _TEXT}, "422")},
        "/device/answer": {"post": _answer()},
        "/device/sign-out": {"post": _sign_out()},
    }


def _device_authorization() -> dict[str, Any]:
    made = operation("Ask for a code (RFC 8628)", answer("Done", "DeviceAuthorization"))
    made["requestBody"] = form(
        {
            "label": {"type": "string", "description": "The computer's name for its officer; cut after 80 characters"},
            "posture": {
                "enum": ["keyring", "passphrase", ""],
                "description": "How the device keeps its vault; passphrase where it is left out",
            },
            "device_id": {"type": "string", "description": "Of a device that signs in again"},
            "refresh_token": {"type": "string", "description": "With device_id: the last one that it was given"},
        },
        [],
    )
    made["responses"]["400"] = _refused("invalid_request", "invalid_grant", "access_denied")
    made["responses"]["429"] = answer("Too many codes of this address wait", _error("slow_down"), headers=RETRY_AFTER)
    made["responses"] |= _unavailable("temporarily_unavailable")
    return made


def _token() -> dict[str, Any]:
    made = operation(
        "Tokens for an approved code, or the next tokens for a refresh token", answer("Done", "TokenAnswer")
    )
    made["requestBody"] = form(
        {
            "grant_type": {"enum": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]},
            "device_code": _TEXT,
            "refresh_token": _TEXT,
        },
        ["grant_type"],
    )
    made["responses"]["400"] = _refused(
        "authorization_pending",
        "slow_down",
        "access_denied",
        "expired_token",
        "invalid_grant",
        "invalid_request",
        "unsupported_grant_type",
    )
    made["responses"] |= problems(503)
    return made


def _refused(*codes: str) -> dict[str, Any]:
    return answer("An OAuth error (RFC 6749, 5.2)", _error(*codes))


def _error(*codes: str) -> dict[str, Any]:
    return {**ref("OAuthError"), "properties": {"error": {"enum": [*codes]}}}


def _unavailable(code: str) -> dict[str, Any]:
    """503 comes from the rule on codes that wait, or from the database."""
    problem = problems(503)["503"]["content"][PROBLEM]["schema"]
    content = {JSON: {"schema": _error(code)}, PROBLEM: {"schema": problem}}
    return {"503": {"description": "Too many codes wait, or as elsewhere", "content": content, "headers": RETRY_AFTER}}


def _page(text: str) -> dict[str, Any]:
    return {"description": text, "content": _PAGE}


def _show() -> dict[str, Any]:
    made: dict[str, Any] = {"summary": "The page where an officer approves a computer", "responses": {}}
    made["parameters"] = [{"name": "user_code", "in": "query", "schema": _TEXT}]
    made["responses"] = {"200": _page("To sign in, or to type a code"), **problems(503)}
    return made


def _form(summary: str, properties: dict[str, Any], *more: str) -> dict[str, Any]:
    """A form of a signed-in officer's page."""
    also = {"409": "Answered already", "422": "Not understood: the page says why", "429": "Too many tries"}
    return {
        "summary": summary,
        "requestBody": form({**properties, "csrf": _TEXT}, []),
        "responses": {
            "200": _page("Done"),
            "400": _page("A form that cannot be read"),
            "403": _page("Not signed in, or a form of another site"),
            **{status: _page(also[status]) for status in more},
            **problems(503),
        },
    }


def _sign_in() -> dict[str, Any]:
    made = _form("An officer signs in", {"login": _TEXT, "password": _TEXT, "user_code": _TEXT}, "429")
    made["responses"]["303"] = {"description": "Signed in: on to /device"}
    del made["responses"]["200"]
    return made


def _answer() -> dict[str, Any]:
    fields = {"user_code": _TEXT, "answer": {"enum": ["approve", "deny"]}}
    return _form("Approve or deny a computer", fields, "409", "422")


def _sign_out() -> dict[str, Any]:
    made = _form("The officer leaves", {})
    made["responses"]["303"] = {"description": "Back to /device"}
    del made["responses"]["200"]
    return made
