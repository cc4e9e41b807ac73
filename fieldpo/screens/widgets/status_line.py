"""The second line: online or offline and since when, entries not sent, the last sync, the time to lock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Protocol, cast

from textual.content import Content
from textual.widgets import Static

from fieldpo.plain import clock, short_day


@dataclass(frozen=True)
class Status:
    """What the line says. Moments carry their offset; `activity` stands in for the last sync while one runs."""

    online: bool | None = None
    since: dt.datetime | None = None
    not_sent: int | None = None
    held: int = 0
    need_answer: int = 0
    last_sync: dt.datetime | None = None
    minutes_to_lock: int | None = None
    activity: str = ""
    supervises: bool = False
    """Whether a team is granted on this computer, so that Review is there; the line does not say it."""
    silent_since: dt.datetime | None = None
    """Since when a sync under way has waited for central's answer, once that is long."""
    unreadable: int = 0
    """Records that came from central and cannot be read."""


def status_text(status: Status, now: dt.datetime, width: int = 200) -> str:
    """The line as words, never by color alone; shorter words where the width wants them, and then no more since when
    the computer is online: what waits and the time to lock are never cut off.
    """
    told = " | ".join(_parts(status, now, short=False))
    if len(told) > width:
        told = " | ".join(_parts(status, now, short=True))
    if len(told) > width and status.online and status.silent_since is None:
        told = " | ".join(_parts(replace(status, since=None), now, short=True))
    return told


def _parts(status: Status, now: dt.datetime, *, short: bool) -> list[str]:
    known = status.online is not None or status.silent_since is not None
    parts = [_connection(status, now)] if known else []
    if status.not_sent is not None:
        kept = ", kept here" if status.not_sent and not short else ""
        parts.append(f"{status.not_sent} not sent{kept}" if status.not_sent else "all sent")
    if status.held:
        parts.append(f"{status.held} held" if short else f"{status.held} held for review")
    if status.need_answer:
        needs = "needs" if status.need_answer == 1 else "need"
        parts.append(f"{status.need_answer} {needs} {'answer' if short else 'your answer'} (a)")
    if status.unreadable:
        parts.append(f"{status.unreadable} unreadable (a)")
    if status.silent_since is not None:
        parts.append("still trying")
    elif status.activity:
        parts.append(status.activity)
    elif status.last_sync is not None:
        parts.append(f"{'sync' if short else 'last sync'} {_when(status.last_sync, now)}")
    else:
        parts.append("no sync yet")
    if status.minutes_to_lock is not None:
        parts.append(f"locks {'' if short else 'in '}{status.minutes_to_lock} min")
    return parts


def _connection(status: Status, now: dt.datetime) -> str:
    if status.silent_since is not None and status.online is not False:
        return f"NO ANSWER since {_when(status.silent_since, now)}"
    word = "ONLINE" if status.online else "OFFLINE"
    return f"{word} since {_when(status.since, now)}" if status.since else word


def _when(moment: dt.datetime, now: dt.datetime) -> str:
    local = moment.astimezone(now.tzinfo)
    return clock(local) if local.date() == now.date() else f"{short_day(local)} {clock(local)}"


class Told(Protocol):
    """What the line reads from the app."""

    status: Status

    def now(self) -> dt.datetime:
        """The clock."""


class StatusLine(Static):
    """Shows the app's status; the app refreshes it when that changes."""

    DEFAULT_CSS = "StatusLine { height: 2; text-wrap: nowrap; text-overflow: ellipsis; border-bottom: solid $panel; }"

    def render(self) -> Content:
        """One line."""
        told = cast("Told", self.app)
        return Content(f" {status_text(told.status, told.now(), self.size.width - 2)}")
