"""What a sync's messages make of the status line, and which of them the officer is told besides: pure functions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from fieldpo.messages import SyncFailed, SyncFinished, SyncProgress
from fieldpo.screens.widgets.status_line import Status

SILENCE: Final = 5.0
"""Seconds without an answer of central after which the status line says so."""


@dataclass(frozen=True)
class Toast:
    """What is said over the screen; `title` may be empty."""

    text: str
    title: str = ""
    severity: str = "information"


@dataclass(frozen=True)
class Central:
    """What is remembered of central between two syncs: the refusal that was said last, and that the sign-in ended."""

    refusal: str = ""
    sign_in_ended: bool = False


class Told(NamedTuple):
    """What follows from a sync's end."""

    status: Status
    central: Central
    toast: Toast | None


def begun(status: Status) -> Status:
    """The officer asked for a sync."""
    return replace(status, activity="syncing…")


def progressed(status: Status, done: SyncProgress) -> Status:
    """How far it is."""
    total = done.received + done.to_send
    sent = f" {done.received:,} of {total:,} received" if total else ""
    pulled = f", {done.pulled:,} in" if done.pulled else ""
    return replace(status, activity=f"syncing…{sent}{pulled}")


def finished(status: Status, ended: SyncFinished) -> Told:
    """Central answered: online, since now where it was not. The receipt is said where it was asked for or asks back."""
    since = status.since if status.online else ended.at
    toast = None
    if ended.asked or ended.unread:
        what = "what needs your answer" if ended.asked else "what cannot be read"
        toast = Toast(f"{ended.receipt}. a opens {what}.", "Synced", "warning")
    elif ended.forced:
        toast = Toast(ended.receipt, "Synced")
    return Told(replace(status, online=True, since=since, last_sync=ended.at, activity=""), Central(), toast)


def failed(status: Status, central: Central, ended: SyncFailed) -> Told:
    """Offline is no error and is said only where the sync was asked for; a refusal is said once."""
    online = False if ended.offline else status.online
    since = ended.at if online != status.online else status.since
    toast = None
    if ended.forced or not (ended.offline or ended.reason == central.refusal):
        toast = Toast(ended.reason, "Offline" if ended.offline else "Not synced", "warning")
    after = Central("" if ended.offline else ended.reason, ended.sign_in or (ended.offline and central.sign_in_ended))
    return Told(replace(status, online=online, since=since, activity=""), after, toast)


def waited(status: Status, seconds: float | None, now: dt.datetime) -> Status:
    """A sync under way has waited so long for central's answer, None where none runs: said long before it gives up."""
    if seconds is None or seconds < SILENCE:
        return replace(status, silent_since=None)
    if status.silent_since is not None:
        return status
    return replace(status, silent_since=now - dt.timedelta(seconds=seconds))


def counted(status: Status, found: Status) -> Status:
    """What was counted in the vault, beside what only the syncs of this process and its clock know."""
    return replace(
        found,
        online=status.online,
        since=status.since,
        last_sync=found.last_sync or status.last_sync,
        minutes_to_lock=status.minutes_to_lock,
        activity=status.activity,
        silent_since=status.silent_since,
    )
