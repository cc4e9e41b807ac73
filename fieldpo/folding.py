"""A SQLite database's write-ahead log moved into it beside who reads and writes, once it has grown large.

SQLite does that in the commit that made the log too long, and who saves waits for it. The vault and central have it
done by a thread.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

LARGE_LOG: Final = 8 * 2**20


class Folding:
    """Looks at a database's log after each write; a thread of its own moves it, by `fold`, which raises nothing."""

    def __init__(self, database: Path, fold: Callable[[], None]) -> None:
        self._fold = fold
        self._log = database.with_name(f"{database.name}-wal")
        self._under_way: threading.Thread | None = None

    def look(self) -> None:
        """Begin to move the log where it is large and nobody moves it yet; does not wait."""
        if self._under_way is not None and self._under_way.is_alive():
            return
        with contextlib.suppress(OSError):
            if self._log.stat().st_size >= LARGE_LOG:
                self._under_way = threading.Thread(target=self._fold, name="fieldpo-fold", daemon=True)
                self._under_way.start()

    def wait(self) -> None:
        """Until none is under way."""
        if self._under_way is not None:
            self._under_way.join()
