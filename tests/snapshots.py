"""Pictures of screens as text, compared with those in the repository: at 80x24, at 120x40, and without color.

    async def test_pictures(snapshot, full_vault):
        await assert_pictures(snapshot, lambda: app_on(full_vault), press=["c"])

A picture is what a reader sees: the characters of each cell. `pytest --snapshot-update` makes them anew. The clock
stands at `filled_vault.NOW`; nothing syncs.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from unittest import mock

from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.app import App
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from fieldpo.app import FieldpoApp
from fieldpo.config import Config
from fieldpo.store.vault import Vault
from tests.filled_vault import NOW

SIZES: Final = ((80, 24), (120, 40))

Reach = Callable[[Pilot[Any]], Awaitable[None]]


class Picture(SingleFileSnapshotExtension):
    """One text file a picture."""

    _write_mode = WriteMode.TEXT
    _file_extension = "txt"


def app_on(vault: Vault | None, **settings: Any) -> FieldpoApp:
    """The app on this vault with a clock that stands still and no sync; `settings` are those of Config."""
    return FieldpoApp(Config(**settings), vault=vault, clock=lambda: NOW, sync=False)


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until every thread has delivered and all of it is painted."""
    app = pilot.app
    while any(worker.is_running for worker in app.workers):
        with contextlib.suppress(WorkerCancelled):  # another of its group took its place
            await app.workers.wait_for_complete()
        await pilot.pause()
    await pilot.pause()


def picture(app: App[Any]) -> str:
    """The characters on the screen, one line a row, without what is blank at their ends."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips) + "\n"


def colors(app: App[Any]) -> set[str]:
    """Every color painted; none is left when NO_COLOR is set but shades of gray."""
    found: set[str] = set()
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            for color in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                if color is not None and color.triplet is not None and len(set(color.triplet)) > 1:
                    found.add(color.name)
    return found


async def assert_pictures(
    snapshot: SnapshotAssertion, make: Callable[[], App[Any]], *, press: Sequence[str] = (), reach: Reach | None = None
) -> None:
    """Go to a screen by keys or by `reach`, at both sizes and without color, and compare."""
    for size in SIZES:
        shown, _ = await _picture(make, size, press, reach)
        name = f"{size[0]}x{size[1]}"
        assert shown == snapshot(name=name, extension_class=Picture)
    with mock.patch.dict(os.environ, {"NO_COLOR": "1"}):
        plain, left = await _picture(make, SIZES[0], press, reach)
    assert plain == snapshot(name="80x24", extension_class=Picture)
    assert not left


async def _picture(
    make: Callable[[], App[Any]], size: tuple[int, int], press: Sequence[str], reach: Reach | None
) -> tuple[str, set[str]]:
    app = make()
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for key in press:
            await pilot.press(key)
            await settled(pilot)
        if reach is not None:
            await reach(pilot)
            await settled(pilot)
        return picture(app), colors(app)
