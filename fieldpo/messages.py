"""What workers and screens tell the app: values, never a widget or a row."""

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
    """A sync is under way: entries answered, entries that still wait, records received."""

    received: int = 0
    to_send: int = 0
    pulled: int = 0


@dataclass
class SyncFinished(Message):
    """A sync came to its end. `receipt` is its sentence on the office's clock, `changed` whether screens have something
    to read anew, `forced` whether the officer asked for it, `asked` how many entries it brought that need an answer,
    `unread` how many records that cannot be read."""

    receipt: str
    at: dt.datetime
    changed: bool = True
    forced: bool = False
    asked: int = 0
    unread: int = 0


@dataclass
class SyncFailed(Message):
    """A sync ended early: `reason` is one sentence; `offline` when central did not answer; `forced` when asked for;
    `sign_in` when the officer has to sign in again."""

    reason: str
    at: dt.datetime
    offline: bool
    forced: bool = False
    sign_in: bool = False
