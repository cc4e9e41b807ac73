"""The OpenAPI 3.1 description of central, made from the wire types themselves."""

from __future__ import annotations

from typing import Any

import msgspec

from fieldpo import __version__
from fieldpo.central.sign_in_types import Device, DeviceAuthorization, OAuthError, TokenAnswer
from fieldpo.sync.protocol import kinds  # noqa: F401 - declares the kinds
from fieldpo.sync.protocol.body import KINDS
from fieldpo.sync.protocol.exchange import (
    MAX_OPS,
    MAX_REQUEST_BYTES,
    PROTOCOL,
    MissingRequest,
    MissingResponse,
    Problem,
    SyncRequest,
    SyncResponse,
)
from fieldpo.sync.protocol.ops import Edit, Op

_WIRE: tuple[type[msgspec.Struct], ...] = (
    SyncRequest,
    SyncResponse,
    MissingRequest,
    MissingResponse,
    Problem,
    Op,
    Edit,
    DeviceAuthorization,
    TokenAnswer,
    Device,
    OAuthError,
)


def description() -> dict[str, Any]:
    """The whole description, as JSON values."""
    types = [*_WIRE, *(kind.body for kind in KINDS.values())]
    _, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "fieldpo central",
            "version": __version__,
            "description": (
                "What a device sends and what central answers. The text of an op is the frozen JSON of `Op`; "
                f"its body is that of its kind: {', '.join(sorted(KINDS))}."
            ),
        },
        "paths": {
            "/oauth/device_authorization": {"post": _device_authorization()},
            "/oauth/token": {"post": _token()},
            "/v1/me": {"get": _operation("Whose device this is", "Device", secured=True)},
            "/v1/sync": {"post": _sync()},
            "/v1/ops/missing": {"post": _missing()},
        },
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {"device": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(summary: str, answer: str, *, secured: bool = False) -> dict[str, Any]:
    responses: dict[str, Any] = {"200": _response("Done", answer)}
    operation: dict[str, Any] = {"summary": summary, "responses": responses}
    if secured:
        operation["security"] = [{"device": []}]
        responses["401"] = _response("Sign in again", "Problem", media="application/problem+json")
    return operation


def _response(text: str, schema: str, *, media: str = "application/json") -> dict[str, Any]:
    return {"description": text, "content": {media: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


def _form(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


def _device_authorization() -> dict[str, Any]:
    operation = _operation("Ask for a code (RFC 8628)", "DeviceAuthorization")
    operation["requestBody"] = _form(
        {
            "client_id": {"type": "string"},
            "label": {"type": "string", "maxLength": 80, "description": "The computer's name for its officer"},
            "posture": {"enum": ["keyring", "passphrase"], "description": "How the device keeps its vault"},
        },
        ["label", "posture"],
    )
    operation["responses"]["503"] = _response("Too many codes wait", "OAuthError")
    return operation


def _token() -> dict[str, Any]:
    operation = _operation("Tokens for an approved code, or the next tokens for a refresh token", "TokenAnswer")
    operation["requestBody"] = _form(
        {
            "grant_type": {"enum": ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]},
            "client_id": {"type": "string"},
            "device_code": {"type": "string"},
            "refresh_token": {"type": "string"},
        },
        ["grant_type"],
    )
    operation["responses"]["400"] = _response(
        "authorization_pending, slow_down, access_denied, expired_token, invalid_grant", "OAuthError"
    )
    return operation


def _missing() -> dict[str, Any]:
    operation = _operation("Which ops central lacks after a restore", "MissingResponse", secured=True)
    operation["parameters"] = [
        {"name": "Fieldpo-Protocol", "in": "header", "required": True, "schema": {"const": PROTOCOL}}
    ]
    operation["requestBody"] = {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/MissingRequest"}}},
    }
    return operation


def _sync() -> dict[str, Any]:
    operation = _operation("One exchange", "SyncResponse", secured=True)
    operation["description"] = f"At most {MAX_OPS} ops or {MAX_REQUEST_BYTES} bytes; gzip in both directions."
    operation["parameters"] = [
        {"name": "Fieldpo-Protocol", "in": "header", "required": True, "schema": {"const": PROTOCOL}}
    ]
    operation["requestBody"] = {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SyncRequest"}}},
    }
    return operation
