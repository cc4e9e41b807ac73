"""Settings and folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldpo.config import Config, load
from fieldpo.errors import BadInput, ConfigError
from fieldpo.paths import paths


def test_fieldpo_home_moves_everything(fieldpo_home: Path) -> None:
    """With FIELDPO_HOME set, every folder is below it."""
    where = paths()
    assert all(one.is_relative_to(fieldpo_home) for one in (where.data, where.config, where.state, where.cache))
    assert not fieldpo_home.exists()


def test_without_it_the_system_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without FIELDPO_HOME the folders are the system's own for fieldpo."""
    monkeypatch.delenv("FIELDPO_HOME")
    assert "fieldpo" in paths().data.parts


def test_a_relative_home_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative FIELDPO_HOME would be another vault in every folder."""
    monkeypatch.setenv("FIELDPO_HOME", "here")
    with pytest.raises(BadInput, match="absolute"):
        paths()


def test_no_file_means_the_defaults() -> None:
    """Nothing needs to be set."""
    assert load() == Config()
    assert Config().idle_lock_minutes == 10


def test_what_is_set_is_read(tmp_path: Path) -> None:
    """Each setting arrives as written."""
    file = tmp_path / "config.toml"
    file.write_text('theme = "light"\nidle_lock_minutes = 30\neditor_allowed = true\n[keymap]\nsync = "S"\n')
    config = load(file)
    assert (config.theme, config.idle_lock_minutes, config.editor_allowed) == ("light", 30, True)
    assert dict(config.keymap) == {"sync": "S"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("idle_lock_minutes = 31", "idle_lock_minutes"),
        ("idle_lock_minutes = true", "idle_lock_minutes"),
        ('theme = "pink"', "theme"),
        ("editor_allowed = 1", "editor_allowed"),
        ("colour = 1", "colour"),
        ("[keymap]\nsync = 3", "keymap.sync"),
        ("keymap = 3", "keymap"),
        ("theme = x", "line 1"),
    ],
)
def test_an_error_names_file_and_key(tmp_path: Path, text: str, key: str) -> None:
    """A wrong settings file is named, and so is the key."""
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert str(file) in str(caught.value)
    assert key in str(caught.value)
