"""Plays the app on the demo's caseload and saves what it shows: docs/pictures/*.svg, made by `make pictures`.

The caseload is made up from a seed and the clock stands still, so that the same code makes the same pictures.
Textual's pictures name a font to fetch; that is taken out, so that a picture names no host and fetches nothing.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Final

from textual.pilot import Pilot

from fieldpo.app import FieldpoApp
from fieldpo.config import Config
from fieldpo.paths import HOME_VARIABLE
from fieldpo.store.vault import Vault
from tests.filled_vault import NOW, filled_vault

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SIZE: Final = (120, 30)

PICTURES: Final[dict[str, tuple[str, ...]]] = {
    "today": (),
    "person": ("c", "j", "j", "j", "enter"),
    "log-contact": ("j", "j", "j", "j", "j", "n", "r", "1"),
    "home-visit": ("c", "j", "j", "j", "enter", "h"),
}
"""Each picture and the keys that lead to it from Today."""

_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_COMMENT = re.compile(r"\s*<!--.*?-->", re.DOTALL)


async def settled(pilot: Pilot[int]) -> None:
    """Wait until every thread has delivered and all of it is painted."""
    while any(worker.is_running for worker in pilot.app.workers):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    await pilot.pause()


async def picture(vault: Vault, keys: tuple[str, ...]) -> str:
    """What the app shows after these keys, as SVG without a font to fetch."""
    app = FieldpoApp(Config(), vault=vault, clock=lambda: NOW, sync=False)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        return without_fonts(app.export_screenshot(title="fieldpo"))


def without_fonts(svg: str) -> str:
    """The picture without its font faces; the viewer's own monospace font takes their place."""
    bare = _COMMENT.sub("", _FONT.sub("", svg)).replace("font-family: Fira Code, ", "font-family: ")
    return "\n".join(line.rstrip() for line in bare.splitlines()) + "\n"


def main(folder: Path = FOLDER) -> int:
    """Make every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ[HOME_VARIABLE] = home
        with filled_vault(Path(home) / "data") as vault:
            for name, keys in PICTURES.items():
                (folder / f"{name}.svg").write_text(asyncio.run(picture(vault, keys)), "utf-8")
                print(f"docs/pictures/{name}.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
