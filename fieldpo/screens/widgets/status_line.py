"""The second line: online or offline and since when, entries not sent, the last sync, the time to lock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from fieldpo.plain import clock, count


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


def status_text(status: Status, now: dt.datetime) -> str:
    """The line as words; never by color alone."""
    parts = [_connection(status, now)]
    if status.not_sent is not None:
        kept = ", kept here" if status.not_sent and not status.online else ""
        parts.append(f"{status.not_sent} not sent{kept}" if status.not_sent else "all sent")
    if status.held:
        parts.append(f"{status.held} held for review")
    if status.need_answer:
        parts.append(f"{count(status.need_answer, 'needs', 'need')} your answer (a)")
    if status.activity:
        parts.append(status.activity)
    elif status.last_sync is not None:
        parts.append(f"last sync {_when(status.last_sync, now)}")
    else:
        parts.append("no sync yet")
    if status.minutes_to_lock is not None:
        parts.append(f"locks in {status.minutes_to_lock} min")
    return " | ".join(parts)


def _connection(status: Status, now: dt.datetime) -> str:
    if status.online is None:
        return "NOT CONNECTED YET"
    word = "ONLINE" if status.online else "OFFLINE"
    return f"{word} since {_when(status.since, now)}" if status.since else word


def _when(moment: dt.datetime, now: dt.datetime) -> str:
    local = moment.astimezone(now.tzinfo)
    return clock(local) if local.date() == now.date() else f"{local:%a %d %b} {clock(local)}"


class StatusLine(Static):
    """Shows the app's status; the app sets `line` on every screen's."""

    DEFAULT_CSS = "StatusLine { height: 2; text-wrap: nowrap; text-overflow: ellipsis; border-bottom: solid $panel; }"

    line: reactive[str] = reactive("", layout=False)

    def on_mount(self) -> None:
        """Begin with what the app knows."""
        self.line = getattr(self.app, "status_text", "")

    def render(self) -> Content:
        """One line."""
        return Content(f" {self.line}")
