"""Assessment: single keys answer, the score grows below, what is saved can be computed again and explained."""

from __future__ import annotations

import datetime as dt

from fieldpo.store.queries.person.assessments import scorings
from fieldpo.store.queries.rules.policy import main_pack
from fieldpo.store.vault import Vault
from fieldpo.supervision.packs.reading import shipped
from tests.filled_vault import fill
from tests.screens_forms.caseload import FAHEY, LONG
from tests.screens_forms.opening import Open
from tests.screens_forms.playing import bodies, painted, play, settle, type_in
from tests.screens_rules.records import level_of, pack

OWN = """
[uses]
instruments = ["county", "dast10"]

[[instruments]]
id = "county"
version = "3"
title = "County needs form"
source = "Policy 12.4"
may_administer = ["officer"]
items = [
  { code = "sex", label = "Sex", kind = "choice", choices = ["M", "F"] },
  { code = "job", label = "Has work" },
  { code = "arrests", label = "Arrests before", kind = "whole", minimum = 0 },
]
[instruments.missing]
rule = "skip"
most = 1
[instruments.reassess]
months = 6
[[instruments.scales]]
code = "total"
terms = [
  { of = "job", yes = 0, no = 2 },
  { of = "arrests" },
]
[[instruments.cutoffs]]
of = "total"
where = { sex = "F" }
levels = [{ name = "low", to = 4 }, { name = "high", from = 5 }]
[[instruments.cutoffs]]
of = "total"
where = { sex = "M" }
levels = [{ name = "low", to = 2 }, { name = "high", from = 3 }]
"""


async def test_single_keys_answer_and_all_is_kept(vault: Vault, on_row: Open) -> None:
    """A digit, ten answers and ctrl+s: the running score is shown; score, answers, version and policy are kept."""
    app = on_row(FAHEY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 1 y y n y")
        assert "total 4; 4 of 10 answered" in painted(app)
        assert "still to answer: 5, 6, 7, 8, 9, 10" in painted(app)
        assert "moderate 3–5" in painted(app)
        await play(pilot, "n n n n n n")
        assert "total 4: moderate; 10 of 10 answered" in painted(app)
        await play(pilot, "ctrl+s")
    made = bodies(vault, "assessment", FAHEY)[-1]
    assert made["items"] == {f"q{n}": n in (1, 2, 4) for n in range(1, 11)}
    assert (made["score"], made["level"], made["version"]) == (4.0, "moderate", "1982")
    assert (made["policy"], made["done_on"]) == ("demo pack 2026.1", "2026-11-23")
    with vault.reading() as connection:
        new, old = scorings(connection, shipped("demo"), FAHEY, dt.date(2026, 11, 23))
    assert "the same" in new.check
    assert not new.differs
    assert old.differs
    assert "it says 7, the answers give 4" in old.check
    assert "it says level “substantial”, the answers give “moderate”" in old.check
    assert "moderate: total 4 lies in 3–5" in old.why


async def test_risk_tab_says_the_instruments_own_level_and_what_differs(vault: Vault, on_row: Open) -> None:
    """The tab has the instrument's words, why, and plainly that a stored score is not that of its answers."""
    del vault
    app = on_row(FAHEY, "person")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 6")
        assert "DIFFERS substantial" in painted(app)
        assert "DIFFERS from its answers by dast10 1982" in painted(app)


async def test_missing_answers_follow_the_instruments_rule(vault: Vault, on_row: Open) -> None:
    """One that refuses a missing answer says which; the draft is kept and nothing is saved; esc and enter go on."""
    app = on_row(LONG)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "enter 1 y space ctrl+s")
        assert "Still to answer: 2, 3, 4" in " ".join(painted(app).replace("▌", "").split())
        assert bodies(vault, "assessment", LONG) == []
        await play(pilot, "escape enter enter")
        assert "total 1; 1 of 10 answered" in painted(app)


async def test_an_agencys_own_instrument_with_cut_offs_by_sex(vault: Vault, on_row: Open) -> None:
    """The pack's form: the cut-offs of this sex, a typed number, one answer left out, an override with its approver."""
    fill(vault, [pack(OWN)])
    app = on_row(LONG)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        assert "[" not in painted(app).split("With")[1].splitlines()[0]
        await play(pilot, "1 1 n 1 enter")
        assert "total (sex M): low up to 2, high 3 and more" in painted(app)
        assert "total 3: high; 3 of 3 answered" in painted(app)
        assert "by Sun 23 May 2027" in painted(app)
        app.screen.set_focus(app.screen.query_one("#items"))
        await play(pilot, "up up 2")
        assert "total 3: low" in painted(app)
        app.screen.set_focus(app.screen.query_one("#override"))
        await play(pilot, "2")
        await type_in(pilot, "new arrest")
        await play(pilot, "enter")
        assert "Which supervisor approved it?" in painted(app)
        await type_in(pilot, "Sgt Imani")
        await play(pilot, "enter ctrl+s")
    made = bodies(vault, "assessment", LONG)[-1]
    assert (made["level"], made["override_level"]) == ("low", "high")
    assert (made["override_reason"], made["override_approver"]) == ("new arrest", "Sgt Imani")
    assert made["reassess_by"] == "2027-05-23"
    assert made["policy"] == "x pack 7"


