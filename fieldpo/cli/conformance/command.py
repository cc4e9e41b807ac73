"""`fieldpo central conformance URL`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldpo.errors import BadInput

if TYPE_CHECKING:
    from fieldpo.cli.conformance.trial import Trial
    from fieldpo.cli.conformance.wire import Server

CLAUSE_FAILED = 1
_FIRST, _SECOND, _OTHER = "the test officer", "the test officer again", "another test officer"
_SUPERVISOR = "the test officer's supervisor"
_WARNING = (
    "This makes persons named Conformance, with notes and phones, in the test officers' caseloads at {url}; they stay."
)

TokenFile = Annotated[
    Path | None, typer.Option("--token-file", help="An access token of a test officer's device.", metavar="FILE")
]
SecondFile = Annotated[
    Path | None, typer.Option("--second-token-file", help="Of a second device of the same officer.", metavar="FILE")
]
OtherFile = Annotated[
    Path | None, typer.Option("--other-token-file", help="Of another test officer's device.", metavar="FILE")
]
SupervisorFile = Annotated[
    Path | None,
    typer.Option("--supervisor-token-file", help="Of the first officer's supervisor's device.", metavar="FILE"),
]


def conformance(
    url: Annotated[str, typer.Argument(help="The server's address; not needed with --list.")] = "",
    token_file: TokenFile = None,
    second_token_file: SecondFile = None,
    other_token_file: OtherFile = None,
    supervisor_token_file: SupervisorFile = None,
    ca: Annotated[Path | None, typer.Option("--ca", help="A certificate authority of the agency's own, PEM.")] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="A clause, or a family of them as `group`; may stand often.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="Name the clauses and ask nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Test any server against the sync contract, from outside: which clauses hold, which do not, and what it said.

    It signs in as devices of test officers: with the tokens that it is given, or else three times by a code that
    somebody approves. It makes records in their caseloads, which stay there: never use it with real officers.

    \b
    Example: fieldpo central conformance https://central.example --token-file officer.token

    Exit codes: 0 every clause that was tried holds; 1 one does not; 2 not understood; 3 no server answers; 4 it refuses
    the sign-in.
    """
    from fieldpo.cli.conformance.running import chosen

    clauses = chosen(only or [])
    if list_:
        for each in clauses:
            print(f"{each.id}: {each.says} ({each.section})")
        return
    if not url:
        raise BadInput("Which server? Give its address, or --list. Nothing was sent.")
    from fieldpo.cli.conformance.report import as_json as json_of
    from fieldpo.cli.conformance.report import details, line, summary
    from fieldpo.cli.conformance.running import Result, run
    from fieldpo.cli.conformance.wire import Server

    def tell(result: Result) -> None:
        if not as_json:
            print(line(result), flush=True)

    print(_WARNING.format(url=url), file=sys.stderr)
    server = Server(url, str(ca) if ca is not None else True)
    try:
        trial = _signed_in(server, (token_file, second_token_file, other_token_file, supervisor_token_file))
        results = run(trial, clauses, tell)
    finally:
        server.close()
    failed = [each for each in results if each.outcome == "failed"]
    if as_json:
        print(json.dumps(json_of(url, results)))
    else:
        for one in failed:
            print("", *details(one), sep="\n")
        print("", summary(results), sep="\n")
    if failed:
        raise typer.Exit(CLAUSE_FAILED)


def _signed_in(server: Server, files: tuple[Path | None, ...]) -> Trial:
    """The test devices: of the tokens that were given, or where none was, by three codes and without a supervisor."""
    from fieldpo.cli.conformance.signing_in import by_code, device, read_token
    from fieldpo.cli.conformance.trial import Trial

    names = (_FIRST, _SECOND, _OTHER, _SUPERVISOR)
    if any(files):
        if files[0] is None:
            raise BadInput("Give --token-file too: the first device runs every clause. Nothing was sent.")
        tokens = [read_token(file) if file is not None else None for file in files]
        found = [device(server, token, name) if token else None for token, name in zip(tokens, names, strict=True)]
    else:
        found = [by_code(server, name, lambda words: print(words, file=sys.stderr, flush=True)) for name in names[:3]]
        found.append(None)
    first, second, other, supervisor = found
    if first is None:
        raise BadInput("There is no first device.")
    if second is not None and (second.user != first.user or second.id == first.id):
        raise BadInput("The second device must be another one of the same officer. No record was made.")
    if other is not None and other.user == first.user:
        raise BadInput("The other device must be another officer's. No record was made.")
    if supervisor is not None and supervisor.user in {first.user, other.user if other is not None else ""}:
        raise BadInput("The supervisor's device must be a third officer's. No record was made.")
    return Trial(server, first, second, other, supervisor)
