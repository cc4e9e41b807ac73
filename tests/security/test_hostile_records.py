"""Records from a broken or hostile central, an adapter or a colleague: the officer's day stands whatever is in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from fieldpo.screens.held_words import whole
from fieldpo.store.applying.apply_pages import Place, take_changes
from fieldpo.store.queries.caseload.listing import Wanted, caseload
from fieldpo.store.queries.day.field_sheet import field_sheet
from fieldpo.store.queries.day.today import today
from fieldpo.store.queries.forms.intakes import became
from fieldpo.store.queries.forms.person import entries, officers_ahead
from fieldpo.store.queries.person.case_notes import case_notes
from fieldpo.store.queries.person.drug_tests import drug_tests
from fieldpo.store.queries.person.overview import person
from fieldpo.store.queries.reports.written import reports
from fieldpo.store.queries.rules.draws import audit_lines, drawn_today
from fieldpo.store.queries.rules.policy import main_pack
from fieldpo.store.queries.supervisor.held import held_for
from fieldpo.store.queries.supervisor.offers import offered, takers
from fieldpo.store.queries.supervisor.review import review
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.body import KINDS, Json
from fieldpo.sync.protocol.exchange import Change, caseload_partition
from tests.filled_vault import NOW, OFFICER, empty_vault

WHO, CASE = "0192bbbb-0000-7000-8000-00000000abcd", "0192cccc-0000-7000-8000-00000000abcd"
OWN = Place(caseload_partition(OFFICER), 0)
ENDS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00-12:00", "9999-12-31T12:00:00Z")

OF_PERSON: dict[str, Json] = {"person_id": WHO, "officer_id": OFFICER, "case_id": CASE}
MOMENTS: dict[str, tuple[str, dict[str, Json]]] = {
    "contact": ("occurred_at", {"contact": "office", "outcome": "reported"}),
    "appointment": ("starts_at", {}),
    "draw_plan": (
        "written_at",
        {"starts_on": "2026-11-01", "drawn_by": "odds", "hits": 1, "out_of": 1, "seed": "ab" * 32},
    ),
    "drug_test": ("at", {"reason": "random", "outcome": "positive"}),
    "violation_report": ("written_at", {"allegations": []}),
    "held_item": (
        "arrived_at",
        {
            "reason": "intake-ambiguous",
            "op_id": "o",
            "entry": "intake",
            "body": {"family_name": [1], "birth_date": "11/23/2026", "contact": {"a": 1}, "note": None, "place": 7},
            "candidates": [{"subject_id": "s", "name": "", "why": "carries", "birth_date": "0001-01-01"}],
        },
    ),
    "intake_outcome": ("decided_at", {"intake_id": "i", "name": "Doe", "became": "{officer.__class__} {0} %s"}),
}
WRONG: tuple[Json, ...] = (None, -1, 10**25, "11/23/2026", [1], {"a": [1]})


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """One client with a case."""
    with empty_vault(tmp_path_factory.mktemp("records") / "vault", OFFICER) as opened:
        pull(opened, "person", {"family_name": "Fahey"}, WHO)
        pull(opened, "case", {"person_id": WHO, "level": "high"}, CASE)
        yield opened


def pull(
    vault: Vault, kind: str, body: dict[str, Json], record_id: str = "0192dddd-0000-7000-8000-00000000abcd"
) -> str:
    """One record as a page brings it; gives its id."""
    change = Change(id=record_id, kind=kind, version=1, number=1, person_id=WHO, body=body)
    with vault.writing() as connection:
        take_changes(connection, OWN, [change])
    return record_id


def forget(vault: Vault, kind: str, record_id: str) -> None:
    """The record is deleted at central."""
    with vault.writing() as connection:
        for each in (kind, f"unreadable.{kind}"):
            take_changes(connection, OWN, [Change(id=record_id, kind=each, version=2, number=2, deleted=True)])


def fits(kind: str, body: dict[str, Json]) -> bool:
    """Whether the kind can read the body."""
    try:
        KINDS[kind].check(body)
    except ValueError:
        return False
    return True


def work_a_day(vault: Vault) -> int:
    """Read what an officer's screens read; gives the number of Today's rows."""
    with vault.reading() as connection:
        pack = main_pack(connection, NOW.date())
        rows = today(connection, pack, OFFICER, NOW).rows
        caseload(connection, pack, OFFICER, NOW, Wanted())
        person(connection, pack, WHO, NOW)
        field_sheet(connection, pack, OFFICER, NOW)
        review(connection, pack, OFFICER)
        takers(connection, OFFICER, "")
        for held in held_for(connection, pack, OFFICER):
            offered(connection, held.key)
            whole(held)
        reads: tuple[Any, ...] = (case_notes, entries, reports, drug_tests)
        for read in reads:
            read(connection, pack, WHO)
        officers_ahead(connection, pack, OFFICER, NOW)
        audit_lines(connection, WHO, NOW.date())
        drawn_today(connection, NOW.date())
        became(connection, NOW)
    return len(rows)


@pytest.mark.parametrize("kind", MOMENTS)
def test_a_moment_at_the_calendars_ends_is_only_a_moment(vault: Vault, kind: str) -> None:
    """What fits its kind and lies in the year 1 or 9999, in any offset, takes no screen away."""
    field, rest = MOMENTS[kind]
    for moment in ENDS:
        body = {**OF_PERSON, **rest, field: moment}
        KINDS[kind].check(body)
        record_id = pull(vault, kind, body)
        work_a_day(vault)
        forget(vault, kind, record_id)


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"policy_pack", "officer", "caseload", "person"}))
def test_a_body_that_does_not_fit_is_kept_and_shown_to_nobody(vault: Vault, kind: str) -> None:
    """One field of another type, or left out, takes neither Today away nor the sync; the record is not lost."""
    spec = KINDS[kind]
    needed = [name for name, field in spec.fields.items() if field.required and name != "person_id"]
    named = (needed or [name for name in spec.fields if name != "person_id"])[-4:]
    at = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC).isoformat()
    sound: dict[str, Json] = dict.fromkeys(needed, "x") | {"person_id": WHO}
    sound |= {name: at for name in needed if name.endswith("_at") or name in ("at", "since")}
    bodies = [{**sound, name: value} for name in named for value in WRONG]
    bad = [body for body in bodies if not fits(kind, body)]
    assert bad
    ids = [pull(vault, kind, body, f"wrong-{place}") for place, body in enumerate(bad)]
    work_a_day(vault)
    with vault.reading() as connection:
        raw = text("SELECT count(*) FROM r_unknown WHERE kind = :kind")
        assert connection.scalar(raw, {"kind": f"unreadable.{kind}"}) == len(bad)
    for record_id in ids:
        forget(vault, kind, record_id)
