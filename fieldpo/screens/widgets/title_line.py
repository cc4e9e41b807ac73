"""The first line of every screen: its name, whose, the date, and which view this is."""

from __future__ import annotations

import datetime as dt
from typing import Protocol, cast

from textual.content import Content
from textual.widgets import Static

from fieldpo.plain import day


class Titled(Protocol):
    """What the line reads from its screen."""

    title_text: str
    heading: str
    client_safe: bool


class TitleLine(Static):
    """`TODAY  Mon 23 Nov 2026 14:02        VIEW: FULL   F2 blank   F3 client-safe`."""

    DEFAULT_CSS = "TitleLine { height: 1; dock: none; text-wrap: nowrap; text-overflow: ellipsis; }"

    def render(self) -> Content:
        """One line as wide as the screen. Whose it is goes before what the keys are called, but never the view."""
        screen = cast("Titled", self.screen)
        view, swap = ("CLIENT", "full") if screen.client_safe else ("FULL", "client-safe")
        left = Content.from_markup(" [b]$name[/b]  $heading", name=screen.title_text, heading=screen.heading)
        for right in (f"VIEW: {view}   F2 blank   F3 {swap} ", f"VIEW: {view}  F2 blank  F3 ", f"{view}  F2  F3 "):
            room = max(self.size.width - len(right) - 1, 0)
            if left.cell_length <= room:
                break
        return left.truncate(room, ellipsis=True, pad=True) + Content(" " + right)


def date_heading(now: dt.datetime) -> str:
    """`Mon 23 Nov 2026 14:02`, for screens that belong to no person."""
    return f"{day(now.date())} {now:%H:%M}"
