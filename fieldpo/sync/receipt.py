"""What a sync did, in numbers and in the officer's words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from fieldpo.plain import clock, count


@dataclass(frozen=True)
class Progress:
    """How far a running sync is: entries answered, entries that still wait, records that are new here."""

    received: int = 0
    to_send: int = 0
    pulled: int = 0

    @property
    def words(self) -> str:
        """'1,200 of 5,000 received, 31 records came'; empty before anything is known."""
        total = self.received + self.to_send
        sent = f"{self.received:,} of {total:,} received" if total else ""
        came = f"{count(self.pulled, 'record')} came" if self.pulled else ""
        return ", ".join(part for part in (sent, came) if part)


@dataclass(frozen=True)
class Receipt:
    """What a sync did. `at` carries the device's offset; the other fields count entries but for `pulled` and `news`.

    `held`, `returned` and `unread` are of this sync, `not_sent`, `not_taken`, `need_answer` and `unreadable` what
    stands afterwards.
    """

    at: dt.datetime
    received: int = 0
    held: int = 0
    returned: int = 0
    conflicts: int = 0
    pulled: int = 0
    """Records that central told of, one's own that came back among them; `news` of them say what was not here."""
    news: int = 0
    not_sent: int = 0
    not_taken: int = 0
    """Those of `not_sent` that were refused even alone: they go again when the officer says so."""
    need_answer: int = 0
    unreadable: int = 0
    """Records that central sent in a form that does not fit their kind; `unread` of them came with this sync."""
    unread: int = 0
    cases_left: int = 0
    upgrade: bool = False
    drifted: tuple[str, ...] = ()
    """Partitions whose copy still differs from central's after it came again: for `fieldpo doctor`."""
    stopped: bool = False
    """Somebody ended the sync before it was through; everything that was not sent is kept."""

    def after(self, before: Receipt) -> Receipt:
        """This one together with the sync before it, where one request got two."""
        return replace(
            self,
            received=before.received + self.received,
            held=before.held + self.held,
            returned=before.returned + self.returned,
            conflicts=before.conflicts + self.conflicts,
            pulled=before.pulled + self.pulled,
            news=before.news + self.news,
            unread=before.unread + self.unread,
        )

    @property
    def words(self) -> str:
        """'31 of 31 received 17:04, 0 held, 1 returned'; without anything sent 'Up to date 17:04'; and what was not
        taken and cannot be read, as long as there is any. 'Stopped 17:04: 12 of 31 received' where it was not through.
        """
        not_taken = f", {self.not_taken} not taken" if self.not_taken else ""
        unreadable = f", {count(self.unreadable, 'record')} cannot be read" if self.unreadable else ""
        total = self.received + self.not_sent
        if self.stopped:
            return f"Stopped {clock(self.at)}: {self.received:,} of {total:,} received"
        if not total:
            return f"Up to date {clock(self.at)}{unreadable}"
        returned = self.returned + self.conflicts
        return (
            f"{self.received:,} of {total:,} received {clock(self.at)}, {self.held} held, "
            f"{returned} returned{not_taken}{unreadable}"
        )
