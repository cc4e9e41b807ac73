"""The OpenAPI 3.1 description of central, made from the wire types themselves."""

from __future__ import annotations

from typing import Any

import msgspec

from fieldpo import __version__
from fieldpo.central.accounts.sign_in_types import Device, DeviceAuthorization, OAuthError, TokenAnswer
from fieldpo.central.contract import openapi_operations, openapi_sign_in
from fieldpo.central.contract.openapi_parts import ANSWERS, answer, body, operation, problems
from fieldpo.sync.protocol import kinds  # noqa: F401 - declares the kinds
from fieldpo.sync.protocol.body import KINDS
from fieldpo.sync.protocol.exchange import (
    MAX_MISSING,
    MAX_OPS,
    MAX_PLACE,
    MAX_REQUEST_BYTES,
    PROTOCOL,
    MissingRequest,
    MissingResponse,
    Problem,
    SyncRequest,
    SyncResponse,
)
from fieldpo.sync.protocol.ops import MAX_OP_DEPTH, Edit, Op

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
    _, schemas = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    _tighten(schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "fieldpo central",
            "version": __version__,
            "description": (
                "What a device sends and what central answers. The text of an op is the frozen JSON of `Op`, nested "
                f"at most {MAX_OP_DEPTH} deep; its body is that of its kind: {', '.join(sorted(KINDS))}."
            ),
        },
        "paths": {
            **openapi_sign_in.paths(),
            "/v1/me": {"get": _me()},
            "/v1/sync": {"post": _sync()},
            "/v1/ops/missing": {"post": _missing()},
            **openapi_operations.paths(),
        },
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"device": {"type": "http", "scheme": "bearer"}},
        },
    }


def _tighten(schemas: dict[str, Any]) -> None:
    """What central asks of a request beyond its types."""
    place = {"minimum": 1, "maximum": MAX_PLACE - 1}
    sync = schemas["SyncRequest"]["properties"]
    sync["ops"]["maxItems"] = MAX_OPS
    sync["ops"]["items"]["prefixItems"][0] |= place
    sync["verdicts_after"] |= {"minimum": 1 - MAX_PLACE, "maximum": MAX_PLACE - 1}
    schemas["AuditRow"]["properties"]["n"] |= place
    schemas["AuditRow"]["properties"]["hash"]["maxLength"] = 64
    missing = schemas["MissingRequest"]["properties"]
    missing["op_ids"]["maxItems"] = MAX_MISSING
    missing["superseded"]["maxProperties"] = MAX_MISSING


def _me() -> dict[str, Any]:
    made = operation("Whose device this is", answer("Done", "Device"))
    made["responses"] |= problems(401, 503)
    return _secured(made)


def _sync() -> dict[str, Any]:
    made = operation("One exchange", _packed("SyncResponse"))
    made["description"] = (
        f"At most {MAX_OPS} ops, or {MAX_REQUEST_BYTES} bytes of them before compression; gzip in both directions, "
        "zstd where an answer's Accept-Encoding names it. `device` must be the token's."
    )
    made["requestBody"] = body("SyncRequest")
    return _exchanged(made)


def _missing() -> dict[str, Any]:
    made = operation("Which ops central lacks after a restore", _packed("MissingResponse"))
    made["requestBody"] = body("MissingRequest")
    return _exchanged(made)


def _packed(schema: str) -> dict[str, Any]:
    headers = {
        "Fieldpo-Protocol": {"required": True, "schema": {"const": PROTOCOL}},
        "Accept-Encoding": {
            "description": "The codings that central reads besides identity: what the next request may come in.",
            "schema": {"type": "string"},
        },
    }
    return answer("Done; compressed where it is large and the device takes it so", schema, headers=headers)


def _exchanged(made: dict[str, Any]) -> dict[str, Any]:
    made["parameters"] = [
        {
            "name": "Fieldpo-Protocol",
            "in": "header",
            "required": True,
            "description": f"{PROTOCOL}; a device that sends less gets its verdicts, and instead of changes `upgrade`.",
            "schema": {"type": "string", "pattern": f"^[0-{PROTOCOL}]$"},
        },
        {"name": "Content-Encoding", "in": "header", "schema": {"enum": ["identity", "gzip", "zstd"]}},
    ]
    made["responses"] |= problems(*ANSWERS)
    return _secured(made)


def _secured(made: dict[str, Any]) -> dict[str, Any]:
    return made | {"security": [{"device": []}]}
