"""`fieldpo policy respond`: what a matrix recommends for a violation, by when, approved by whom, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

_RESPOND = """Say what a response matrix recommends for a violation, by when, approved by whom, and why.

\b
  fieldpo policy respond --violation violation.json --matrix us-wa
  fieldpo policy respond --violation violation.json --matrix our-matrix.toml

The file's keys, and a matrix of your own: docs/policy-packs.md. Prints JSON. Exit codes: 0 answered; 2 the violation is
not one of this matrix, or the choice departs without a reason (nothing is recommended), or there is no such matrix.
"""

ViolationFile = Annotated[Path, typer.Option("--violation", metavar="FILE", help="JSON; - is standard input.")]
MatrixName = Annotated[
    str, typer.Option("--matrix", metavar="NAME", help="A matrix that comes with fieldpo, or a TOML file.")
]
OfPack = Annotated[
    str, typer.Option("--pack", metavar="PACK", help="The policy pack with the office's days, and its own matrices.")
]


def register(policy: typer.Typer) -> None:
    """Add the command."""
    policy.command("respond", help=_RESPOND)(respond)


def respond(violation: ViolationFile, matrix: MatrixName = "demo", pack: OfPack = "demo") -> int:
    """Recommend a response."""
    from fieldpo.cli.policy_score import pack_named, read_json
    from fieldpo.supervision.responses.matrix_file import MATRICES
    from fieldpo.supervision.responses.respond import respond as recommend

    agency = pack_named(pack)
    own = next((one for one in agency.matrices if one.id == matrix), None)
    chosen = own or (MATRICES.load(Path(matrix)) if matrix.endswith(".toml") else MATRICES.shipped(matrix))
    found = recommend(chosen, read_json(violation), agency)
    print(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    return 0
