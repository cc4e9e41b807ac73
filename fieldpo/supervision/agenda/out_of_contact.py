"""The out-of-contact clock: how long nobody has heard of a person who was looked for since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from fieldpo.supervision.standards.case import Stay
from fieldpo.supervision.written.lists import OutOfContactClock as Clock


class OutOfContact(NamedTuple):
    """The clock on a day: `day` days since the contact that counted last, out of `of`."""

    day: int
    of: int

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.day >= self.of

    def words(self) -> str:
        """As a list says it: "out of contact day 12 of 30"."""
        return f"out of contact day {self.day} of {self.of}"


def out_of_contact(
    last: date | None, tried: date | None, stays: Iterable[Stay], on: date, clock: Clock
) -> OutOfContact | None:
    """The clock on a day, for whoever was tried and not reached since the last contact; None while it stands still,
    and before the day from which the pack shows it.

    It counts from the last contact that counts (`last`), where there was none from the first try. Nobody is out of
    contact whom nobody tried to reach, nor while a stay lasts (custody, absconding, an exempt time): that says where
    the person is, or that it is known that nobody knows.
    """
    if tried is None or (last is not None and tried < last):
        return None
    if any(stay.start <= on and (stay.until is None or on < stay.until) for stay in stays):
        return None
    day = (on - (last or tried)).days
    return OutOfContact(day, clock.days) if day >= clock.shown_from else None
