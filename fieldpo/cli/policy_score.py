"""`fieldpo policy score`: an instrument scored from a file of answers, with every point explained."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldpo.errors import BadInput

if TYPE_CHECKING:
    from fieldpo.supervision.instruments.instrument import Instrument
    from fieldpo.supervision.pack import Pack

_SCORE = """Score an instrument from a file of answers, item by item, with the cut-offs used.

\b
  fieldpo policy score psa --answers answers.json
  fieldpo policy score our-form.toml --answers answers.json --done-on 2026-11-22

NAME comes with fieldpo or is a TOML file of your own (docs/policy-packs.md). The file holds one JSON object of answers,
or a list of them. Prints JSON. Exit codes: 0 scored; 2 an answer is missing or impossible (nothing is scored), or there
is no such instrument.
"""

Name = Annotated[str, typer.Argument(metavar="NAME", help="An instrument that comes with fieldpo, or a TOML file.")]
AnswersFile = Annotated[Path, typer.Option("--answers", metavar="FILE", help="JSON answers; - is standard input.")]
DoneOn = Annotated[str, typer.Option("--done-on", metavar="DATE", help="The day it was done: tells when again.")]
Role = Annotated[str, typer.Option("--role", metavar="ROLE", help="Who administered it, to check that they may.")]
Level = Annotated[str, typer.Option("--override", metavar="LEVEL", help="Set the level aside.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is set aside.")]
ApprovedBy = Annotated[str, typer.Option("--approved-by", metavar="WHO", help="Who approved that.")]

OfPack = Annotated[str, typer.Option("--pack", metavar="PACK", help="A policy pack with instruments of its own.")]


def register(policy: typer.Typer) -> None:
    """Add the command."""
    policy.command("score", help=_SCORE)(score)


def score(
    name: Name,
    answers: AnswersFile,
    done_on: DoneOn = "",
    role: Role = "",
    override: Level = "",
    reason: Reason = "",
    approved_by: ApprovedBy = "",
    pack: OfPack = "",
) -> int:
    """Score an instrument."""
    from fieldpo.supervision.instruments import interval, scoring

    instrument = named(name, pack)
    if role and not interval.may_administer(instrument, role):
        may = ", ".join(instrument.definition.may_administer)
        raise BadInput(f"{instrument.definition.id}: may be administered by {may}, not {role}; nothing was scored.")
    given = read_json(answers)
    when = _day(done_on)
    scored = []
    for place, one in enumerate(given if isinstance(given, list) else [given]):
        try:
            result = scoring.score(instrument, one, when)
        except BadInput as wrong:
            raise BadInput(
                f"answers[{place}]: {wrong.message}" if isinstance(given, list) else wrong.message
            ) from wrong
        if override:
            result = interval.override(instrument, result, override, reason, approved_by)
        scored.append(result.as_json())
    print(json.dumps(scored if isinstance(given, list) else scored[0], ensure_ascii=False, indent=2))
    return 0


def named(name: str, pack: str = "") -> Instrument:
    """The instrument of this name, or in this file, or of this pack. Raises NotFound or PolicyError."""
    from fieldpo.supervision.instruments.instrument import load, ready, shipped

    agency = pack_named(pack) if pack else None
    own = next((one for one in agency.instruments if one.id == name), None) if agency else None
    if agency and own:
        return ready(own, agency.name)
    return load(Path(name)) if name.endswith(".toml") else shipped(name)


def pack_named(name: str) -> Pack:
    """The policy pack of this name, or in this file. Raises NotFound or PolicyError."""
    from fieldpo.supervision.packs.reading import load_pack, shipped

    return load_pack(Path(name)) if name.endswith(".toml") else shipped(name)


def read_json(file: Path) -> Any:
    """What a JSON file holds. Raises BadInput where it cannot be read."""
    try:
        text = typer.get_text_stream("stdin").read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as cause:
        reason = cause.strerror if isinstance(cause, OSError) else "it is not UTF-8 text"
        raise BadInput(f"{file} could not be read: {reason}.") from cause
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as cause:
        raise BadInput(f"{file} is not JSON: {cause}.") from cause


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as cause:
        raise BadInput(f"--done-on takes a day as 2026-11-22, not “{text}”; nothing was scored.") from cause
