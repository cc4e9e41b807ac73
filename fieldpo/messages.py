"""What workers and screens tell the app, and the app its screens: values, never a widget or a row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from textual.message import Message


@dataclass
class ActSaved(Message):
    """An act is durable. `label` is in the officer's words."""

    act_id: str
    label: str


@dataclass
class SyncProgress(Message):
    """A sync is under way: `done` of `total` in a phase; total 0 where it is not known."""

    phase: str
    done: int = 0
    total: int = 0


@dataclass
class SyncFinished(Message):
    """A sync came to its end. `receipt` is its sentence; `changed` says whether screens have something to read anew."""

    receipt: str
    at: dt.datetime
    changed: bool = True


@dataclass
class SyncFailed(Message):
    """A sync ended early: `reason` is one sentence; `offline` when central did not answer."""

    reason: str
    offline: bool
    at: dt.datetime


@dataclass
class RecordsChanged(Message):
    """Records changed under the screens (a sync, an undo, a save on another screen): read anew, keep the place."""
