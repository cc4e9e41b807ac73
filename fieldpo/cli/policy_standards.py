"""`fieldpo policy check`, `test` and `due`: contact standards, their worked cases, and what one case is owed."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldpo.errors import BadInput, NotFound

if TYPE_CHECKING:
    from fieldpo.supervision.pack import Pack
    from fieldpo.supervision.standards.conformity import Outcome
    from fieldpo.supervision.standards.worked_case import WorkedCase

FAILED = 1

_CHECK = """Check a policy pack: is every key known, every reference there, every rate and span readable?

\b
  fieldpo policy check us-nd
  fieldpo policy check our-agency.toml

Exit codes: 0 sound; 2 not sound (the error names file, line and key), or there is no such pack.
"""
_TEST = """Run worked cases against a pack: id, question, value, expected, pass or FAIL; the totals stand last.

\b
  fieldpo policy test us-nd
  fieldpo policy test our-agency.toml our-cases.json
  fieldpo policy test us-pa --no-quirks

Without CASES the pack's own are run. The quirks that a pack names are followed, unless --no-quirks. Exit codes: 0 all
passed; 1 some failed; 2 the pack or the file cannot be read.
"""
_DUE = """Say what one case is owed on a day, as JSON: due, days left, what counted, which rule, and why.

\b
  fieldpo policy due --case case.json --on 2026-11-22
  fieldpo policy due --case case.json --pack our-agency.toml --on 2026-11-22

The file holds one worked case (docs/policy-packs.md); - is standard input. Without --pack the one that has the case's
policy is taken. Quirks are off unless --quirks. Exit codes: 0 answered; 1 answered, but without a level nothing can be
called due; 2 the case cannot be read as meant.
"""

PackName = Annotated[str, typer.Argument(metavar="PACK", help="A pack that comes with fieldpo, or a TOML file.")]
CasesPath = Annotated[Path | None, typer.Argument(metavar="[CASES]", help="A JSON file of worked cases.")]
NoQuirks = Annotated[bool, typer.Option("--no-quirks", help="Leave the quirks that the pack names off.")]
CaseFile = Annotated[Path, typer.Option("--case", metavar="FILE", help="One worked case as JSON.")]
FromPack = Annotated[str, typer.Option("--pack", metavar="PACK", help="A pack that comes with fieldpo, or a file.")]
On = Annotated[str, typer.Option("--on", metavar="DATE", help="The day; the case's evaluation_date, or today.")]
Quirks = Annotated[bool, typer.Option("--quirks", help="Follow the quirks that the pack names.")]


def register(policy: typer.Typer) -> None:
    """Add the commands to the group."""
    policy.command("check", help=_CHECK)(check_pack)
    policy.command("test", help=_TEST)(run_cases)
    policy.command("due", help=_DUE)(due)


def check_pack(pack: PackName) -> None:
    """Check a pack."""
    from fieldpo.plain import count
    from fieldpo.supervision.packs.cases import open_pack

    found, files = open_pack(pack)
    rules = sum(len(policy.obligations) + (policy.assessment is not None) for policy in found.policies)
    cases = sum(len(file.tree) for file in files if isinstance(file.tree, list))
    parts = (count(len(found.policies), "policy"), count(rules, "rule"), count(len(found.quirks), "quirk"))
    print(f"{found.name} is sound: {', '.join(parts)}; {count(cases, 'worked case')}.")


def run_cases(pack: PackName, cases: CasesPath = None, no_quirks: NoQuirks = False) -> int:
    """Run worked cases."""
    from fieldpo.supervision.packs.cases import open_pack, read_cases
    from fieldpo.supervision.standards.conformity import all_quirks, run

    found, files = open_pack(pack)
    if cases is not None:
        files = (read_cases(cases, str(cases)),)
    elif not files:
        print(f"{found.name} carries no worked cases; name a file of them.", file=sys.stderr)
    quirks = frozenset[str]() if no_quirks else all_quirks(found)
    passed = failed = 0
    for file in files:
        for outcome in run(found, file.tree, file.name, quirks):
            passed += outcome.passed
            failed += not outcome.passed
            print(_line(outcome))
    print(f"{passed} passed, {failed} failed")
    return FAILED if failed else 0


def due(case: CaseFile, pack: FromPack = "", on: On = "", quirks: Quirks = False) -> int:
    """Say what is owed."""
    from fieldpo.supervision.standards.case_words import unread
    from fieldpo.supervision.standards.conformity import all_quirks
    from fieldpo.supervision.standards.engine import obligations
    from fieldpo.supervision.standards.troubles import troubles
    from fieldpo.supervision.standards.worked_case import contacts_of, facts_of, read_case

    tree = _one_case(case)
    worked = read_case(tree, "standard input" if str(case) == "-" else str(case))
    found = _pack(pack, worked)
    facts, contacts = facts_of(worked), contacts_of(worked, found)
    day = _day(on) if on else worked.evaluation_date or _today()
    answers = obligations(found, facts, contacts, day, all_quirks(found) if quirks else ())
    wrong = troubles(found, facts, contacts, day)
    sentences = [*(one.said for one in wrong), *unread(tree, worked, found)]
    answered = {
        "on": day.isoformat(),
        "pack": found.name,
        "obligations": [
            {
                "obligation": one.obligation,
                "due": one.due.isoformat() if one.due else None,
                "days_left": one.days_left,
                "last_counted": one.last_counted.isoformat() if one.last_counted else None,
                "satisfied_by": list(one.satisfied_by),
                "rule": one.rule,
                "why": one.why,
            }
            for one in answers
        ],
        "troubles": sentences,
    }
    print(json.dumps(answered, ensure_ascii=False, indent=1))
    for said in sentences:
        print(f"fieldpo: {said}", file=sys.stderr)
    return FAILED if any(one.stops for one in wrong) and not facts.applies else 0


def _line(outcome: Outcome) -> str:
    from fieldpo.plain import clean

    name = clean(outcome.id)
    if outcome.error:
        return f"{name}  FAIL  {clean(outcome.error)}"
    verdict = "pass" if outcome.passed else "FAIL"
    wanted = clean(json.dumps(outcome.expected, ensure_ascii=False))
    how = "" if outcome.op == "equals" else f"{clean(outcome.op)} "
    return f"{name}  {clean(outcome.question)}  {json.dumps(outcome.value)}  expected {how}{wanted}  {verdict}"


def _one_case(path: Path) -> Any:
    tree = _json(path)
    if isinstance(tree, list):
        if len(tree) != 1:
            raise BadInput(f"{path} holds {len(tree)} cases; `fieldpo policy due` takes one.")
        return tree[0]
    return tree


def _json(path: Path) -> Any:
    from fieldpo.cli.policy_score import read_json

    return read_json(path)


def _pack(name: str, worked: WorkedCase) -> Pack:
    from fieldpo.supervision.packs.cases import open_pack
    from fieldpo.supervision.packs.reading import shipped, shipped_packs

    if name:
        return open_pack(name).pack
    for one in shipped_packs():
        if worked.policy and any(policy.name == worked.policy for policy in shipped(one).policies):
            return shipped(one)
    if worked.policy:
        raise NotFound(f"No pack that comes with fieldpo has the policy “{worked.policy}”. Name yours with --pack.")
    raise BadInput("The case names no policy. Say which pack with --pack; its policy of the day is taken.")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as cause:
        raise BadInput(f"--on takes a day that exists, as 2026-11-22, not “{text}”.") from cause


def _today() -> dt.date:
    from fieldpo.cli.office import office_now

    return office_now().date()
