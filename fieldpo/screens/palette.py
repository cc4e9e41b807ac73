"""The command palette: every command by its name, from the same list as the keys."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from textual.actions import parse
from textual.app import App, SystemCommand
from textual.screen import Screen

from fieldpo import bindings
from fieldpo.bindings import Key
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.themes import THEMES
from fieldpo.screens.widgets.key_footer import key_name


def commands(app: App[Any], screen: Screen[Any]) -> Iterable[SystemCommand]:
    """The commands of this screen, then those of everywhere. Global letters' commands work in forms too."""
    own = list(screen.keys()) if isinstance(screen, FieldScreen) else []
    seen: set[str] = set()
    for key in [*own, *bindings.EVERYWHERE]:
        if not key.palette or key.id in seen or not there(app, key):
            continue
        seen.add(key.id)
        yield SystemCommand(title(key), f"{key.tooltip} ({shown_keys(app, key)})", partial(press, app, screen, key))
    for theme in THEMES:
        yield SystemCommand(f"Theme: {theme.name}", "Change the colors", partial(setattr, app, "theme", theme.name))


def there(app: App[Any], key: Key) -> bool:
    """Whether the key means anything on this computer: Review only where a team is granted."""
    return key.id != "review" or bool(getattr(getattr(app, "status", None), "supervises", False))


def title(key: Key) -> str:
    """The command's name: its label, with a capital."""
    return key.label[:1].upper() + key.label[1:]


def shown_keys(app: App[Any], key: Key) -> str:
    """The keys as they are now, remapped or not: `F2, ctrl+g`."""
    keymap = getattr(getattr(app, "config", None), "keymap", {})
    keys = str(keymap.get(key.id, key.keys))
    return ", ".join(key_name(one.strip()) for one in keys.split(","))


async def press(app: App[Any], screen: Screen[Any], key: Key) -> None:
    """Do what the key does. A letter that is off in forms is called by name, which nobody types by mistake."""
    if key.letter:
        _, name, parameters = parse(key.action)
        getattr(app, f"action_{name}")(*parameters)
    else:
        await app.run_action(key.action, screen)
