"""`fieldpo enroll`: sign this computer in at central, make the officer's vault, and pull the caseload.

On a computer that is enrolled already it signs in again, and the vault stays as it is.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from fieldpo.sync.enrol import Enrolled


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("enroll", help=_HELP)(enroll)


_HELP = """Enrol this computer: sign in with a browser, choose a passphrase, pull the caseload.

Shows an address and a code. Open the address on any computer, sign in, type the code. Then choose the passphrase
that opens the vault here; central never sees it.

On a computer that is enrolled already this signs in again, when sync says that the sign-in has ended: nothing in the
vault is touched, and what waits is sent. The address may be left out then.

\b
  fieldpo enroll https://central.county.example
  fieldpo enroll

Exit codes: 0 enrolled or signed in; 2 no address, or a passphrase that will not do; 3 central not reached; 4 refused;
5 the vault here does not open, or belongs to another central.
"""


def enroll(
    url: Annotated[str, typer.Argument(metavar="URL", help="Central's address; not needed to sign in again.")] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON lines; the first holds code and address.")
    ] = False,
    passphrase_file: Annotated[
        Path | None,
        typer.Option(
            "--passphrase-file",
            envvar="FIELDPO_PASSPHRASE_FILE",
            help="Take the passphrase from this file: training vaults only.",
        ),
    ] = None,
) -> None:
    """Enrol this computer."""
    from fieldpo.cli.watching import Watch
    from fieldpo.errors import BadInput
    from fieldpo.paths import paths
    from fieldpo.store.opening.device_secret import find_keyring
    from fieldpo.store.opening.hardening import harden
    from fieldpo.store.vault import peek
    from fieldpo.sync import enrol
    from fieldpo.sync.client import open_client
    from fieldpo.sync.transport import Transport

    harden()
    folder = paths().data
    if peek(folder).exists:
        _sign_in_again(url, passphrase_file, as_json=as_json)
        return
    if not url:
        raise BadInput("Give central's address: fieldpo enroll https://… Nothing was made here.")
    given = None if passphrase_file is None else _read(passphrase_file)
    with Transport(url) as transport:
        code = enrol.ask(transport, with_keyring=given is None and find_keyring() is not None)
        _show(code.user_code, code.verification_uri, as_json=as_json)
        enrolled = enrol.wait(transport, code)
        central = transport.url
    passphrase = given if given is not None and _may_use_file(enrolled) else _ask_passphrase()
    with enrol.make_vault(folder, passphrase, central, enrolled) as vault:
        watch = Watch(quiet=as_json)
        try:
            with closing(open_client(vault)) as client:
                receipt = enrol.first_load(vault, client, watch)
        finally:
            watch.end()
    if as_json:
        print(json.dumps({"enrolled": True, "user_id": enrolled.user_id, "records": receipt.pulled}))
    else:
        print(f"Enrolled. {receipt.pulled:,} records are here, encrypted. Start with: fieldpo")
        if receipt.unreadable:
            print(f"{receipt.unreadable:,} of them cannot be read; fieldpo outbox lists them.")


def _sign_in_again(url: str, passphrase_file: Path | None, *, as_json: bool) -> None:
    from fieldpo.cli.opening import opened_vault
    from fieldpo.cli.watching import Watch
    from fieldpo.errors import VaultExists
    from fieldpo.store import tokens
    from fieldpo.store.opening.device_secret import find_keyring
    from fieldpo.sync import enrol
    from fieldpo.sync.client import open_client
    from fieldpo.sync.runner import sync_once
    from fieldpo.sync.transport import Transport, checked_url

    address = checked_url(url) if url else ""
    with opened_vault(passphrase_file) as vault:
        with vault.reading() as connection:
            central = tokens.central(connection)
        if address not in ("", central):
            raise VaultExists(
                "This computer is enrolled with another central, and its vault was not touched. To sign in again leave "
                "the address out; ask your agency before anything is removed."
            )
        with_keyring = not vault.identity.training and find_keyring() is not None
        with Transport(central) as transport:
            code = enrol.ask_again(vault, transport, with_keyring=with_keyring)
            _show(code.user_code, code.verification_uri, as_json=as_json)
            enrol.sign_in_again(vault, transport, code)
        watch = Watch(quiet=as_json)
        try:
            with closing(open_client(vault)) as client:
                receipt = sync_once(vault, client, watch)
        finally:
            watch.end()
        user_id = vault.identity.user_id
    if as_json:
        print(json.dumps({"signed_in": True, "user_id": user_id, "records": receipt.pulled, "receipt": receipt.words}))
    else:
        print(f"Signed in again. {receipt.words}.")


def _show(user_code: str, verification_uri: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"user_code": user_code, "verification_uri": verification_uri}), flush=True)
    else:
        print(
            f"Open {verification_uri}\nand type the code {user_code}\n\nWaiting until you have approved it …",
            flush=True,
        )


def _read(file: Path) -> str:
    from fieldpo.errors import BadInput

    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("The passphrase file cannot be read as text. Nothing was made here.") from error


def _may_use_file(enrolled: Enrolled) -> bool:
    from fieldpo.errors import BadInput

    if not enrolled.training:
        raise BadInput(
            "This central is not for training, so the passphrase is not taken from a file. Nothing was made here; "
            "run it again without --passphrase-file."
        )
    return True


def _ask_passphrase() -> str:
    from fieldpo.store.opening.passphrase import strength

    if not sys.stdin.isatty():
        from fieldpo.errors import BadInput

        raise BadInput("The passphrase is asked at a terminal, and there is none. Nothing was made here.")
    while True:
        first = typer.prompt("New passphrase for this computer's vault", hide_input=True, err=True)
        said = strength(first, alone=True)
        if not said.ok:
            print(said.sentence, file=sys.stderr)
        elif typer.prompt("The same again", hide_input=True, err=True) == first:
            return str(first)
        else:
            print("Those two were not the same.", file=sys.stderr)
