"""The typer app, put together from one module a command family."""

from __future__ import annotations

from importlib import import_module

import click
import typer

FAMILIES: tuple[str, ...] = ()
"""The modules of `fieldpo.cli` that hold commands, in the order of `fieldpo --help`; each has `register(app)`."""


def build() -> typer.Typer:
    """Collect every command family into one app."""
    app = typer.Typer(
        name="fieldpo",
        help="An encrypted offline caseload for probation and parole officers. Without a command: opens the app.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def program() -> None:
        """Exit codes: 0 all went well; 1 a check failed; 2 not understood; 3 offline, work kept; 4 needs a person;
        5 the vault does not open; 6 not enrolled; 130 ended by Ctrl+C."""

    for family in FAMILIES:
        import_module(f"fieldpo.cli.{family}").register(app)
    return app


def run(words: list[str]) -> int:
    """Run one command line and return its exit code; FieldpoError passes through to `fieldpo.cli.main`."""
    try:
        result = typer.main.get_command(build()).main(words, prog_name="fieldpo", standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.exceptions.Abort as error:
        raise KeyboardInterrupt from error
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return result if isinstance(result, int) else 0
