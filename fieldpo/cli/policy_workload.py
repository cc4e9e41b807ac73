"""`fieldpo policy workload`: what an officer or a team carries, by an agency's weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldpo.errors import BadInput

if TYPE_CHECKING:
    from fieldpo.supervision.workload.measure import CaseLoad, Workload

_WORKLOAD = """Weigh open cases against what their officers can carry, for each officer and for the team.

\b
  fieldpo policy workload --cases cases.json
  fieldpo policy workload --cases cases.json --weights texas

The file: {"OFFICER": [{"id": "1", "level": "high", "case_type": "general"}]}; an officer without cases counts too.
Prints JSON. Exit codes: 0 weighed; 2 the file or the weights will not do.
"""

CasesFile = Annotated[Path, typer.Option("--cases", metavar="FILE", help="JSON; - is standard input.")]
WeightsName = Annotated[
    str, typer.Option("--weights", metavar="NAME", help="Weights that come with fieldpo, or a TOML file.")
]

OfPack = Annotated[str, typer.Option("--pack", metavar="PACK", help="A policy pack with weights of its own.")]


def register(policy: typer.Typer) -> None:
    """Add the command."""
    policy.command("workload", help=_WORKLOAD)(workload)


def workload(cases: CasesFile, weights: WeightsName = "appa", pack: OfPack = "") -> int:
    """Weigh."""
    from fieldpo.cli.policy_score import pack_named, read_json
    from fieldpo.supervision.workload.measure import officer_workload, team_workload
    from fieldpo.supervision.workload.weights import WEIGHTS

    agency = pack_named(pack) if pack else None
    own = next((one for one in agency.workloads if one.id == weights), None) if agency else None
    read = own or (WEIGHTS.load(Path(weights)) if weights.endswith(".toml") else WEIGHTS.shipped(weights))
    by_officer = _cases(read_json(cases))
    shown = {
        "weights": read.name,
        "source": read.source,
        "officers": {officer: workload_json(officer_workload(read, theirs)) for officer, theirs in by_officer.items()},
        "team": workload_json(team_workload(read, by_officer)),
    }
    print(json.dumps(shown, ensure_ascii=False, indent=2))
    return 0


def _cases(given: Any) -> dict[str, list[CaseLoad]]:
    from fieldpo.supervision.workload.measure import CaseLoad

    keys = {"id", "level", "case_type"}
    if not isinstance(given, dict):
        raise BadInput("cases: expected an object of lists of cases by officer; nothing was weighed.")
    for officer, theirs in given.items():
        rows = theirs if isinstance(theirs, list) else [None]
        for at, one in enumerate(rows):
            if not isinstance(one, dict) or set(one) != keys or not all(isinstance(v, str) for v in one.values()):
                said = f"{officer}[{at}]: expected a case with id, level and case_type, all text; nothing was weighed."
                raise BadInput(f"cases: {said}")
    return {
        officer: [CaseLoad(one["id"], one["level"], one["case_type"]) for one in theirs]
        for officer, theirs in given.items()
    }


def workload_json(found: Workload) -> dict[str, Any]:
    """The figures as numbers, class by class."""
    return {
        "cases": found.cases,
        "points": round(float(found.points), 4),
        "capacity": float(found.capacity),
        "percent": round(found.percent, 1),
        "room": round(float(found.room), 4),
        "classes": [
            {"class": one.code, "cases": one.cases, "points": round(float(one.points), 4)} for one in found.classes
        ],
        "uncounted": list(found.uncounted),
        "why": found.why,
    }
