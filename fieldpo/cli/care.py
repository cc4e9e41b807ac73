"""`fieldpo doctor`, `passphrase` and `audit verify`: the care of this computer's vault."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldpo.cli.options import AsJson, PassphraseFile
from fieldpo.errors import BadInput, NoVault, VaultError, WrongPassphrase

if TYPE_CHECKING:
    from fieldpo.cli.controls import Control

NEEDS_ATTENTION = 4
BROKEN = 1


def register(app: typer.Typer) -> None:
    """Add the commands to fieldpo's."""
    app.command("doctor", help=_DOCTOR)(doctor)
    app.command("passphrase", help=_CHANGE)(passphrase)
    log = typer.Typer(no_args_is_help=True, help="The log of what was done and read on this computer.")
    log.callback()(_log)
    log.command("verify", help=_VERIFY)(audit_verify)
    app.add_typer(log, name="audit")


_DOCTOR = """Look at everything that keeps this vault safe, a line a control.

Without a passphrase: keys, keyring, permissions, failed tries, room on the disk, settings. With --open (or a passphrase
file) also every page, the log, what waits, and whether central answers. No entry is changed or sent. --report prints
what was kept of the last defect of fieldpo itself: read it before you send it on.

\b
Example: fieldpo doctor --open

Exit codes: 0 all well; 4 something needs attention; 6 not enrolled.
"""

_CHANGE = """Change the passphrase that opens this computer's vault. Entries and drafts stay as they are.

Asks for the old one and twice for the new one. Without a terminal: three lines on standard input.

\b
Example: fieldpo passphrase

Exit codes: 0 changed; 2 the new one will not do, and the old one still holds; 5 the old one is wrong.
"""

_VERIFY = """Walk the log's hash chain: was a row changed or taken out?

\b
Example: fieldpo audit verify

Exit codes: 0 every row follows from the one before it; 1 the chain is broken.
"""


def doctor(
    look_inside: Annotated[bool, typer.Option("--open", help="Ask for the passphrase and look inside too.")] = False,
    report: Annotated[bool, typer.Option("--report", help="Print only what was kept of the last defect.")] = False,
    as_json: AsJson = False,
    passphrase_file: PassphraseFile = None,
) -> int:
    """Look after the vault."""
    if report:
        return _last_defect(passphrase_file, as_json=as_json)
    from fieldpo.cli.controls import environment_now, outside
    from fieldpo.paths import paths
    from fieldpo.store.opening.hardening import harden

    environment = environment_now()
    harden()
    try:
        found = list(outside(paths().data, environment))
    except NoVault as none:
        return _not_enrolled(none, as_json=as_json)
    if look_inside or passphrase_file is not None:
        found += _inside(passphrase_file)
    well = all(one.state != "attention" for one in found)
    if as_json:
        controls = [{"control": one.name, "state": one.state, "said": one.said} for one in found]
        print(json.dumps({"ok": well, "enrolled": True, "controls": controls}, ensure_ascii=False, indent=1))
    else:
        _print(found)
    return 0 if well else NEEDS_ATTENTION


def _not_enrolled(none: NoVault, *, as_json: bool) -> int:
    if not as_json:
        raise none
    print(json.dumps({"ok": False, "enrolled": False, "reason": none.message, "controls": []}))
    return none.exit_code


def _last_defect(passphrase_file: Path | None, *, as_json: bool) -> int:
    from fieldpo.cli.controls_within import crash_report
    from fieldpo.cli.opening import opened_vault

    with opened_vault(passphrase_file) as vault:
        kept = crash_report(vault)
    print(json.dumps({"report": kept}, ensure_ascii=False) if as_json else kept or "fieldpo has kept no report.")
    return 0


def _inside(passphrase_file: Path | None) -> Iterable[Control]:
    from fieldpo.cli.controls import Control
    from fieldpo.cli.controls_within import within
    from fieldpo.cli.opening import opened_vault

    try:
        with opened_vault(passphrase_file) as vault:
            return list(within(vault, dt.datetime.now().astimezone()))
    except WrongPassphrase:
        raise
    except VaultError as shut:
        return [Control("opening", "attention", shut.message)]


def _print(found: Iterable[Control]) -> None:
    listed = list(found)
    width = max(len(one.name) for one in listed)
    marks = {"ok": "ok", "attention": "LOOK", "unknown": "?", "not used": "-"}
    indent = " " * (width + 8)
    for one in listed:
        line = f"{marks[one.state]:<4}  {one.name:<{width}}  {one.said}"
        print(textwrap.fill(line, shutil.get_terminal_size().columns, subsequent_indent=indent, break_long_words=False))
    alarms = [one.name for one in listed if one.state == "attention"]
    print()
    print(f"Needs attention: {', '.join(alarms)}." if alarms else "All that fieldpo can see is well.")


def passphrase() -> None:
    """Change the passphrase."""
    from fieldpo.paths import paths
    from fieldpo.store.opening.hardening import harden
    from fieldpo.store.opening.keys import change_passphrase, read_keys

    harden()
    folder = paths().data
    read_keys(folder)  # raises before anything is asked
    old, new, again = _typed()
    if new != again:
        raise BadInput("The two new passphrases differ. Nothing was changed; the old one still opens the vault.")
    change_passphrase(folder, old, new)
    print("The vault now opens with the new passphrase.")


def _typed() -> tuple[str, str, str]:
    if not sys.stdin.isatty():
        lines = [line.rstrip("\r\n") for line in sys.stdin.readlines()]
        if len(lines) != 3:
            raise BadInput("Give three lines: the old passphrase and twice the new one. Nothing was changed.")
        return lines[0], lines[1], lines[2]
    from getpass import getpass

    return getpass("Passphrase now: "), getpass("New passphrase: "), getpass("The same again: ")


def _log() -> None:
    """The log of what was done and read on this computer."""


def audit_verify(as_json: AsJson = False, passphrase_file: PassphraseFile = None) -> int:
    """Check the log."""
    from sqlalchemy import text

    from fieldpo.cli.opening import log_reading, opened_vault
    from fieldpo.plain import count
    from fieldpo.store.audit import verify

    with opened_vault(passphrase_file) as vault:
        with vault.reading() as connection:
            broken = verify(connection)
            rows = int(connection.scalar(text("SELECT count(*) FROM audit")) or 0)
        log_reading(vault, "audit", outcome="ok" if broken is None else "broken")
    if as_json:
        at = None if broken is None else {"row": broken.n, "reason": broken.reason}
        print(json.dumps({"ok": broken is None, "rows": rows, "broken": at}))
    elif broken is None:
        print(f"The log is whole: {count(rows, 'row')}.")
    else:
        print(f"The log is not whole at row {broken.n}: {broken.reason}. Keep the vault and tell your agency.")
    return 0 if broken is None else BROKEN
