"""`fieldpo central …`: an administrator's commands. Central's own modules load inside the commands, since they
need the extra that a device does not have."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from fieldpo.cli.central_database import Database, opened
from fieldpo.cli.options import AsJson
from fieldpo.errors import BadInput


def register(app: typer.Typer) -> None:
    """Add the commands to fieldpo's."""
    from fieldpo.cli.central_backup import add_backup
    from fieldpo.cli.central_cases import add_cases
    from fieldpo.cli.central_devices import add_devices
    from fieldpo.cli.central_intake import add_intake
    from fieldpo.cli.central_log import add_log
    from fieldpo.cli.central_policy import add_policy
    from fieldpo.cli.central_quarantine import add_quarantine
    from fieldpo.cli.central_retention import add_retention
    from fieldpo.cli.central_team import add_team
    from fieldpo.cli.central_users import add_users
    from fieldpo.cli.conformance.command import conformance

    central = typer.Typer(no_args_is_help=True, help="The reference central: its database, users and server.")
    central.command("init")(init)
    central.command("serve")(serve)
    central.command("import")(import_)
    central.command("export")(export)
    central.command("openapi")(openapi)
    central.command("conformance")(conformance)
    add_users(central)
    add_devices(central)
    add_cases(central)
    add_log(central)
    add_backup(central)
    add_team(central)
    add_intake(central)
    add_quarantine(central)
    add_retention(central)
    add_policy(central)
    app.add_typer(central, name="central")


def init(
    db: Database,
    training: Annotated[
        bool, typer.Option("--training", help="For training only: its vaults may take their passphrase from a file.")
    ] = False,
) -> None:
    """Make the database ready, or bring it up to date. Run it again after each upgrade.

    \b
    Example: fieldpo central init --db sqlite:////var/lib/fieldpo/central.db
    """
    with opened(db, ready=False) as engine:
        from fieldpo.central.books.database import writing
        from fieldpo.central.books.meta import is_training, say_training
        from fieldpo.central.books.migrations import is_current, migrate

        fresh = not is_current(engine)
        steps = migrate(engine)
        with writing(engine) as conn:
            say_training(conn, training=training)
            standing = is_training(conn)
        if standing is not training and training:
            raise BadInput("This database is in earnest use already and cannot become one for training.")
    kind = " for training" if standing else ""
    print(f"The database{kind} is ready ({steps} steps run)." if fresh else f"The database{kind} was ready already.")


def serve(
    db: Database,
    port: Annotated[int, typer.Option(help="0 takes a free one; the URL is printed.", min=0, max=65535)] = 8700,
    host: Annotated[str, typer.Option(help="Other than loopback only with TLS.")] = "127.0.0.1",
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key, PEM.")] = None,
    public_url: Annotated[str, typer.Option(help="The address devices use, behind a proxy.", metavar="URL")] = "",
    poll_seconds: Annotated[int, typer.Option(help="How often a waiting device asks.", min=1, max=60)] = 2,
    workers: Annotated[int, typer.Option(help="Processes that answer; more than one on PostgreSQL.", min=1)] = 1,
    metrics_port: Annotated[
        int | None, typer.Option(help="Answer /metrics on this port alone; 0 takes a free one.", max=65535)
    ] = None,
    metrics_host: Annotated[str, typer.Option(help="Where; other than loopback only with TLS.")] = "127.0.0.1",
    drain_seconds: Annotated[
        int, typer.Option(help="After SIGTERM, say not ready so long before taking no more.", min=0, max=600)
    ] = 0,
    log_level: Annotated[str, typer.Option(help="debug, info, warning or error.")] = "info",
) -> None:
    """Serve devices and the sign-in page until Ctrl+C or SIGTERM; what is under way is finished first.

    The log goes to standard error, a JSON object a line, without a word of any case.

    \b
    Example: fieldpo central serve --db sqlite:///central.db --port 8700
    """
    with opened(db):
        pass
    from fieldpo.central.log_lines import LEVELS
    from fieldpo.central.serving.serve import serve as serve_central
    from fieldpo.central.settings import Settings

    if log_level not in LEVELS:
        raise BadInput("--log-level is debug, info, warning or error. Central did not start.")
    settings = Settings(
        db,
        host,
        port,
        tls_cert,
        tls_key,
        public_url,
        poll_seconds,
        workers=workers,
        metrics_port=metrics_port,
        metrics_host=metrics_host,
        drain_seconds=drain_seconds,
        log_level=log_level,
    )
    serve_central(settings, lambda url: print(f"Listening on {url}", flush=True))


def import_(
    mapping: Annotated[str, typer.Argument(help="A shipped mapping (nij, iowa) or a TOML file.")],
    file: Annotated[Path, typer.Argument(help="The agency's file: a table as text, with headings.")],
    db: Database,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell everything, write nothing.")] = False,
    caseload_size: Annotated[int | None, typer.Option(help="Persons a caseload, instead of the mapping's.", min=1)] = (
        None
    ),
    as_json: AsJson = False,
) -> None:
    """Load an agency's file. Exit code 1 when rows were left out; each is reported with line, column and reason.

    \b
    Example: fieldpo central import nij challenge.csv --db sqlite:///central.db --dry-run
    """
    with opened(db) as engine:
        import msgspec

        from fieldpo.central.importing.load import import_file
        from fieldpo.central.importing.mapping import load_mapping
        from fieldpo.central.office.intake import match_known
        from fieldpo.central.serving.app import utc_now

        report = import_file(
            engine,
            load_mapping(mapping),
            file,
            now=utc_now(),
            name=mapping,
            dry_run=dry_run,
            caseload_size=caseload_size,
        )
        if not dry_run:
            match_known(engine, utc_now())
        if as_json:
            print(msgspec.json.encode(report).decode())
        else:
            for line in report.lines():
                print(line)
    if report.bad:
        raise typer.Exit(1)


def export(
    db: Database,
    as_json: AsJson = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A file instead of standard output.")] = None,
) -> None:
    """Write every record, conflict, quarantined and waiting op as one JSON line each.

    \b
    Example: fieldpo central export --json --db sqlite:///central.db > everything.jsonl
    """
    if not as_json:
        raise BadInput("Say --json: lines of JSON are the one form that central exports.")
    with opened(db) as engine:
        from fieldpo.central.upkeep.export import export_lines

        if output is None:
            for line in export_lines(engine):
                sys.stdout.buffer.write(line + b"\n")
            sys.stdout.buffer.flush()
            return
        from fieldpo.central.upkeep.private_file import written_whole

        with written_whole(output) as stream:
            for line in export_lines(engine):
                stream.write(line + b"\n")


def openapi(
    db: Annotated[str, typer.Option("--db", help="Not needed; taken so that every command takes it.")] = "",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A file instead of standard output.")] = None,
) -> None:
    """Print the OpenAPI description of what central answers.

    \b
    Example: fieldpo central openapi -o central.openapi.json
    """
    del db
    from fieldpo.central.contract.openapi import description

    text = json.dumps(description(), indent=2) + "\n"
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, "utf-8")
