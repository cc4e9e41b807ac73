"""`fieldpo policy …`: the rules from the shell, for policy authors; JSON out, with reasons. Needs no vault."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import typer

MODULES: Final[tuple[str, ...]] = (
    "policy_standards",
    "policy_score",
    "policy_respond",
    "policy_draw",
    "policy_workload",
)
"""The modules of `fieldpo.cli` that add a command to the group, in the order of `fieldpo policy --help`; each has
`register(policy)`."""


def register(app: typer.Typer) -> None:
    """Add the group to fieldpo's commands."""
    policy = typer.Typer(no_args_is_help=True, help="The rules of supervision: scores and responses, with reasons.")
    for module in MODULES:
        import_module(f"fieldpo.cli.{module}").register(policy)
    app.add_typer(policy, name="policy")
