"""What the chapters of the OpenAPI description are put together from."""

from __future__ import annotations

from typing import Any

JSON = "application/json"
PROBLEM = "application/problem+json"

ANSWERS: dict[int, tuple[str, ...]] = {
    400: ("protocol", "bad-request", "content-encoding"),
    401: ("sign-in-needed",),
    413: ("too-large",),
    415: ("content-type", "content-encoding"),
    503: ("unavailable",),
}
"""Every status below `/v1/` but 200, with the types of its problem documents."""

_MEANING = {
    400: "The contract was broken",
    401: "Sign in again",
    413: "More than a request may be",
    415: "A form that central does not read",
    503: "Central cannot read or store anything now",
}

RETRY_AFTER = {"Retry-After": {"required": True, "schema": {"type": "string", "pattern": "^[0-9]{1,5}$"}}}
"""Seconds, never a date."""


def operation(summary: str, done: dict[str, Any]) -> dict[str, Any]:
    """An operation that answers 200."""
    return {"summary": summary, "responses": {"200": done}}


def answer(
    text: str, schema: str | dict[str, Any], *, media: str = JSON, headers: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A response: of a named schema, or of the one given."""
    found = ref(schema) if isinstance(schema, str) else schema
    made: dict[str, Any] = {"description": text, "content": {media: {"schema": found}}}
    if headers:
        made["headers"] = headers
    return made


def problems(*statuses: int) -> dict[str, Any]:
    """The problem documents of these statuses."""
    return {str(status): _problem(status) for status in statuses}


def ref(name: str) -> dict[str, Any]:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def body(name: str) -> dict[str, Any]:
    """A request's JSON body."""
    return {"required": True, "content": {JSON: {"schema": ref(name)}}}


def form(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """A request's form. Fields that central does not know are passed over."""
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


def _problem(status: int) -> dict[str, Any]:
    schema = {**ref("Problem"), "properties": {"type": {"enum": list(ANSWERS[status])}}}
    headers: dict[str, Any] | None = None
    if status == 401:
        headers = {"WWW-Authenticate": {"required": True, "schema": {"type": "string", "pattern": "^Bearer "}}}
    if status == 503:
        headers = RETRY_AFTER
    return answer(_MEANING[status], schema, media=PROBLEM, headers=headers)
