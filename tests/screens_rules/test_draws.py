"""Random draws out of the records alone: the same everywhere, past days again, and no quiet second draw."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input

from fieldpo.errors import BadInput
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.entries.drug_test import DrawPlanForm, draw_plan_act, plan_record
from fieldpo.store.entries.withdrawal import withdrawal_act
from fieldpo.store.queries.rules.draws import audit_lines, drawn_again, drawn_today
from fieldpo.store.vault import Vault
from fieldpo.supervision.drug_tests.draw_plans import PlanRecord, drawn, trouble_of
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.body import plain_body
from fieldpo.sync.protocol.kinds import DrugTest
from tests.filled_vault import OFFICER
from tests.screens_forms.caseload import ALVAREZ, FAHEY
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import NOW, bodies, painted, play, settle, type_in
from tests.screens_rules.records import CHICAGO, FAHEY_CASE, SEED, plan

PACK = shipped("demo")
PLAN = "0192aaac-0000-7000-8000-000000000001"
FIRST, TODAY = dt.date(2026, 9, 1), dt.date(2026, 11, 23)


def _of_record(body: dict[str, Any], written: str = "2026-09-01", **more: Any) -> PlanRecord:
    return plan_record(PLAN, body, dt.date.fromisoformat(written), **more)


def test_the_record_alone_draws_the_same_as_the_laptop(vault: Vault) -> None:
    """What a central would compute from the plan's JSON and the pack is what the laptop says, day by day."""
    sent = json.loads(json.dumps(plain_body(plan(ALVAREZ, OFFICER)), default=str))
    record = _of_record(sent)
    with vault.reading() as connection:
        here = {one.day: one.drawn for one in drawn_again(connection, ALVAREZ, FIRST, TODAY)}
        today = {one.person_id for one in drawn_today(connection, TODAY)}
    there = {}
    for n in range((TODAY - FIRST).days + 1):
        made = drawn([record], FIRST + dt.timedelta(days=n), lambda _: PACK)
        if made is not None:
            there[FIRST + dt.timedelta(days=n)] = made[1].drawn
    assert here == there
    assert FIRST not in here, "nothing is drawn for the day on which the plan was written"
    assert 20 < sum(here.values()) < 45
    assert (ALVAREZ in today) == here[TODAY]


def test_another_plan_changes_no_day_that_is_over(vault: Vault) -> None:
    """A new plan holds from the next day; the days before draw as before, also in the month that it cuts."""
    with vault.reading() as connection:
        before = drawn_again(connection, ALVAREZ, FIRST, TODAY)
    form = DrawPlanForm(
        person_id=ALVAREZ,
        short_name="Alvarez, M.",
        officer_id=OFFICER,
        case_id=FAHEY_CASE,
        starts_on=TODAY + dt.timedelta(days=1),
        drawn_by="period",
        least=1,
        most=2,
        per="month",
        reason="court order",
        replaces=True,
    )
    perform(vault, draw_plan_act(PACK, form, NOW), NOW)
    with vault.reading() as connection:
        after = drawn_again(connection, ALVAREZ, FIRST, dt.date(2026, 12, 31))
        lines = audit_lines(connection, ALVAREZ, dt.date(2026, 12, 1))
    assert after[: len(before)] == before
    assert {one.plan_id for one in after[len(before) :]} == {form.entry_id}
    assert [words.partition(", seed ")[0] for label, words in lines if label == "PLAN"] == [
        "1 to 2 in every month from Tue 24 Nov 2026: court order. Reyes, Ana, written Mon 23 Nov 2026",
        "1 in 2 open days by chance from Wed 02 Sep 2026. Reyes, Ana, written Tue 01 Sep 2026",
    ]
    kept = bodies(vault, "draw_plan", ALVAREZ)
    assert len(kept) == 2
    assert len({one["seed"] for one in kept}) == 2


def test_today_is_never_drawn_again(vault: Vault) -> None:
    """A plan cannot begin today or before; one that says so all the same counts from tomorrow."""
    form = DrawPlanForm(
        person_id=ALVAREZ, short_name="A", officer_id=OFFICER, case_id=FAHEY_CASE, starts_on=TODAY, drawn_by="none"
    )
    with pytest.raises(BadInput, match="from tomorrow at the earliest"):
        draw_plan_act(PACK, form, NOW)
    with vault.reading() as connection:
        before = drawn_today(connection, TODAY)
    forced = plan(ALVAREZ, OFFICER, hits=0, out_of=1)
    forced = type(forced)(**{**_fields(forced), "written_at": NOW, "starts_on": FIRST})
    perform(vault, Act("another", (Create(forced),), NOW), NOW)
    with vault.reading() as connection:
        assert drawn_today(connection, TODAY) == before
        assert ALVAREZ not in {one.person_id for one in drawn_today(connection, TODAY + dt.timedelta(days=1))}


