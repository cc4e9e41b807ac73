from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central import observed
from fieldpo.central.books.database import writing
from fieldpo.central.deciding.devices import add_device
from fieldpo.central.serving.metrics_database import DatabaseState
from fieldpo.central.upkeep.backup import mark
from tests.central.conftest import POSTGRES
from tests.central.laptop import NOW, Laptop, put_person


def state(database: Engine, after: dt.timedelta = dt.timedelta()) -> dict[str, float]:
    """Every figure of the database, by name and the value of its label."""
    found = DatabaseState(database, lambda: NOW + after).collect()
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value for metric in found for sample in metric.samples
    }


@pytest.fixture
def laptop(database: Engine) -> Laptop:
    """Rivera's laptop with one person of hers and one of a colleague."""
    put_person(database, "rivera", "doe")
    put_person(database, "okafor", "roe")
    return Laptop(database)


def test_what_stands_open_is_counted_and_how_long(laptop: Laptop) -> None:
    """Quarantine, blocked, conflicts, each with the age of its oldest; all 0 before."""
    before = state(laptop.engine)
    names = ("quarantine_open", "blocked_waiting", "blocked_oldest_seconds", "conflicts_open", "ops_not_backed_up")
    assert [before[f"fieldpo_{name}"] for name in names] == [0, 0, 0, 0, 0]
    laptop.send()
    laptop.send(
        laptop.contact("roe"),
        laptop.contact("nobody yet"),
        laptop.contact("nobody yet"),
        laptop.edit("person", "doe", 1, fields={"family_name": ("Other", "Third")}),
    )
    found = state(laptop.engine, dt.timedelta(hours=2))
    assert [found[f"fieldpo_{name}"] for name in names] == [1, 2, 7_200, 1, 4]
    assert found["fieldpo_quarantine_oldest_seconds"] == 7_200
    assert found["fieldpo_feed_changes_total"] == 2
    assert found["fieldpo_partitions"] == 2
    assert found["fieldpo_database_up"] == 1


def test_devices_are_counted_by_their_last_sync(laptop: Laptop) -> None:
    """In the first span that fits; one that never synced apart, a revoked one not at all."""
    laptop.send()
    with writing(laptop.engine) as conn:
        for name in ("new", "gone"):
            add_device(conn, name, "rivera", name, NOW)
        conn.exec_driver_sql("UPDATE device SET revoked_at = enrolled_at WHERE id = 'gone'")
    spans = {"hour": 1, "day": 23, "3days": 70, "week": 150, "month": 700, "older": 10_000}
    for name, hours in spans.items():
        found = state(laptop.engine, dt.timedelta(hours=hours, minutes=-1))
        counted = {key: value for key, value in found.items() if key.startswith("fieldpo_devices ") and value}
        assert counted == {f"fieldpo_devices {name}": 1, "fieldpo_devices never": 1}


def test_the_age_of_the_backup_is_told(laptop: Laptop) -> None:
    """Never is for ever; then since it was verified, with what has come after it."""
    laptop.send(laptop.contact("doe"))
    assert state(laptop.engine)["fieldpo_backup_age_seconds"] == float("inf")
    mark(laptop.engine, 1, NOW)
    laptop.send(laptop.contact("doe"), laptop.contact("doe"))
    found = state(laptop.engine, dt.timedelta(days=1))
    assert (found["fieldpo_backup_age_seconds"], found["fieldpo_ops_not_backed_up"]) == (86_400, 2)


@pytest.mark.parametrize("database_url", [POSTGRES], indirect=True)
def test_a_transaction_that_the_database_undid_is_tried_again_and_counted(laptop: Laptop) -> None:
    """A serialization failure, raised once by the database itself: the op is decided once, and one try is counted."""
    with writing(laptop.engine) as conn:
        for statement in _UNDOES_ONCE:
            conn.exec_driver_sql(statement)
    seen = observed.begin("a request")
    answer = laptop.send(laptop.contact("doe"))
    assert [each.verdict.value for each in answer.verdicts] == ["accepted"]
    assert (seen.undone, seen.ops, dict(seen.verdicts)) == (1, 1, {"accepted": 1})


_UNDOES_ONCE = (
    "CREATE SEQUENCE undone",  # a sequence is not undone with its transaction
    """CREATE FUNCTION undo_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('undone') = 1 THEN RAISE EXCEPTION 'once' USING ERRCODE = '40001'; END IF;
      RETURN NEW;
    END $$""",
    "CREATE TRIGGER undo_once BEFORE INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION undo_once()",
)


def test_the_page_names_every_series() -> None:
    """docs/central.md lists the series by which an administrator writes alerts."""
    from fieldpo.central.serving.metrics import Meters

    page = Path("docs/central.md").read_text("utf-8")
    families = [metric.name for metric in Meters().registry.collect()]
    missing = [name for name in families if name not in page]
    assert missing == []
