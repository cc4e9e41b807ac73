"""A backup's file on disk: whether it is whole, and of a central that this program can serve.

Beside FILE stands FILE.sha256, as `sha256sum -c` reads it: a changed byte inside a note breaks no page of SQLite's,
so that the database alone would not tell.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from pathlib import Path

from fieldpo.central.books.migrations import MIGRATIONS
from fieldpo.errors import BadInput


def sum_of(file: Path) -> Path:
    """Where the checksum of a backup stands."""
    return file.with_name(f"{file.name}.sha256")


def write_sum(file: Path) -> None:
    """Put the checksum beside a backup that has just been verified. Raises OSError."""
    text = f"{_digest(file)}  {file.name}\n"
    descriptor = os.open(sum_of(file), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())


def compare_sum(file: Path) -> None:
    """Raises BadInput where there is no such backup, or its bytes are not those that were verified.

    A copy that came without its checksum goes by what the database says of itself.
    """
    if not file.is_file():
        raise BadInput(f"There is no backup {file}. Nothing was changed.")
    try:
        beside = sum_of(file).read_text("utf-8").partition(" ")[0].strip().lower()
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The checksum {sum_of(file)} cannot be read. Nothing was changed.") from error
    if beside != _digest(file):
        raise BadInput(
            f"The backup {file} is not what was verified when it was made: it is damaged or cut short. Central's "
            "database was not changed; take an earlier backup."
        )


def opened(file: Path) -> sqlite3.Connection:
    """A backup to read. Nothing is written beside it, so that its disk may be read-only."""
    log = file.with_name(f"{file.name}-wal")  # there only for a database that was copied by other means
    return sqlite3.connect(f"{file.absolute().as_uri()}?{'mode=ro' if log.exists() else 'immutable=1'}", uri=True)


def check(copy: sqlite3.Connection) -> int:
    """The last op's number of a copy that checks out. Raises BadInput, and sqlite3.Error for no database at all."""
    said = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise BadInput("it is damaged")
    if copy.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('inbox', 'schema_migration')").fetchone()[0] < 2:
        raise BadInput("it is not central's")
    done = dict(copy.execute("SELECT part, max(number) FROM schema_migration GROUP BY part").fetchall())
    known = {part: len(steps) for part, steps in MIGRATIONS}
    if any(number > known.get(part, 0) for part, number in done.items()):
        raise BadInput("it was made by a newer fieldpo; install that version")
    return int(copy.execute("SELECT coalesce(max(number), 0) FROM inbox").fetchone()[0])


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
