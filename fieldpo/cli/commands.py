"""The typer app, put together from one module a command family."""

from __future__ import annotations

import sys
from importlib import import_module

import typer
from typer.main import get_command

FAMILIES: tuple[str, ...] = (
    *("enroll", "find", "person", "agenda", "rules", "checkin", "appointment", "sync_cmd", "policy", "central", "demo"),
    "care",
)
"""The modules of `fieldpo.cli` that hold commands, in the order of `fieldpo --help`; each has `register(app)`."""

BAD_USAGE = 2
EXIT_CODES = (
    "Exit codes: 0 all went well; 1 a check failed; 2 not understood; 3 offline, work kept; "
    "4 needs a person's decision, work kept; 5 the vault does not open; 6 not enrolled; 130 ended by Ctrl+C."
)


def build() -> typer.Typer:
    """Collect every command family into one app."""
    app = typer.Typer(
        name="fieldpo",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback(epilog=EXIT_CODES)
    def program() -> None:
        """An encrypted offline caseload for probation and parole officers. Without a command: opens the app."""

    for family in FAMILIES:
        import_module(f"fieldpo.cli.{family}").register(app)
    return app


def run(words: list[str]) -> int:
    """Run one command line and return its exit code; FieldpoError passes through to `fieldpo.cli.main`."""
    try:
        result = get_command(build()).main(words, prog_name="fieldpo", standalone_mode=False)
    except typer.Abort as ended:
        raise KeyboardInterrupt from ended
    except SystemExit as ended:
        # typer ends so when the reader of a pipe went away, with 1; `fieldpo.cli.main` knows better.
        if isinstance(ended.__context__, BrokenPipeError):
            raise ended.__context__ from None
        raise
    except typer.TyperException as wrong:
        print(f"fieldpo: {wrong.format_message()} `fieldpo --help` lists the commands.", file=sys.stderr)
        return BAD_USAGE
    return result if isinstance(result, int) else 0
