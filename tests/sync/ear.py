"""Who hears how a background sync goes."""

from __future__ import annotations

import queue
from typing import Any

from fieldpo.errors import FieldpoError
from fieldpo.sync.receipt import Progress, Receipt

PATIENCE = 30.0
"""Seconds to wait for a sync's end before it counts as never."""


class Ear:
    """Hears what happens, in order."""

    def __init__(self) -> None:
        self.heard: queue.Queue[Any] = queue.Queue()

    def progress(self, progress: Progress) -> None:
        """Not of interest here."""

    def finished(self, receipt: Receipt, *, forced: bool) -> None:  # noqa: ARG002 - the listener's shape
        """A receipt."""
        self.heard.put(receipt)

    def failed(self, error: FieldpoError, *, forced: bool) -> None:  # noqa: ARG002 - the listener's shape
        """An error for people."""
        self.heard.put(error)

    def broke(self, error: Exception) -> None:
        """A defect."""
        self.heard.put(error)

    def receipt(self) -> Receipt:
        """The next thing heard is a receipt."""
        found = self.heard.get(timeout=PATIENCE)
        assert isinstance(found, Receipt), found
        return found
