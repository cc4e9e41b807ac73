"""Person-made text in every sink of Textual, on a screen and on a real terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color

from fieldpo.screens.safe import SafeLines, cell, filled, plain_content
from tests.app.sinks import Sinks
from tests.hostile import MARKED, STRINGS, leaks, on_a_pty, raw_in

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("text", STRINGS)
def test_markup_in_text_stays_text(text: str) -> None:
    """Content, filled markup and a table's cell hold what was written, with no style or link of its own."""
    shown = text.replace("\x07", "").replace("\x08", "")  # these Textual and Rich drop by themselves
    assert plain_content(text).plain == shown
    assert plain_content(text).spans == []
    assert filled("[b]$name[/b]", name=text).plain == shown
    assert cell(text).plain == shown
    assert cell(text).spans == []


@pytest.mark.parametrize("name", MARKED)
def test_the_line_filter_takes_controls_and_leaves_words(name: str) -> None:
    """What is left can be printed; clean segments pass as they are."""
    made = SafeLines().apply([Segment(f"a{MARKED[name]}b")], Color(0, 0, 0))
    assert made[0].text.isprintable()
    assert made[0].text[0] == "a"
    clean = [Segment("Fahey, B. 王小明")]
    assert SafeLines().apply(clean, Color(0, 0, 0)) is clean


async def test_no_sink_paints_a_control() -> None:
    """Every kind of widget, and a toast: not one raw control or bidi mark is painted."""
    app = Sinks()
    async with app.run_test(size=(120, 60), notifications=True) as pilot:
        await pilot.pause()
        assert raw_in(app) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pty")
def test_nothing_reaches_a_real_terminal() -> None:
    """Every byte that the sinks write to a pty is looked at."""
    assert leaks(_written()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pty")
def test_without_the_filter_text_reaches_the_terminal() -> None:
    """The same app with Textual's own filters alone does leak: the look is not blind, and the hook still matters."""
    assert leaks(_written("bare"))


def _written(*arguments: str) -> bytes:
    return on_a_pty(
        ["-m", "tests.app.sinks", *arguments], [("evil", "\x11")], environment={"PYTHONPATH": str(ROOT)}, size=(60, 120)
    )