async def test_the_level_of_supervision_changes_by_the_officers_act_alone(vault: Vault, on_row: Open) -> None:
    """The score proposes LOW; saving without a key keeps HIGH; the proposed level needs no reason, another does."""
    fill(vault, [pack(OWN)])
    app = on_row(LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 1 2 y 0 enter ctrl+s")
        assert bodies(vault, "level_change", LONG) == []
        assert bodies(vault, "case", LONG)[0]["level"] == "high"
        await play(pilot, "enter 1 2 y 0 enter")
        assert "4 LOW (proposed)" in painted(app)
        await play(pilot, "4 ctrl+s")
    changes = bodies(vault, "level_change", LONG)
    assert [one["level"] for one in changes] == ["low", "high"]
    assert changes[0]["reason"] == "county of Mon 23 Nov 2026: 0, low"
    assert "override" not in changes[0]
    assert bodies(vault, "case", LONG)[0]["level"] == "low"


async def test_a_level_that_the_score_does_not_speak_for_needs_reason_and_approver(vault: Vault, on_row: Open) -> None:
    """The screen asks for both, and the level change says that it is an override."""
    app = on_row(LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 1 n n y n n n n n n n 1")
        assert "Why this level?" in painted(app)
        await type_in(pilot, "gang threat")
        await play(pilot, "enter")
        await type_in(pilot, "Sgt Imani")
        await play(pilot, "enter ctrl+s")
    made = next(one for one in bodies(vault, "level_change", LONG) if one["level"] == "max")
    assert (made["override"], made["reason"], made["approver"]) == (True, "gang threat", "Sgt Imani")


async def test_a_reason_is_for_the_level_that_it_was_typed_for(vault: Vault, on_row: Open) -> None:
    """Another level, and its question left with Esc: what was typed for the first one is not given for it."""
    app = on_row(LONG)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "enter 1 n n y n n n n n n n 1")
        await type_in(pilot, "gang threat")
        await play(pilot, "enter")
        await type_in(pilot, "Sgt Imani")
        await play(pilot, "enter")
        app.screen.set_focus(app.screen.query_one("#level"))
        await play(pilot, "3 escape ctrl+s")
    assert bodies(vault, "level_change", LONG) == []


async def test_who_approved_is_asked_again_where_it_was_left(vault: Vault, on_row: Open) -> None:
    """The question for the approver left with Esc: the same level pressed again asks, and can be saved."""
    app = on_row(LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter 1 n n y n n n n n n n 1")
        await type_in(pilot, "gang threat")
        await play(pilot, "enter escape ctrl+s")
        assert bodies(vault, "level_change", LONG) == []
        app.screen.set_focus(app.screen.query_one("#level"))
        await play(pilot, "1")
        await type_in(pilot, "gang threat")
        await play(pilot, "enter")
        assert "Which supervisor approved it?" in painted(app)
        await type_in(pilot, "Sgt Imani")
        await play(pilot, "enter ctrl+s")
    made = next(one for one in bodies(vault, "level_change", LONG) if one["level"] == "max")
    assert (made["reason"], made["approver"]) == ("gang threat", "Sgt Imani")


async def test_impossible_days_and_levels_have_their_sentence(vault: Vault, on_row: Open) -> None:
    """A day ahead, no day, a case without a level and one whose level the policy does not know are said plainly."""
    level_of(vault, "platinum")
    app = on_row(LONG)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        assert "level “platinum” is none of demo pack 2026.1" in " ".join(painted(app).split())
        app.screen.set_focus(app.screen.query_one("#done"))
        await play(pilot, "t")
        await type_in(pilot, "30 feb")
        await play(pilot, "enter")
        assert "That is no day." in painted(app)
        await play(pilot, "escape t")
        await type_in(pilot, "2026-12-24")
        await play(pilot, "enter")
        assert "lies ahead" in painted(app)
    level_of(vault, "")
    app = on_row(LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await play(pilot, "enter")
        assert "The case has no level of supervision" in painted(app)


def test_the_policys_own_interval_says_when_again(vault: Vault) -> None:
    """An instrument without an interval is due again when the case's policy asks for it, and the rule is named."""
    standards = """
[[policies]]
name = "p"
effective_from = 2020-01-01
applies = [{ levels = ["high"] }]
[policies.assessment]
again = "6 months"
initial = [{ after = "60 days" }]
"""
    fill(vault, [pack(standards)])
    with vault.reading() as connection:
        (one,) = scorings(connection, main_pack(connection, dt.date(2026, 11, 23)), FAHEY, dt.date(2026, 11, 23))
    assert (one.again_on, one.again_why) == (dt.date(2026, 12, 1), "x pack 7, p: assessment after 6 months")
