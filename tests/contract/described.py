"""Requests that schemathesis makes from the OpenAPI description, and what each answer is held against.

Every request is made twice over: as the description allows it, and with something in it that it does not allow.
The body's `device` is the token's three times of four, so that most requests get past the first look.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fieldpo.central.contract.openapi import description
from tests.contract.served import Served

CHECKS: list[Any] = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ALWAYS_RIGHT = {
    "/device",
    "/device/style.css",
    "/device/sign-in",
    "/device/code",
    "/device/sign-out",
    "/v1/me",
    "/health",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/openapi.json",
}


def operations() -> Iterator[tuple[str, Any]]:
    """Every operation of the description by its method and path."""
    schema: Any = schemathesis.openapi.from_dict(description())
    for found in schema.get_all_operations():
        one = found.ok()
        yield f"{one.method.upper()} {one.path}", one


def fuzz(served: Served, operation: Any, examples: int, name: str) -> int:
    """Send that many requests of each mode; gives how many went. Raises what schemathesis finds, or AssertionError."""
    count = 0
    with requests.Session() as session:
        session.trust_env = False

        def ask(case: Any) -> None:
            nonlocal count
            count += 1
            if count % 100 == 1:
                served.let_rest()
            if isinstance(case.body, dict) and "device" in case.body and count % 4:
                case.body = {**case.body, "device": served.first.device}
            headers = served.first.headers if case.path.startswith("/v1/") and count % 16 else {}
            answer = case.call(base_url=served.url, session=session, headers=headers, allow_redirects=False)
            # No database is in trouble here: a 5xx would be central's own fault.
            assert answer.status_code < 500, f"{answer.status_code} {answer.text}\n{case.as_curl_command()}"
            case.validate_response(answer, checks=CHECKS)

        for mode in _modes(operation):
            drawn: Any = given(operation.as_strategy(mode))
            run: Any = drawn(ask)
            run = settings(
                max_examples=examples,
                database=None,
                deadline=None,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
            )(run)
            run = seed(zlib.crc32(f"{name} {mode}".encode()))(run)
            run()
    return count


def _modes(operation: Any) -> tuple[GenerationMode, ...]:
    """A form of which every text is right, or a path without any input, has nothing to get wrong."""
    always = operation.path in ALWAYS_RIGHT
    return (GenerationMode.POSITIVE,) if always else (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
