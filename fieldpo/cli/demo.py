"""`fieldpo demo`: a central, a made-up caseload and the app, all gone when it closes; and the main job as a check."""

from __future__ import annotations

import datetime as dt
import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fieldpo.errors import BadInput

if TYPE_CHECKING:
    from fieldpo.demo.ground import Wish


def register(app: typer.Typer) -> None:
    """Add the command to fieldpo's."""
    app.command("demo")(demo)


def demo(
    clients: Annotated[int, typer.Option(help="How many clients.", min=1, max=2000)] = 60,
    years: Annotated[int, typer.Option(help="How many years of contacts.", min=1, max=50)] = 2,
    seed: Annotated[int, typer.Option(help="The same seed makes the same caseload on the same day.")] = 7,
    home: Annotated[
        Path | None, typer.Option(help="Keep everything in this folder, or go on in it.", metavar="DIR")
    ] = None,
    prepare: Annotated[bool, typer.Option("--prepare", help="With --home: make it and open nothing.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Do the whole main job without a terminal.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --check or --prepare: print JSON.")] = False,
) -> None:
    """Try fieldpo: a central on this computer with a made-up caseload, an enrolled vault, and the app.

    Nothing is left when it closes, unless --home keeps it. --check does the main job step by step, and ends
    with 1 if any step fails.

    \b
    Example: fieldpo demo
    Example: fieldpo demo --check --json
    Example: fieldpo demo --home /tmp/class --prepare --json
    """
    _refuse_nonsense(home, prepare=prepare, check=check, as_json=as_json)
    try:
        from fieldpo.central.books import database  # noqa: F401 - only whether it is there
    except ModuleNotFoundError as error:
        raise BadInput("The demo needs central: pip install 'fieldpo[central]'. Nothing was made.") from error
    from fieldpo.demo.ground import Wish
    from fieldpo.demo.opening import ending_by_signal

    wish = Wish(dt.datetime.now().astimezone(), clients, years, seed)
    with ending_by_signal():
        if check:
            code = _check(wish, as_json=as_json)
        elif prepare and home is not None:
            code = _prepare(home, wish, as_json=as_json)
        else:
            code = _open(home, wish)
    raise typer.Exit(code)


def _refuse_nonsense(home: Path | None, *, prepare: bool, check: bool, as_json: bool) -> None:
    if prepare and home is None:
        raise BadInput("--prepare needs --home DIR: where shall the training ground stay?")
    if check and (home is not None or prepare):
        raise BadInput("--check leaves nothing behind, so it takes neither --home nor --prepare.")
    if as_json and not (check or prepare):
        raise BadInput("--json goes with --check or with --prepare.")
    if not (check or prepare) and not sys.stdout.isatty():
        raise BadInput("The demo opens the app, which needs a terminal. Without one: fieldpo demo --check.")


def _check(wish: Wish, *, as_json: bool) -> int:
    from fieldpo.demo.check import Step, run_check

    def tell(step: Step) -> None:
        if not as_json:
            print(f"{'ok  ' if step.ok else 'FAIL'}  {step.step}: {step.detail}", flush=True)

    steps = run_check(wish, tell)
    if as_json:
        print(json.dumps([step.as_json() for step in steps], ensure_ascii=False, indent=1))
    return 0 if all(step.ok for step in steps) else 1


def _prepare(home: Path, wish: Wish, *, as_json: bool) -> int:
    from fieldpo.demo.ground import PASSPHRASE
    from fieldpo.demo.preparing import prepared

    with prepared(home, wish, _say_aside) as (ground, _):
        pass
    if as_json:
        print(json.dumps(ground.described()))
        return 0
    print(f"The training ground is in {ground.folder}. Serve its central with:")
    print("  " + shlex.join(ground.serve))
    print(f"Then set {' and '.join(f'{name}={value}' for name, value in ground.env.items())}.")
    print(f"The vault's passphrase is: {PASSPHRASE}")
    return 0


def _open(home: Path | None, wish: Wish) -> int:
    from contextlib import nullcontext

    from fieldpo.demo.opening import open_app
    from fieldpo.demo.preparing import prepared
    from fieldpo.demo.serving import scratch_folder

    with nullcontext(home) if home is not None else scratch_folder() as folder, prepared(folder, wish, _say) as both:
        code = open_app(both[0])
    _say("Central has stopped." + (f" Everything is in {home}." if home is not None else " Nothing is left."))
    return code


def _say(line: str) -> None:
    print(line, flush=True)


def _say_aside(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
