"""A program that is killed between any two statements, run again and again, one statement later each time.

`python -m tests.faults.dying vault FOLDER STEP`, `... central URL STEP`: FOLDER holds a vault of an older shape, URL an
older central. For each boundary a copy is taken, a process brings it up to date and is killed there; then another one
must find everything as before and finish. Prints how many boundaries were tried.
"""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from fieldpo.central.books import migrations
from fieldpo.central.books.database import open_database, reading
from fieldpo.store.database.migrations import migrate
from fieldpo.store.vault import _open
from tests.base_copy import hash_of_base_copy

from .typist import reincarnate


def dies_at(boundary: int) -> None:
    """From now on this process kills itself before its n-th statement, commits and their likes included."""
    left = [boundary]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)


def forked(work: Callable[[], object]) -> int:
    """Do something in a process of its own; returns how that ended."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:  # noqa: BLE001 - told by the exit code
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def boundaries(
    copy: Callable[[int], Any], update: Callable[[Any], None], check: Callable[[Any], None], step: int
) -> int:
    """Try every `step`-th boundary until an update gets through; returns how many kills there were."""
    kills = 0
    while True:
        at = copy(kills * step)

        def dying(at: Any = at, boundary: int = kills * step) -> None:
            dies_at(boundary)
            update(at)

        ended = forked(dying)
        if forked(partial(check, at)):
            sys.exit(f"killed at statement {kills * step} it did not go on")
        if ended == 0:
            return kills
        if ended != -signal.SIGKILL:
            sys.exit(f"at statement {kills * step} it ended with {ended}")
        kills += 1


def vault(folder: Path, step: int) -> int:
    """A vault of an older shape, brought up to date when it is opened."""
    unlocked = pickle.loads((folder / "unlocked").read_bytes())  # noqa: S301 - from the test itself

    def copy(boundary: int) -> Path:
        at = folder.parent / f"copy{boundary}"
        shutil.copytree(folder, at)
        return at

    def update(at: Path) -> None:
        _open(at, unlocked, migrate, reincarnate).close()

    def check(at: Path) -> None:
        with _open(at, unlocked, migrate, reincarnate) as opened:
            assert not opened.opened_as.new_incarnation
            assert opened.integrity_problems() == ()
            with opened.reading() as connection:
                ops = "\n".join(connection.scalars(text("SELECT text FROM frozen_op ORDER BY position")))
                assert ops == (folder / "ops").read_text()
                for row in connection.execute(text("SELECT id, hash FROM partition")):
                    assert hash_of_base_copy(connection, row.id) == row.hash
                assert connection.scalar(text("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%_old'")) == 0
                rows = connection.execute(text("SELECT occurred_utc FROM r_contact")).all()
                assert len(rows) == 3
                assert all(row.occurred_utc for row in rows)
        shutil.rmtree(at)

    return boundaries(copy, update, check, step)


def central(url: str, step: int) -> int:
    """A central that has only its first step."""
    address = sa.make_url(url)
    sqlite = address.get_backend_name() == "sqlite"

    def copy(boundary: int) -> str:
        name = f"{address.database}_{boundary}"
        if sqlite:
            shutil.copy(str(address.database), name)
        else:
            engine = open_database(address.set(database="postgres").render_as_string(hide_password=False))
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {address.database}")
            engine.dispose()
        return address.set(database=name).render_as_string(hide_password=False)

    def update(at: str) -> None:
        migrations.migrate(open_database(at))

    def check(at: str) -> None:
        engine = open_database(at)
        migrations.migrate(engine)
        assert migrations.is_current(engine)
        with reading(engine) as conn:
            assert conn.execute(sa.text("SELECT body FROM record")).scalar_one() == '{"family_name": "Doe"}'
        engine.dispose()

    return boundaries(copy, update, check, step)


def main() -> None:
    """The command."""
    what, where, step = sys.argv[1:]
    print(vault(Path(where), int(step)) if what == "vault" else central(where, int(step)))  # noqa: T201


if __name__ == "__main__":
    main()
