"""The agency's clock, on which every command reads and prints its times, wherever the laptop is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fieldpo.supervision.pack import Pack


def office_pack() -> Pack:
    """The agency's policy pack."""
    from fieldpo.supervision.pack_file import shipped

    return shipped("demo")


def office_now() -> dt.datetime:
    """This moment with the office's offset."""
    return on_office_clock(dt.datetime.now(dt.UTC))


def on_office_clock(moment: dt.datetime) -> dt.datetime:
    """A moment of any offset as the office's clock shows it."""
    from fieldpo.supervision.calendar import local

    return local(moment, office_pack())
