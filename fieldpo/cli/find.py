"""`fieldpo find`: looking a person up by name or ID, as text or JSON, without the network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from fieldpo.cli.as_json import print_json
from fieldpo.cli.options import AsJson, PassphraseFile
from fieldpo.errors import BadInput
from fieldpo.plain import clean

if TYPE_CHECKING:
    from fieldpo.store.queries.clients.find_people import FoundPerson

_FIND = """Find a person by name, alias or ID, typed nearly right. One line, at the prompt or on standard input.

\b
  fieldpo find
  fieldpo find --json < name.txt

A name is never an argument: shells keep those. With --json: a list of {"id", "name", "by", "alias", "record_id"}, empty
for nobody; "id" is what the other commands take. Exit codes: 0 looked, found or not; 2 nothing was typed.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("find", help=_FIND)(find)


def find(as_json: AsJson = False, passphrase_file: PassphraseFile = None) -> int:
    """Find a person."""
    from fieldpo.cli.opening import log_reading, opened_vault
    from fieldpo.store.queries.clients.find_people import find_people

    typed = _one_line()
    with opened_vault(passphrase_file) as vault:
        with vault.reading() as connection:
            found = find_people(connection, typed)
        log_reading(vault, "names")
    if as_json:
        print_json([_found(one) for one in found])
    elif not found:
        print("Nobody on this laptop has that name or ID.")
    for one in () if as_json else found:
        alias = f" (alias {clean(one.alias)})" if one.alias else ""
        print(f"{_id_of(one):<12} {clean(one.name.full)}{alias}  [{one.by}]")
    return 0


def _one_line() -> str:
    at_prompt = sys.stdin.isatty()
    typed = clean(typer.prompt("Name or ID", default="", show_default=False) if at_prompt else sys.stdin.readline())
    if not typed:
        raise BadInput("No name or ID was given: type one at the prompt, or send one line on standard input.")
    return typed


def _id_of(one: FoundPerson) -> str:
    """What the other commands take: the agency's ID, else ours."""
    shown = clean(one.name.shown_id)
    return one.name.person_id if shown.startswith("#") else shown


def _found(one: FoundPerson) -> dict[str, str]:
    return {
        "id": _id_of(one),
        "name": clean(one.name.full),
        "by": one.by,
        "alias": clean(one.alias),
        "record_id": one.name.person_id,
    }
