"""`fieldpo policy draw`: a person's random test draws on past or coming days, computed from the agency's secret."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldpo.errors import BadInput

if TYPE_CHECKING:
    from fieldpo.supervision.drug_tests.draws import Plan

_DRAW = """Draw a person's random tests for days past or coming: the same answer each time, to audit what was drawn.

\b
  fieldpo policy draw --plan plan.toml --secret-file secret --person 4471 --on 2026-11-22
  fieldpo policy draw --plan plan.toml --secret-file secret --person 4471 --on 2026-11-01 --to 2026-11-30

The plan's keys: docs/policy-packs.md. Prints JSON, a line a day. Exit codes: 0 answered, drawn or not; 2 the plan, the
secret or a day will not do.
"""

PlanFile = Annotated[Path, typer.Option("--plan", metavar="FILE", help="The person's test plan, TOML.")]
SecretFile = Annotated[Path, typer.Option("--secret-file", metavar="FILE", help="The agency's secret, as bytes.")]
PersonOf = Annotated[str, typer.Option("--person", metavar="ID", help="The person's ID, as the draws use it.")]
OnDay = Annotated[str, typer.Option("--on", metavar="DATE", help="The day, or the first of several.")]
ToDay = Annotated[str, typer.Option("--to", metavar="DATE", help="The last day.")]
OfPack = Annotated[
    str, typer.Option("--pack", metavar="PACK", help="The policy pack with the office's days and holidays.")
]


def register(policy: typer.Typer) -> None:
    """Add the command."""
    policy.command("draw", help=_DRAW)(draw)


def draw(
    plan: PlanFile,
    secret_file: SecretFile,
    person: PersonOf,
    on: OnDay,
    to: ToDay = "",
    pack: OfPack = "demo",
) -> int:
    """Draw."""
    from fieldpo.cli.policy_score import pack_named
    from fieldpo.supervision.calendar import is_office_day
    from fieldpo.supervision.drug_tests.draws import draw as drawn_on

    office = pack_named(pack)
    read = _plan(plan)
    try:
        secret = secret_file.read_bytes().rstrip(b"\r\n")
    except OSError as cause:
        raise BadInput(f"{secret_file} could not be read: {cause.strerror}.") from cause
    first = _day("--on", on)
    last = _day("--to", to) if to else first
    if last < first:
        raise BadInput(f"--to takes {first} or a later day, not {last}; nothing was drawn.")
    for n in range((last - first).days + 1):
        found = drawn_on(read, secret, person, first + dt.timedelta(days=n), lambda day: is_office_day(office, day))
        print(
            json.dumps(
                {
                    "person": found.person_id,
                    "day": found.day.isoformat(),
                    "drawn": found.drawn,
                    "why": found.why,
                    "secret": found.secret_fingerprint,
                },
                ensure_ascii=False,
            )
        )
    return 0


def _plan(file: Path) -> Plan:
    from fieldpo.supervision.drug_tests.draws import read_plan
    from fieldpo.supervision.toml.text import read_text

    return read_plan(read_text(file, "test plan"), str(file))


def _day(option: str, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as cause:
        raise BadInput(f"{option} takes a day as 2026-11-22, not “{text}”; nothing was drawn.") from cause
