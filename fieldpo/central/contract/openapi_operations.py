"""The description's chapter on what watches central rather than uses it."""

from __future__ import annotations

from typing import Any

from fieldpo.central.contract.openapi_parts import answer, operation

_WORDS = {"type": "string"}


def paths() -> dict[str, Any]:
    """Health, counts, and the description itself. None of them asks for a token."""
    return {
        "/health": {"get": operation("As /health/live", _word("ok"))},
        "/health/live": {"get": operation("Whether the process lives", _word("ok"))},
        "/health/ready": {"get": _ready()},
        "/metrics": {"get": _metrics()},
        "/openapi.json": {"get": operation("This description", answer("Done", {"type": "object"}))},
    }


def _word(text: str) -> dict[str, Any]:
    return answer(text, {"type": "string", "const": f"{text}\n"}, media="text/plain")


def _ready() -> dict[str, Any]:
    made = operation("Whether central takes work", _word("ready"))
    made["responses"]["503"] = _word("not ready")
    return made


def _metrics() -> dict[str, Any]:
    made = operation("Counts for Prometheus", answer("Done", _WORDS, media="text/plain"))
    made["description"] = "On the main port for programs on this computer only; to everybody else it is not there."
    made["responses"]["404"] = answer("Asked from elsewhere", _WORDS, media="text/plain")
    return made
