"""Drug tests: a sample, results as they come in by the cut-offs, no-shows, and the tab that shows them."""

from __future__ import annotations

from fieldpo.store.vault import Vault
from fieldpo.supervision.drug_tests.reading import Reading, read_levels, test_words
from fieldpo.supervision.drug_tests.rules_file import LABORATORIES
from fieldpo.supervision.written.drug_tests import Substance
from tests.filled_vault import fill
from tests.screens_forms.caseload import ALVAREZ, FAHEY, LONG
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import bodies, painted, play, settle, type_in
from tests.screens_rules.records import pack

THC = Substance(code="thc", key="t", label="THC", initial=50, confirm=15)


def test_levels_are_read_by_the_cut_offs() -> None:
    """Below the first cut-off negative, at it positive until the confirmation says, at that one positive."""
    read = [read_levels(THC, *levels).verdict for levels in ((49.9, None), (50, None), (62, 14.9), (62, 15))]
    assert read == ["negative", "presumptive", "unconfirmed", "positive"]
    rules = LABORATORIES.shipped("dot40")
    said = [
        test_words(rules, "no_show", "", ()),
        test_words(rules, "collected", "", ()),
        test_words(rules, "collected", "substituted", [Reading(substance="thc", initial="negative")]),
        test_words(rules, "collected", "dilute", [Reading(substance="thc", initial="negative")]),
        test_words(rules, "collected", "valid", [Reading(substance="thc", initial="positive", confirm="positive")]),
    ]
    assert said == ["no-show", "results pending", "substituted: not read", "negative, dilute", "POSITIVE: THC"]


async def test_sample_then_results_days_later(vault: Vault, on_row: Open) -> None:
    """A sample given at the office is one act, its results another: the levels, their cut-offs and rules are kept."""
    app = on_row(FAHEY, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter d s c u 5")
        app.screen.set_focus(app.screen.query_one("#custody"))
        await play(pilot, "w")
        await type_in(pilot, "86")
        await play(pilot, "enter")
        assert "86 °F, OUTSIDE 90–100" in painted(app)
        await play(pilot, "o c")
        await type_in(pilot, "C-1182")
        await play(pilot, "enter")
        app.screen.set_focus(app.screen.query_one("#says"))
        await play(pilot, "a")
        await type_in(pilot, "one joint on Friday")
        await play(pilot, "enter ctrl+s")
        (given,) = bodies(vault, "drug_test", FAHEY)
        assert "results" not in given
        assert (given["temperature"], given["observed"], given["custody_number"]) == (86.0, True, "C-1182")
        await play(pilot, "5")
        assert "results pending" in painted(app)
        await play(pilot, "enter 6")
        await type_in(pilot, "2 18")
        await play(pilot, "enter n i N")
        assert "POSITIVE: THC; to be confirmed: codeine/morphine" in " ".join(painted(app).split())
        assert "May be a violation" in painted(app)
        await play(pilot, "ctrl+s")
    (read,) = bodies(vault, "drug_test", FAHEY)
    thc = read["results"][0]
    assert (thc["initial"], thc["confirm"], thc["initial_level"], thc["confirm_level"]) == ("positive",) * 2 + (
        62.0,
        18.0,
    )
    assert (thc["initial_cutoff"], thc["confirm_cutoff"]) == (50.0, 15.0)
    assert (read["validity"], read["rules"], read["unit"]) == ("valid", "dot40 tests 49 CFR 40.85", "ng/mL")
    assert (read["admitted"], read["custody_number"]) == ("one joint on Friday", "C-1182")
    app = on_row(FAHEY, "person")
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 5")
        assert "POSITIVE: THC" in painted(app)
        assert "initial 62 at cut-off 50, confirmed 18 at" in painted(app)


async def test_no_show_of_a_drawn_client(vault: Vault, on_row: Open) -> None:
    """Who is drawn today has random filled in; a no-show is three keys and names the plan and the day."""
    app = on_row(ALVAREZ, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter d")
        assert "drawn today" in painted(app)
        await play(pilot, "n")
        assert "Specimen" not in painted(app)
        assert "May be a violation" in painted(app)
        await play(pilot, "ctrl+s 5")
        assert "no-show" in painted(app)
    (made,) = bodies(vault, "drug_test", ALVAREZ)
    assert (made["reason"], made["outcome"], made["drawn_on"]) == ("random", "no_show", "2026-11-23")
    assert made["plan_id"] == "0192aaac-0000-7000-8000-000000000001"


async def test_what_cannot_be_has_its_sentence(vault: Vault, on_row: Open) -> None:
    """A test in the future, a sample too hot, one without a reason, levels that are none."""
    app = on_row(LONG, "drug_test")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        app.screen.set_focus(app.screen.query_one("#when"))
        await play(pilot, "t")
        await type_in(pilot, "2026-12-24 10:00")
        await play(pilot, "enter")
        assert "lies in the future" in painted(app)
        await play(pilot, "escape")
        app.screen.set_focus(app.screen.query_one("#reason"))
        await play(pilot, "r")
        assert "not drawn today" in painted(app)
        await play(pilot, "c u 5 6")
        await type_in(pilot, "x")
        await play(pilot, "enter")
        assert "Type the first level, or both" in painted(app)
        await play(pilot, "escape")
        app.screen.set_focus(app.screen.query_one("#custody"))
        await play(pilot, "w 4 0 0 enter ctrl+s")
        assert "400 °F, OUTSIDE" in painted(app)
    assert bodies(vault, "drug_test", LONG) == []


async def test_the_agencys_own_laboratory(vault: Vault, on_row: Open) -> None:
    """The words, panels and cut-offs are those of the pack."""
    fill(
        vault,
        [
            pack(
                """
[[drug_tests]]
id = "lab"
version = "4"
title = "County laboratory"
source = "contract 7"
unit = "ng/mL"
reasons = [{ code = "scheduled", key = "s", label = "planned UA" }]
specimens = [{ code = "urine", key = "u", label = "cup", cut_offs = true }]
outcomes = [{ code = "collected", key = "c", label = "given", sample = true }]
validities = [{ code = "valid", key = "v", label = "good", readable = true }]
substances = [{ code = "thc", key = "t", label = "cannabis", initial = 20, confirm = 5 }]
panels = [{ code = "one", key = "1", label = "cannabis cup", substances = ["thc"] }]
"""
            )
        ],
    )
    app = on_row(LONG, "drug_test")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter s c u 1")
        assert "planned UA" in painted(app)
        assert "cannabis 20/5" in painted(app)
        await play(pilot, "2")
        await type_in(pilot, "5 6")
        await play(pilot, "enter ctrl+s")
    (made,) = bodies(vault, "drug_test", LONG)
    assert made["results"][0]["confirm"] == "positive"
    assert made["rules"] == "lab tests 4"


async def test_a_draft_of_another_test_does_not_say_that_it_was_drawn(vault: Vault, on_row: Open) -> None:
    """Who is drawn today is tested for cause, left and gone on with: the row says no draw."""
    app = on_row(ALVAREZ, "drug_test")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        app.screen.set_focus(app.screen.query_one("#reason"))
        await play(pilot, "s")
        assert "drawn today" not in painted(app)
        await play(pilot, "escape enter enter")
        assert "drawn today" not in painted(app)
