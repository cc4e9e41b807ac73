"""What a run found, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from fieldpo.cli.conformance.running import Result
from fieldpo.plain import clean

_MARKS = {"passed": "ok  ", "failed": "FAIL", "not tried": "-   "}


def line(result: Result) -> str:
    """One clause in one line."""
    why = f" ({clean(result.what)})" if result.outcome == "not tried" else ""
    return f"{_MARKS[result.outcome]} {result.id}: {result.says}{why}"


def details(result: Result) -> Iterator[str]:
    """What a clause that failed expected, and what went over the wire."""
    yield f"{result.id} (docs/sync-contract.md, {result.section})"
    yield f"  {result.says}"
    yield f"  {clean(result.what)}: expected {clean(result.expected)}, got {clean(result.got)}"
    for each in result.exchanges:  # what a server says is nobody's terminal's business
        yield f"  sent {clean(each.sent)}"
        yield f"  got  {clean(each.got)}"


def summary(results: Sequence[Result]) -> str:
    """The last line."""
    count = {name: sum(each.outcome == name for each in results) for name in _MARKS}
    return f"{count['passed']} clauses passed, {count['failed']} failed, {count['not tried']} were not tried."


def as_json(url: str, results: Sequence[Result]) -> dict[str, Any]:
    """All of it as JSON values."""
    return {
        "url": url,
        "passed": not any(each.outcome == "failed" for each in results),
        "clauses": [asdict(each) for each in results],
    }
