"""Runs the clauses, each in lives of its own, and keeps what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from fieldpo.cli.conformance.clause import CLAUSES, Clause, NotShown, Unmet
from fieldpo.cli.conformance.clauses import declare
from fieldpo.cli.conformance.trial import Trial
from fieldpo.cli.conformance.wire import Exchange
from fieldpo.errors import BadInput, Offline

Outcome = Literal["passed", "failed", "not tried"]


@dataclass(frozen=True)
class Result:
    """What became of one clause; `exchanges` are the last ones of one that failed."""

    id: str
    says: str
    section: str
    outcome: Outcome
    what: str = ""
    expected: str = ""
    got: str = ""
    exchanges: tuple[Exchange, ...] = ()


def chosen(only: Sequence[str]) -> list[Clause]:
    """The clauses whose id is one of these or begins with one of them and a dot, with all that they need.

    Raises BadInput for a name that no clause has.
    """
    declare()
    if not only:
        return list(CLAUSES.values())
    wanted: set[str] = set()
    for name in only:
        found = {each for each in CLAUSES if each == name or each.startswith(f"{name}.")}
        if not found:
            raise BadInput(f"There is no clause {name}: `fieldpo central conformance --list` names them.")
        wanted |= found
    for each in reversed(CLAUSES.values()):
        if each.id in wanted:
            wanted |= set(each.needs)
    return [each for each in CLAUSES.values() if each.id in wanted]


def run(trial: Trial, clauses: Sequence[Clause], tell: Callable[[Result], None]) -> list[Result]:
    """Try each clause and tell of it. One whose needs did not pass is not tried: what failed there explains it."""
    results: dict[str, Result] = {}
    for each in clauses:
        broken = [need for need in each.needs if results[need].outcome != "passed"]
        found = _left(each, f"needs {broken[0]}") if broken else _tried(trial, each)
        results[each.id] = found
        tell(found)
    return list(results.values())


def _tried(trial: Trial, each: Clause) -> Result:
    trial.begin()
    trial.server.exchanges = []
    try:
        each.attempt(trial)
    except NotShown as why:
        return _left(each, str(why))
    except Unmet as unmet:
        return _failed(trial, each, unmet.what, repr(unmet.expected), repr(unmet.got))
    except Offline as silent:
        return _failed(trial, each, "The server answers", "an answer", silent.message)
    except (msgspec.MsgspecError, KeyError, TypeError, IndexError) as wrong:
        return _failed(trial, each, "The answer can be read", "what the contract lists", repr(wrong))
    return Result(each.id, each.says, each.section, "passed")


def _left(each: Clause, why: str) -> Result:
    return Result(each.id, each.says, each.section, "not tried", what=why)


def _failed(trial: Trial, each: Clause, what: str, expected: str, got: str) -> Result:
    shown = tuple(trial.server.exchanges)
    return Result(each.id, each.says, each.section, "failed", what, expected, got, shown)
