"""Records that move a due day, written in the form of a fact: what they ask for, refuse, and do to what is owed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import text
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from fieldpo.store.queries.rules.owed import owed
from fieldpo.store.vault import Vault
from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.standards.engine import Obligation
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.kinds import Address, CaseEvent, Deferral, LevelChange, Stay
from tests.filled_vault import Pulled, fill
from tests.hostile import raw_in
from tests.screens_forms.caseload import FAHEY, HOSTILE, NASTY
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import NOW, bodies, painted, play, settle, type_in
from tests.snapshots import assert_pictures

CASE = "0192dddd-0000-7000-8000-000000000000"
TODAY = NOW.date()
YESTERDAY = TODAY - dt.timedelta(days=1)
PACK = shipped("demo")
Filled = dict[str, str]


def obligation(vault: Vault, code: str, on: dt.date = TODAY, person_id: str = FAHEY) -> Obligation:
    """What a case owes of one sort on a day."""
    with vault.reading() as connection:
        (one,) = owed(connection, PACK, (caseload_partition(vault.identity.user_id),), on, (person_id,))
    return next(each for each in one.obligations if each.obligation == code)


async def to_form(pilot: Pilot[Any], kind: str, filled: Filled, record_id: str | None = None, who: str = FAHEY) -> None:
    """Open the form of a kind and fill its fields."""
    await settle(pilot)
    pilot.app.go("fact", person_id=who, kind=kind, record_id=record_id)  # type: ignore[attr-defined]
    await settle(pilot)
    put(pilot, filled)
    await settle(pilot)


def put(pilot: Pilot[Any], filled: Filled) -> None:
    """Type into fields, choose in rows."""
    for name, value in filled.items():
        widget: Any = pilot.app.screen.query_one(f"#f-{name}")
        if hasattr(widget, "picked"):
            widget.picked = (value,)
        else:
            widget.value = value


async def test_a_day_in_custody_is_reached_by_letters_and_nothing_is_owed(vault: Vault, on_row: Open) -> None:
    """+ t, c, saved: today stands still, yesterday's answer is as it was; the overview tells it."""
    before = obligation(vault, "face_to_face", YESTERDAY)
    assert obligation(vault, "face_to_face").due is not None
    app = on_row(FAHEY, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter plus t c ctrl+s")
        assert "in custody from Mon 23 Nov 2026." in painted(app)
    (made,) = bodies(vault, "stay", FAHEY)
    assert made == {"person_id": FAHEY, "case_id": CASE, "stay": "jail_or_prison", "start": "2026-11-23"}
    assert obligation(vault, "face_to_face").due is None
    assert obligation(vault, "face_to_face", YESTERDAY) == before


async def test_the_end_of_custody_is_a_release(vault: Vault, on_row: Open) -> None:
    """It has ended, by one letter; a contact after release is owed from that day, without an event typed."""
    start = TODAY - dt.timedelta(days=9)
    fill(
        vault,
        [Pulled("stay", "stay-1", FAHEY, Stay(person_id=FAHEY, case_id=CASE, stay="jail_or_prison", start=start))],
    )
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_form(pilot, "stay", {}, "stay-1")
        await play(pilot, "e ctrl+s")
    (made,) = bodies(vault, "stay", FAHEY)
    assert made["until"] == "2026-11-23"
    assert obligation(vault, "released").due == dt.date(2026, 11, 25)
    assert obligation(vault, "released", YESTERDAY).due is None


async def test_a_new_home_asks_for_a_visit(vault: Vault) -> None:
    """A home since a day after the case began is a new address; one from before it is none."""
    assert obligation(vault, "new_address").due is None
    old = Address(person_id=FAHEY, line1="1 Old Rd", since=dt.date(2026, 5, 1))
    fill(vault, [Pulled("address", "home-0", FAHEY, old)])
    assert obligation(vault, "new_address").due is None
    new = Address(person_id=FAHEY, line1="14 Mill Rd", told_on=TODAY)
    fill(vault, [Pulled("address", "home-1", FAHEY, new)])
    told = obligation(vault, "new_address").due
    assert told is not None
    assert obligation(vault, "new_address", YESTERDAY).due is None
    fill(
        vault,
        [Pulled("case_event", "e-1", FAHEY, CaseEvent(person_id=FAHEY, case_id=CASE, event="new_address", on=TODAY))],
    )
    assert obligation(vault, "new_address").due == told


async def test_a_deferral_puts_the_due_day_off_from_today(vault: Vault, on_row: Open) -> None:
    """The obligation is one of those owed; the due day put off is kept, and yesterday knew nothing of it."""
    due, before = obligation(vault, "face_to_face").due, obligation(vault, "face_to_face", YESTERDAY)
    assert due is not None
    to = max(due, TODAY) + dt.timedelta(days=6)
    app = on_row(FAHEY, "person")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await play(pilot, "enter plus d")
        put(
            pilot,
            {"obligation": "face_to_face", "to": to.isoformat(), "reason": "In hospital.", "approver": "Sup. Lund"},
        )
        await play(pilot, "ctrl+s")
        assert "Approved by Sup. Lund." in painted(app)
    (made,) = bodies(vault, "deferral", FAHEY)
    assert (made["granted_on"], made["due"], made["to"]) == ("2026-11-23", due.isoformat(), to.isoformat())
    assert obligation(vault, "face_to_face").due == to
    assert obligation(vault, "face_to_face", YESTERDAY) == before


async def test_a_level_change_keeps_the_days_past(vault: Vault, on_row: Open) -> None:
    """The case shows the new level, yesterday is still answered by the old one, and withdrawing brings it back."""
    before, now = obligation(vault, "face_to_face", YESTERDAY), obligation(vault, "face_to_face")
    app = on_row(FAHEY, "person")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await play(pilot, "enter plus l")
        put(pilot, {"level": "low"})
        await play(pilot, "ctrl+s")
        assert "LOW since Mon 23 Nov 2026" in painted(app)
        assert obligation(vault, "face_to_face") != now
        assert obligation(vault, "face_to_face", YESTERDAY) == before
        (case,) = bodies(vault, "case", FAHEY)
        assert (case["level"], case["level_since"]) == ("low", "2026-11-23")
        with vault.reading() as connection:
            made = connection.scalar(
                text("SELECT id FROM r_level_change WHERE json_extract(body, '$.level') = 'low' AND hidden = 0")
            )
        await to_form(pilot, "level_change", {"in_error": "meant for another client"}, made)
        await play(pilot, "ctrl+s")
    (case,) = bodies(vault, "case", FAHEY)
    assert case["level"] == "high"
    assert obligation(vault, "face_to_face") == now


async def test_a_rate_of_the_supervisors_own_is_in_force_between_its_days(vault: Vault, on_row: Open) -> None:
    """1 in 3 days from today: due sooner; yesterday's rate was the standard's."""
    before, now = obligation(vault, "face_to_face", YESTERDAY), obligation(vault, "face_to_face")
    app = on_row(FAHEY)
    filled = {"obligation": "face_to_face", "rate": "1 in  3 Days", "reason": "Relapse.", "approver": "Sup. Lund"}
    async with app.run_test(size=(80, 24)) as pilot:
        await to_form(pilot, "rate_override", filled)
        await play(pilot, "ctrl+s")
    (made,) = bodies(vault, "rate_override", FAHEY)
    assert (made["rate"], made["start"]) == ("1 in 3 days", "2026-11-23")
    after = obligation(vault, "face_to_face").due
    assert after is not None
    assert now.due is not None
    assert after < now.due
    assert obligation(vault, "face_to_face", YESTERDAY) == before


async def test_an_event_of_a_day_past_is_owed_from_that_day(vault: Vault, on_row: Open) -> None:
    """Released on Friday: contact by Tuesday, asked on Monday; nothing was owed the day before."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_form(pilot, "case_event", {"event": "released", "on": "20 nov"})
        await play(pilot, "ctrl+s")
    assert obligation(vault, "released").due == dt.date(2026, 11, 24)
    assert obligation(vault, "released", dt.date(2026, 11, 19)).due is None


async def test_what_was_entered_in_error_counts_no_more(vault: Vault, on_row: Open) -> None:
    """Enter on a deferral offers one thing; without a reason it is refused, with one the due day is back."""
    due = obligation(vault, "face_to_face").due
    put_off = Deferral(
        person_id=FAHEY,
        case_id=CASE,
        obligation="face_to_face",
        to=dt.date(2026, 12, 24),
        granted_on=TODAY,
        reason="In hospital.",
        approver="Sup. Lund",
    )
    fill(vault, [Pulled("deferral", "deferral-1", FAHEY, put_off)])
    assert obligation(vault, "face_to_face").due == dt.date(2026, 12, 24)
    app = on_row(FAHEY, "person")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        app.screen.query_one("OverviewTab").go_to("deferral")  # type: ignore[attr-defined]
        await play(pilot, "enter")
        assert "correct it" not in painted(app)
        await play(pilot, "ctrl+s")
        assert "Say why it was entered in error" in painted(app)
        await type_in(pilot, "meant for another client")
        await play(pilot, "ctrl+s")
        assert "Approved by Sup. Lund" not in painted(app)
    assert obligation(vault, "face_to_face").due == due
    (made,) = bodies(vault, "withdrawal", FAHEY)
    assert (made["entry_id"], made["reason"]) == ("deferral-1", "meant for another client")


async def test_a_stay_entered_in_error_goes_by_one_letter_and_a_reason(vault: Vault, on_row: Open) -> None:
    """X, the reason, ctrl+s: what is owed is as before the stay."""
    due = obligation(vault, "face_to_face")
    stay = Stay(person_id=FAHEY, case_id=CASE, stay="board_hold", start=TODAY)
    fill(vault, [Pulled("stay", "stay-1", FAHEY, stay)])
    assert obligation(vault, "face_to_face") != due
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_form(pilot, "stay", {}, "stay-1")
        await play(pilot, "x")
        await type_in(pilot, "entered twice")
        await play(pilot, "ctrl+s")
    (made,) = bodies(vault, "withdrawal", FAHEY)
    assert made["reason"] == "entered twice"
    assert obligation(vault, "face_to_face") == due


REFUSED = {
    "no such day": ("stay", {"stay": "board_hold", "start": "31 nov"}, "day"),
    "ends before it began": (
        "stay",
        {"stay": "board_hold", "start": "2026-11-20", "until": "2026-11-19"},
        "end before",
    ),
    "custody to come": ("stay", {"stay": "jail_or_prison", "start": "2026-12-24"}, "day ahead"),
    "exempt without reason": ("stay", {"stay": "exempt", "approver": "Lund"}, "needs a reason and who approved"),
    "exempt without approver": ("stay", {"stay": "exempt", "reason": "Ill."}, "needs a reason and who approved"),
    "no deferral approver": (
        "deferral",
        {"obligation": "face_to_face", "to": "2027-01-05", "reason": "Ill."},
        "needed",
    ),
    "deferred to the past": (
        "deferral",
        {"obligation": "face_to_face", "to": "2026-01-05", "reason": "Ill.", "approver": "Lund"},
        "put it off to a later day",
    ),
    "nothing due": (
        "deferral",
        {"obligation": "released", "to": "2027-01-05", "reason": "Ill.", "approver": "Lund"},
        "none can be put off",
    ),
    "not owed": (
        "deferral",
        {"obligation": "chess", "to": "2027-01-05", "reason": "Ill.", "approver": "Lund"},
        "The case owes no “chess” now",
    ),
    "unknown level": ("level_change", {"level": "purple"}, "no code “purple”"),
    "override without reason": ("level_change", {"level": "low", "override": "yes"}, "override needs a reason"),
    "level ahead": ("level_change", {"level": "low", "since": "2027-01-05"}, "cannot begin on a day ahead"),
    "level before the case": ("level_change", {"level": "low", "since": "2026-01-05"}, "no level before that"),
    "no rate": (
        "rate_override",
        {"obligation": "face_to_face", "rate": "often", "reason": "Ill.", "approver": "Lund"},
        "expected a rate such as",
    ),
    "rate until before it starts": (
        "rate_override",
        {
            "obligation": "face_to_face",
            "rate": "1 in 7 days",
            "until": "2026-11-01",
            "reason": "Ill.",
            "approver": "Lund",
        },
        "end before it began",
    ),
    "notice after the hearing": (
        "hearing",
        {"hearing": "review", "on": "12/1/2026", "notice_by": "12/2/2026"},
        "notice would be due after the hearing",
    ),
    "notified ahead": (
        "hearing",
        {"hearing": "review", "on": "12/1/2026", "notified_on": "11/30/2026"},
        "notified on a day ahead",
    ),
    "hearing without a day": ("hearing", {"hearing": "review"}, "“Day” is needed"),
    "event ahead": ("case_event", {"event": "arrest", "on": "2027-01-05"}, "cannot have happened on a day ahead"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_cannot_be_is_refused_in_a_sentence(vault: Vault, on_row: Open, what: str) -> None:
    """Nothing is saved, the form stands with what was typed, and one sentence says why."""
    kind, filled, said = REFUSED[what]
    app = on_row(FAHEY)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await to_form(pilot, kind, filled)
        await play(pilot, "ctrl+s")
        assert said in " ".join(painted(app).replace("▌", "").split())
    assert bodies(vault, kind, FAHEY) == []


async def test_hostile_words_stand_as_text_in_form_and_overview(vault: Vault, on_row: Open) -> None:
    """Reason, approver and level from elsewhere are painted safely, in a line and in the form above the reason."""
    rows = [
        Pulled(
            "level_change",
            "level-1",
            HOSTILE,
            LevelChange(
                person_id=HOSTILE,
                case_id="0192dddd-0000-7000-8000-000000000003",
                since=TODAY,
                level="[b]",
                override=True,
                reason=NASTY,
                approver=NASTY,
            ),
        )
    ]
    fill(vault, rows)
    app = on_row(HOSTILE, "person")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        assert raw_in(app) == []
        await to_form(pilot, "level_change", {"in_error": NASTY}, "level-1", HOSTILE)
        assert raw_in(app) == []
        await play(pilot, "ctrl+s")
    (made,) = bodies(vault, "withdrawal", HOSTILE)
    assert "\x1b" not in made["reason"]


PICTURES = {
    "stay": ("stay", "e"),
    "deferral": ("deferral", ""),
    "level_change": ("level_change", "down down y"),
    "rate_override": ("rate_override", ""),
    "case_event": ("case_event", "r"),
}


@pytest.mark.parametrize("name", PICTURES)
async def test_the_form_looks_so(snapshot: SnapshotAssertion, anew: Open, name: str) -> None:
    """The form is as in its picture."""
    kind, keys = PICTURES[name]

    async def reach(pilot: Pilot[Any]) -> None:
        await to_form(pilot, kind, {})
        await play(pilot, keys)

    await assert_pictures(snapshot, lambda: anew(FAHEY), reach=reach)
