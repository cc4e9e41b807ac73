"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        envvar="FIELDPO_PASSPHRASE_FILE",
        help="Take the passphrase from this file: training vaults only.",
        metavar="FILE",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
PersonId = Annotated[str, typer.Argument(metavar="ID", help="The agency's ID of the person, or fieldpo's own.")]
