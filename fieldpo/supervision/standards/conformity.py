"""Running worked cases against a pack: each one's answer beside what was expected."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from fieldpo.errors import BadInput, FieldpoError
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.assessments import score_band
from fieldpo.supervision.standards.questions import Answer, answer
from fieldpo.supervision.standards.worked_case import Expect, WorkedCase, read_case

OPS = ("equals", "is_set", "after", "below_current_level")
"""How the answer may be compared with the expected value."""


class Outcome(NamedTuple):
    """What came of one worked case. ``error`` is the sentence where it could not be answered at all."""

    id: str
    question: str
    value: Answer
    expected: object
    passed: bool
    error: str = ""
    op: str = "equals"


def all_quirks(pack: Pack) -> frozenset[str]:
    """The names of every quirk that the pack knows."""
    return frozenset(quirk.name for quirk in pack.quirks)


def run(pack: Pack, tree: object, source: str, quirks: Collection[str]) -> Iterator[Outcome]:
    """Answer every case of a decoded JSON file. Raises BadInput where the file is no list of cases."""
    if isinstance(tree, dict) and isinstance(tree.get("asserted_cases"), list):
        yield from (_band(pack, one, at) for at, one in enumerate(tree["asserted_cases"]))
        return
    if not isinstance(tree, list):
        raise BadInput(f"{source}: expected a list of worked cases.")
    for one in tree:
        yield _run(pack, one, source, quirks)


def _run(pack: Pack, tree: object, source: str, quirks: Collection[str]) -> Outcome:
    name = str(tree.get("id", "?")) if isinstance(tree, dict) else "?"
    try:
        worked = read_case(tree, source)
        if worked.expect is None:
            raise BadInput(f"{source}, case {name}: expect: expected a question and its value.")
        if worked.expect.op not in OPS:
            said = f"expected one of {', '.join(OPS)}, got “{worked.expect.op}”"
            raise BadInput(f"{source}, case {name}: expect.op: {said}.")
        value = answer(pack, worked, quirks)
    except FieldpoError as error:
        return Outcome(name, "", None, None, passed=False, error=error.message)
    # Where a published test asserted less than a value, what that implementation answered is asked for, unless its
    # quirks are off.
    exact = worked.expect.op != "equals" and worked.expect.peer_run_value is not None and bool(quirks)
    expected = worked.expect.peer_run_value if exact else worked.expect.value
    passed = _same(value, expected) if exact else _passed(worked, worked.expect, value)
    return Outcome(name, worked.expect.question, value, expected, passed, op="equals" if exact else worked.expect.op)


def _passed(worked: WorkedCase, expect: Expect, value: Answer) -> bool:
    if expect.op == "equals":
        return _same(value, expect.value)
    if expect.op == "is_set":
        return (value is not None) == bool(expect.value)
    if expect.op == "after":
        return isinstance(value, str) and value > str(expect.value)
    if expect.op == "below_current_level":
        return value is not None and value != (worked.level or "")
    return False


def _same(value: Answer, expected: object) -> bool:
    return type(value) is type(expected) and value == expected


def _band(pack: Pack, tree: object, at: int) -> Outcome:
    name = f"score-band-{at + 1}"
    if not isinstance(tree, dict):
        return Outcome(name, "score_band", None, None, passed=False, error=f"asserted_cases[{at}]: expected a table.")
    worked = read_case({"assessments": [{"date": tree.get("assessment_date")}]}, name)
    day = worked.assessments[0].date
    if day is None:
        return Outcome(name, "score_band", None, None, passed=False, error=f"{name}: assessment_date is missing.")
    sex, score = tree.get("sex"), tree.get("score")
    instrument = str(tree.get("instrument", "")).lower()
    found = score_band(pack.score_bands, instrument, sex.lower() if isinstance(sex, str) else None, score, day)
    value = found.upper()
    return Outcome(name, "score_band", value, tree.get("expect"), value == tree.get("expect"))
