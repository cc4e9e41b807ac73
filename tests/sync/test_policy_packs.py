"""Policy packs come with the sync: checked and published at central, in force by their dates on every device."""

from __future__ import annotations

import datetime as dt

import pytest

from fieldpo.central.books.database import writing
from fieldpo.central.office.policy import id_of, publish, published
from fieldpo.central.office.records import NewRecord, put_records
from fieldpo.errors import BadInput, PolicyError
from fieldpo.store.queries.rules.policy import main_pack, pack_named, pulled_packs
from fieldpo.supervision.packs.reading import shipped_text
from fieldpo.sync.protocol.body import plain_body
from fieldpo.sync.protocol.exchange import AGENCY
from fieldpo.sync.protocol.kinds import PolicyPack

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


def test_what_a_newer_central_published_is_read_as_far_as_it_is_known(field: Field) -> None:
    """Keys of a newer fieldpo are passed over and named; a pack that is wrong in what is known says so by its name."""
    laptop = field.enrol(field.central.user("reyes"))
    newer = _version("2027.1", "2026-11-01").replace('code = "late",', 'code = "late", colour = "amber",', 1)
    wrong = _version("2027.2", "2027-01-01").replace("America/Chicago", "America/Chic")
    texts = {"2027.1": newer, "2027.2": wrong}
    packs = [
        PolicyPack(
            pack="demo",
            version=version,
            effective_from=dt.date.fromisoformat(text.split("effective_from = ")[1][:10]),
            text=text,
            main=True,
        )
        for version, text in texts.items()
    ]
    with writing(field.central.engine) as conn:
        new = [NewRecord(id_of(one), "policy_pack", plain_body(one)) for one in packs]
        put_records(conn, AGENCY, new, now=NOW)
    laptop.sync()
    with laptop.vault.reading() as connection:
        pack = main_pack(connection, NOW.date())
        assert pack.version == "2027.1"
        assert [one.label for one in pack.outcomes if one.code == "late"] == ["late"]
        found = {one.name: one for one in pulled_packs(connection)}
    assert list(found) == ["demo 2027.1", "demo 2027.2"]
    assert found["demo 2027.1"].passed_over == ("outcomes.colour",)
    assert not found["demo 2027.1"].trouble
    assert "America/Chic" in found["demo 2027.2"].trouble
