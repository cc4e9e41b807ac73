"""`fieldpo central policy`: the agency's policy packs, published to every device."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer

from fieldpo.cli.central_database import Database, opened
from fieldpo.cli.options import AsJson
from fieldpo.errors import BadInput
from fieldpo.plain import clean


def add_policy(central: typer.Typer) -> None:
    """Add the commands to central's."""
    policy = typer.Typer(no_args_is_help=True, help="The agency's policy packs.")
    policy.command("publish")(publish)
    policy.command("list")(list_)
    central.add_typer(policy, name="policy")


def publish(
    pack: Annotated[str, typer.Argument(help="A TOML file, or the name of a pack that comes with fieldpo.")],
    db: Database,
    main: Annotated[bool, typer.Option("--main", help="Its words and clock are the whole agency's.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check a policy pack and give it to every device at its next sync. A published version never changes.

    \b
    Example: fieldpo central policy publish our-policy.toml --main --db sqlite:///central.db
    """
    text, source = _text(pack)
    with opened(db) as engine:
        from fieldpo.central.books.database import writing
        from fieldpo.central.office.policy import id_of
        from fieldpo.central.office.policy import publish as put

        with writing(engine) as conn:
            done = put(conn, text, source, main=main, now=dt.datetime.now(dt.UTC))
    if as_json:
        print(json.dumps({"id": id_of(done), "pack": done.pack, "version": done.version, "main": done.main}))
    else:
        print(f"{clean(done.pack)} {clean(done.version)} is published, in force from {done.effective_from}.")


def list_(db: Database, as_json: AsJson = False) -> None:
    """The versions that devices have.

    \b
    Example: fieldpo central policy list --db sqlite:///central.db
    """
    with opened(db) as engine:
        from fieldpo.central.books.database import reading
        from fieldpo.central.office.policy import published

        with reading(engine) as conn:
            found = published(conn)
    if as_json:
        rows = [
            {"pack": one.pack, "version": one.version, "effective_from": str(one.effective_from), "main": one.main}
            for one in found
        ]
        print(json.dumps(rows))
        return
    for one in found:
        print(f"{one.effective_from}  {clean(one.pack)} {clean(one.version)}{'  main' if one.main else ''}")


def _text(pack: str) -> tuple[str, str]:
    from fieldpo.supervision.packs.reading import shipped_packs, shipped_text

    if pack in shipped_packs():
        return shipped_text(pack), f"{pack}.toml"
    try:
        return Path(pack).read_text(encoding="utf-8"), pack
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The policy pack {pack} cannot be read as text. Nothing was changed.") from error
