"""Every key: named, explained, unique on its screen, and in help."""

from __future__ import annotations

import re

import pytest
from textual.binding import Binding
from textual.screen import Screen

from fieldpo import bindings
from fieldpo.errors import ConfigError
from fieldpo.screens.base import FieldScreen
from fieldpo.screens.help import HelpScreen
from fieldpo.screens.routes import ROUTES, screen_class
from fieldpo.screens.widgets.key_footer import MOST_NARROW
from tests.app.conftest import Open
from tests.snapshots import picture, settled

KEYS = [(section, key) for section, keys in bindings.SECTIONS.items() for key in keys]


def screens() -> list[type[FieldScreen]]:
    """Every screen that a route names."""
    found = [screen_class(name) for name in ROUTES]
    return [one for one in found if issubclass(one, FieldScreen)]


@pytest.mark.parametrize(("section", "key"), KEYS, ids=lambda one: getattr(one, "id", one))
def test_every_key_has_a_name_and_says_what_it_does(section: str, key: bindings.Key) -> None:
    """An id for the keymap, a label, a sentence; and stays off ctrl+enter and alt+letter."""
    assert re.fullmatch(r"[a-z][a-z0-9_]*", key.id)
    assert key.label
    assert key.tooltip[:1].isupper()
    assert "ctrl+enter" not in key.keys
    assert "alt+" not in key.keys


@pytest.mark.parametrize("section", bindings.SECTIONS)
def test_no_key_stands_twice_in_a_section(section: str) -> None:
    """A section binds each key once, and each id once."""
    keys = [one for key in bindings.SECTIONS[section] for one in key.keys.split(",")]
    ids = [key.id for key in bindings.SECTIONS[section]]
    assert len(keys) == len(set(keys))
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("screen", screens(), ids=lambda one: one.__name__)
def test_a_screen_takes_no_key_of_everywhere(screen: type[FieldScreen]) -> None:
    """What works everywhere works here: no section of the screen takes its key (a form may take letters)."""
    everywhere = {
        one for key in bindings.EVERYWHERE for one in key.keys.split(",") if not (screen.is_form and key.letter)
    }
    own = {one for name in screen.section for key in bindings.SECTIONS[name] for one in key.keys.split(",")}
    assert not own & (everywhere - {"question_mark", "ctrl+c"})


@pytest.mark.parametrize("screen", screens(), ids=lambda one: one.__name__)
def test_every_binding_of_a_screen_has_id_and_tooltip(screen: type[Screen[None]]) -> None:
    """Nothing is bound past `bindings.py`."""
    for _, binding in screen._merged_bindings or ():
        assert isinstance(binding, Binding)
        assert binding.id
        assert binding.tooltip


@pytest.mark.parametrize("screen", screens(), ids=lambda one: one.__name__)
def test_every_binding_of_a_screen_is_in_its_help(screen: type[FieldScreen]) -> None:
    """Help lists what the screen binds."""
    bound = {binding.id for _, binding in screen._merged_bindings or ()}
    listed = {key.id for name in (*screen.section, "screen") for key in bindings.SECTIONS[name]}
    assert bound <= listed
    assert screen is HelpScreen or screen.help_text


async def test_the_footer_holds_six_keys_and_help(on_list: Open) -> None:
    """At 80 columns the last line names at most six keys, `?` the last."""
    app = on_list()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        footer = picture(app).splitlines()[-1]
    assert footer.endswith("? more")
    assert len(footer.split("   ")) <= MOST_NARROW


async def test_help_scrolls_while_the_filter_has_the_focus(on_list: Open) -> None:
    """Page down shows what stood below."""
    app = on_list()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f1")
        await settled(pilot)
        before = picture(app)
        await pilot.press("pagedown")
        await settled(pilot)
        assert picture(app) != before


def test_a_keymap_names_only_keys_that_exist() -> None:
    """A misspelt name in the settings is said, not ignored."""
    with pytest.raises(ConfigError, match="log_contakt"):
        bindings.keymap({"log_contakt": "l"})
