"""After a defect: one plain message for the terminal, and a report that stands only in the encrypted vault."""

from __future__ import annotations

import datetime as dt
import threading
import traceback
from typing import TYPE_CHECKING, Final

from fieldpo.errors import FieldpoError

if TYPE_CHECKING:
    from fieldpo.store.vault import Vault

REPORT: Final = "crash_report"
"""The vault's meta key of the last report."""

PATIENCE: Final = 2.0
"""Seconds that ending may wait for the report; the thread that failed may hold the database."""


def last_words(*, kept: bool) -> str:
    """What the terminal shows: nothing of a client, a key or the defect itself."""
    report = " A report is in the vault, where only you can read it: fieldpo doctor shows it." if kept else ""
    return (
        "fieldpo had to close: it met a defect of its own. Every saved entry is safe in the vault, and so is a draft "
        f"up to the last pause in typing. Start fieldpo again and go on.{report}"
    )


def report_text(error: BaseException, at: dt.datetime) -> str:
    """The defect with its calls, without the values of any variable."""
    met = getattr(error, "error", None)  # Textual wraps what a worker met, and says where only in there
    found = met if isinstance(met, BaseException) else error
    lines = traceback.TracebackException.from_exception(found, capture_locals=False).format()
    return f"{at.isoformat()}\n{''.join(lines)}"


def keep_report(vault: Vault, error: BaseException) -> bool:
    """Keep the report in the vault; False where that did not work in time."""
    done = threading.Event()

    def put() -> None:
        from fieldpo.store.database.meta import put_meta

        try:
            with vault.writing() as connection:
                put_meta(connection, REPORT, report_text(error, dt.datetime.now(dt.UTC)))
        except FieldpoError:
            return
        done.set()

    threading.Thread(target=put, name="crash", daemon=True).start()
    return done.wait(PATIENCE)
