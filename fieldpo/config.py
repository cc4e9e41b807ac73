"""Settings: `config.toml` in the configuration folder, read into one frozen value; an error names file and key.

theme = "dark"             # "dark", "light" or "high-contrast"
idle_lock_minutes = 10     # 1 to 30
sync_every_minutes = 5     # 1 to 1440
editor_allowed = false     # may a note be written in $EDITOR, whose temporary files are not encrypted
glyphs = "unicode"         # "unicode" or "ascii"
central_ca = ""            # the whole path of the agency's own CA (PEM): no other is then trusted

[keymap]                   # a binding's id = its keys, comma-separated
log_contact = "l,ctrl+n"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType

from fieldpo.errors import ConfigError
from fieldpo.paths import paths

FILE_NAME = "config.toml"
THEMES = ("dark", "light", "high-contrast")
GLYPHS = ("unicode", "ascii")
IDLE_LOCK_MINUTES = range(1, 31)
"""The upper end is CJIS Security Policy AC-11: a device locks after at most 30 idle minutes."""
SYNC_EVERY_MINUTES = range(1, 1441)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings in force; every field has a default, so that no file is needed."""

    theme: str = "dark"
    idle_lock_minutes: int = 10
    sync_every_minutes: int = 5
    editor_allowed: bool = False
    glyphs: str = "unicode"
    central_ca: Path | None = None
    keymap: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def load(path: Path | None = None) -> Config:
    """Read the settings file (by default the one of `paths()`); without one, the defaults.

    Raises ConfigError, naming the file and the key, when it is not TOML, has a key that fieldpo does not
    know, or a value out of its range.
    """
    path = path or paths().config / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as UTF-8 text: {_reason(error)}.") from error
    import tomllib

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error
    known = {one.name for one in fields(Config)}
    for key in values:
        if key not in known:
            raise ConfigError(f"{path}: there is no setting {key!r}; the settings are {', '.join(sorted(known))}.")
    return _Reader(path, values).config()


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    values: Mapping[str, object]

    def config(self) -> Config:
        default = Config()
        return Config(
            theme=self._one_of("theme", THEMES, default.theme),
            idle_lock_minutes=self._number("idle_lock_minutes", IDLE_LOCK_MINUTES, default.idle_lock_minutes),
            sync_every_minutes=self._number("sync_every_minutes", SYNC_EVERY_MINUTES, default.sync_every_minutes),
            editor_allowed=self._yes_or_no("editor_allowed", default=default.editor_allowed),
            glyphs=self._one_of("glyphs", GLYPHS, default.glyphs),
            central_ca=self._file("central_ca"),
            keymap=self._keymap("keymap"),
        )

    def _wrong(self, key: str, wanted: str) -> ConfigError:
        return ConfigError(f"{self.path}: {key} must be {wanted}.")

    def _one_of(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or value not in allowed:
            raise self._wrong(key, "one of " + ", ".join(f'"{one}"' for one in allowed))
        return value

    def _number(self, key: str, allowed: range, default: int) -> int:
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
            raise self._wrong(key, f"a whole number from {allowed.start} to {allowed.stop - 1}")
        return value

    def _yes_or_no(self, key: str, *, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def _file(self, key: str) -> Path | None:
        value = self.values.get(key, "")
        if value == "":
            return None
        if not isinstance(value, str) or not Path(value).is_absolute():
            raise self._wrong(key, "the whole path of a certificate file (PEM)")
        return Path(value)

    def _keymap(self, key: str) -> Mapping[str, str]:
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self._wrong(key, "a table of binding = keys")
        for binding, keys in value.items():
            if not isinstance(keys, str) or not keys.strip():
                raise self._wrong(f"{key}.{binding}", 'keys such as "l" or "l,ctrl+n"')
        return MappingProxyType(dict(value))


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "the system refused") if isinstance(error, OSError) else error.reason