def _fields(body: Any) -> dict[str, Any]:
    return {name: getattr(body, name) for name in body.__struct_fields__}


def test_a_withdrawn_plan_stays_on_file_and_draws_until_that_day(vault: Vault) -> None:
    """Entered in error: the days before still draw as they did, the next no more, and the audit says when."""
    with vault.reading() as connection:
        before = drawn_again(connection, ALVAREZ, FIRST, TODAY)
    gone = withdrawal_act(PACK, ALVAREZ, "A", PLAN, "wrong client", officer_id=OFFICER, now=NOW)
    perform(vault, gone, NOW)
    with vault.reading() as connection:
        assert drawn_again(connection, ALVAREZ, FIRST, TODAY + dt.timedelta(days=9)) == before
        assert "withdrawn Mon 23 Nov 2026" in dict(audit_lines(connection, ALVAREZ, TODAY))["PLAN"]


def test_the_audit_holds_draws_against_tests(vault: Vault) -> None:
    """Drawn and not tested, tested, and a random test on a day that was not drawn are told apart."""
    with vault.reading() as connection:
        days = drawn_again(connection, ALVAREZ, TODAY - dt.timedelta(days=30), TODAY - dt.timedelta(days=1))
    hit = next(one.day for one in days if one.drawn)
    miss = next(one.day for one in days if not one.drawn)
    for on in (hit, miss):
        at = dt.datetime.combine(on, dt.time(10), CHICAGO)
        body = DrugTest(
            person_id=ALVAREZ,
            officer_id=OFFICER,
            at=at,
            reason="random",
            outcome="collected",
            plan_id=PLAN,
            drawn_on=on,
        )
        perform(vault, Act("test", (Create(body),), at), NOW)
    with vault.reading() as connection:
        again = {one.day: one for one in drawn_again(connection, ALVAREZ, days[0].day, TODAY)}
        lines = audit_lines(connection, ALVAREZ, TODAY, 30)
    assert (again[hit].outcome, again[hit].differs) == ("collected", False)
    assert again[miss].differs
    assert sum(label == "NOT DRAWN" for label, _ in lines) == 1
    assert any("NO TEST RECORDED" in words for _, words in lines)


@given(
    st.builds(
        PlanRecord,
        plan_id=st.just("p"),
        person_id=st.just("x"),
        written_on=st.dates(dt.date(2020, 1, 1), dt.date(2027, 1, 1)),
        starts_on=st.dates(dt.date(2020, 1, 1), dt.date(2027, 1, 1)),
        drawn_by=st.sampled_from(["odds", "period", "none", "[/]", ""]),
        seed=st.sampled_from([SEED, "", "zz", "00"]),
        hits=st.integers(-1, 3),
        out_of=st.integers(-1, 9),
        least=st.integers(-1, 4),
        most=st.integers(-1, 4),
        per=st.sampled_from(["week", "month", "days", "year", ""]),
        days=st.integers(-1, 400),
    ),
    st.dates(dt.date(2019, 12, 1), dt.date(2027, 3, 1)),
)
def test_any_record_draws_or_says_why_not(record: PlanRecord, on: dt.date) -> None:
    """A plan out of any record draws alike twice, or has a sentence; never for a day up to that of its writing."""
    if trouble_of(record):
        assert trouble_of(record).endswith(".")
        return
    made = drawn([record], on, lambda _: PACK)
    assert made == drawn([record], on, lambda _: PACK)
    if made is not None:
        assert on > record.written_on
        assert on >= record.starts_on


async def test_a_plan_is_made_with_few_keys_and_its_chance_by_the_computer(vault: Vault, on_row: Open) -> None:
    """D, odds, 1 in 7, the panel, ctrl+s; nonsense is asked again; a second plan asks why."""
    app = on_row(FAHEY, "draw_plan")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "enter o")
        await type_in(pilot, "seldom")
        await play(pilot, "enter")
        assert "Type how often, as 1 in 7." in painted(app)
        app.screen.query_one("#ask", Input).value = "1 in 7"
        await play(pilot, "enter 5 ctrl+s")
        (made,) = bodies(vault, "draw_plan", FAHEY)
        assert (made["drawn_by"], made["hits"], made["out_of"], made["panel"]) == ("odds", 1, 7, "five")
        assert len(bytes.fromhex(made["seed"])) == 32
        assert made["starts_on"] == "2026-11-24"
        await play(pilot, "enter m")
        await type_in(pilot, "4 to 2")
        await play(pilot, "enter 9")
        await type_in(pilot, "court order")
        await play(pilot, "enter ctrl+s")
        assert "expected 0 to most, got 4 to 2" in " ".join(painted(app).split())
        await play(pilot, "escape")
    assert len(bodies(vault, "draw_plan", FAHEY)) == 1
