"""Policy packs come with the sync: checked and published at central, in force by their dates on every device."""

from __future__ import annotations

import datetime as dt

import pytest

from fieldpo.central.books.database import writing
from fieldpo.central.office.policy import publish, published
from fieldpo.errors import BadInput, PolicyError
from fieldpo.store.queries.policy import main_pack, pack_named
from fieldpo.supervision.pack_file import shipped_text

from .conftest import Field

NOW = dt.datetime(2026, 11, 22, 17, 4, tzinfo=dt.UTC)


def _version(version: str, since: str) -> str:
    text = shipped_text("demo")
    head, _, rest = text.partition("\n[")
    lines = [
        f'version = "{version}"'
        if line.startswith("version")
        else f"effective_from = {since}"
        if line.startswith("effective_from")
        else line
        for line in head.splitlines()
    ]
    return "\n".join(lines) + "\n[" + rest


def test_a_published_pack_is_in_force_on_the_device_by_its_dates(field: Field) -> None:
    """Two versions come down with one sync; each day has the version of that day."""
    laptop = field.enrol(field.central.user("reyes"))
    with laptop.vault.reading() as connection:
        assert main_pack(connection, NOW.date()).version == "2026.1"
    with writing(field.central.engine) as conn:
        publish(conn, _version("a", "2026-01-01"), "a.toml", main=True, now=NOW)
        publish(conn, _version("b", "2026-12-01"), "b.toml", main=True, now=NOW)
    laptop.sync()
    with laptop.vault.reading() as connection:
        assert main_pack(connection, dt.date(2026, 11, 30)).version == "a"
        assert main_pack(connection, dt.date(2026, 12, 1)).version == "b"
        named = pack_named(connection, "demo", dt.date(2026, 6, 1))
        assert named is not None
        assert named.version == "a"
        assert pack_named(connection, "demo", dt.date(2025, 12, 31)) is None


def test_a_published_version_never_changes(field: Field) -> None:
    """The same version with other text is refused, the same text again adds nothing, an unsound pack never goes out."""
    with writing(field.central.engine) as conn:
        publish(conn, _version("a", "2026-01-01"), "a.toml", main=True, now=NOW)
        publish(conn, _version("a", "2026-01-01"), "a.toml", main=True, now=NOW)
        with pytest.raises(BadInput, match="published already"):
            publish(conn, _version("a", "2026-01-02"), "a.toml", main=True, now=NOW)
        with pytest.raises(PolicyError, match=r"broken.toml"):
            publish(conn, "id = 3", "broken.toml", main=True, now=NOW)
        assert [(one.version, one.main) for one in published(conn)] == [("a", True)]
