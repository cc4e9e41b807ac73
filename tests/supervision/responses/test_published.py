"""The shipped matrices against the published figures (tests/data/sanctions)."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldpo.errors import BadInput
from fieldpo.supervision.packs.reading import shipped as shipped_pack
from fieldpo.supervision.responses.matrix_file import MATRICES
from fieldpo.supervision.responses.recommendation import Recommendation
from fieldpo.supervision.responses.respond import respond

PUBLISHED: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parents[2] / "data" / "sanctions" / "graduated_responses.json").read_text("utf-8")
)
WASHINGTON = PUBLISHED["Washington WAC 137-104-025, RCW 9.94A.737"]
CAROLINA = PUBLISHED["North Carolina G.S. 15A-1343(a1)(3) quick dips"]
USSG = PUBLISHED["USSG 7B1.4 revocation table, months"]
KNOWN = "2026-11-18"


def ask(matrix: str, **violation: object) -> Recommendation:
    """What a shipped matrix recommends, on the demo office's calendar."""
    return respond(MATRICES.shipped(matrix), {"known_on": KNOWN, **violation}, shipped_pack("demo"))


def _days(option: object) -> tuple[int, int]:
    return (getattr(option, "least", -1), getattr(option, "most", -1))


@pytest.mark.parametrize("name", MATRICES.shipped_names())
def test_each_shipped_matrix_is_sound(name: str) -> None:
    """Every matrix that comes with fieldpo loads and names its source."""
    assert MATRICES.shipped(name).id == name
    assert MATRICES.shipped(name).source


@pytest.mark.parametrize(("before", "opens"), [(4, False), (5, True), (9, True)])
def test_washington_after_five_sanctioned_low_ones_may_go_high(before: int, *, opens: bool) -> None:
    """Up to 3 days for a low-level violation; after five sanctioned ones up to 30 may be given."""
    assert WASHINGTON["after_sanctioned_low_level_violations"] == 5
    earlier = [{"on": f"2026-0{n}-02", "severity": "low"} for n in range(1, before + 1)]
    found = ask("us-wa", severity="low", earlier=earlier)
    assert _days(found.range) == (0, 3)
    assert [_days(option) for option in found.may_also] == ([(0, 30)] if opens else [])
    assert found.counts[0].why.startswith(f"After five sanctioned low-level violations: {before} counted, 5 needed")


def test_washington_unsanctioned_and_high_ones_do_not_count() -> None:
    """Only low-level violations that were sanctioned lead to the high level."""
    earlier = [{"on": f"2026-0{n}-02", "severity": "low", "sanctioned": n > 1} for n in range(1, 6)]
    assert not ask("us-wa", severity="low", earlier=earlier).may_also
    earlier = [{"on": f"2026-0{n}-02", "severity": "high"} for n in range(1, 7)]
    assert not ask("us-wa", severity="low", earlier=earlier).may_also


def test_washington_high_aggravated_and_in_time() -> None:
    """High is up to 30 days; low with aggravating facts needs the hearing officer; three business days to respond."""
    assert _days(ask("us-wa", severity="high").range) == (0, 30)
    found = ask("us-wa", severity="low", aggravating="Threatened the victim again.")
    assert [(option.under, option.approver) for option in found.may_also] == [("aggravating", "hearing officer")]
    # Wednesday; Thursday, Friday, then Monday: the weekend is not counted.
    assert [(one.deadline, one.due) for one in found.deadlines] == [("respond", dt.date(2026, 11, 23))]
    assert WASHINGTON["respond_within_business_days"] == 3


def test_washington_deadline_skips_the_agencys_holidays() -> None:
    """Known on the Tuesday before Thanksgiving, the third business day is the Tuesday after."""
    found = ask("us-wa", severity="low", known_on="2026-11-24")
    assert found.deadlines[0].due == dt.date(2026, 12, 1)
    assert "2026-11-26 (Thanksgiving)" in found.deadlines[0].why


def test_carolina_range_and_limits() -> None:
    """Two or three days; six a month, three months, eighteen in all, nine dips at most."""
    nc = MATRICES.shipped("us-nc")
    assert {limit.code: limit.most for limit in nc.limits} == {
        "days_a_month": CAROLINA["max_days_per_month"],
        "months": CAROLINA["max_months"],
        "days_in_all": CAROLINA["max_total_days"],
        "dips": CAROLINA["max_dips"],
    }
    found = ask("us-nc", severity="violation")
    assert found.range is not None
    assert list(found.range.available or ()) == CAROLINA["dip_days"]


@pytest.mark.parametrize(
    ("dips", "left"),
    [
        ([("2026-11-01", 3)], (2, 3)),
        ([("2026-11-01", 2), ("2026-11-05", 2)], (2,)),
        ([("2026-11-01", 3), ("2026-11-05", 2)], ()),
        ([("2026-11-01", 3), ("2026-11-01", 3)], (2, 3)),
        ([("2026-07-01", 3), ("2026-08-01", 3), ("2026-09-01", 3)], ()),
        ([("2026-08-01", 3), ("2026-09-01", 3), ("2026-11-01", 2)], (2, 3)),
        ([("2026-09-29", 3), ("2026-08-01", 3)], ()),
        ([(f"2026-{m}-{d:02}", 2) for m in ("10", "09") for d in (1, 11, 21)] + [("2026-11-01", 2)], (2, 3)),
    ],
)
def test_carolina_what_the_limits_leave(dips: list[tuple[str, int]], left: tuple[int, ...]) -> None:
    """Days count in their own month, a dip over a month's end in both; concurrent dips count once."""
    earlier = [{"on": day, "response": "quick_dip", "amount": amount} for day, amount in dips]
    found = ask("us-nc", severity="violation", earlier=earlier)
    assert found.range is not None
    assert found.range.available == left


def test_carolina_over_a_limit_no_reason_helps() -> None:
    """A dip over the month's six days is refused, whatever the reason."""
    earlier = [
        {"on": "2026-11-01", "response": "quick_dip", "amount": 3},
        {"on": "2026-11-08", "response": "quick_dip", "amount": 2},
    ]
    chosen = {"response": "quick_dip", "amount": 2, "reason": "Asked for it."}
    with pytest.raises(BadInput, match=r"chosen\.amount: 2 from 2026-11-18 goes over Days in a month \(6 days\)"):
        ask("us-nc", severity="violation", earlier=earlier, chosen=chosen)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(2, 3)), max_size=12))
def test_carolina_limits_hold_however_dips_fall(dips: list[tuple[int, int]]) -> None:
    """Whichever dips are given one after another as the matrix allows, no limit is ever exceeded."""
    given_so_far: list[dict[str, object]] = []
    day = dt.date(2026, 1, 1)
    served: set[dt.date] = set()
    for wait, wanted in dips:
        day += dt.timedelta(days=wait % 40 + 3)
        found = ask("us-nc", severity="violation", known_on=day.isoformat(), earlier=given_so_far)
        assert found.range is not None
        if wanted in (found.range.available or ()):
            given_so_far.append({"on": day.isoformat(), "response": "quick_dip", "amount": wanted})
            served |= {day + dt.timedelta(days=n) for n in range(wanted)}
    months = {(one.year, one.month) for one in served}
    assert len(served) <= 18
    assert len(months) <= 3
    assert len(given_so_far) <= 9
    assert all(sum((one.year, one.month) == month for one in served) <= 6 for month in months)


@pytest.mark.parametrize("history", [(at, name) for at, name in enumerate(["I", "II", "III", "IV", "V", "VI"])])
@pytest.mark.parametrize(
    ("grade", "row"), [("C", "C"), ("B", "B"), ("A", "A"), ("A-class-A", "A (original Class A felony)")]
)
def test_ussg_table(grade: str, row: str, history: tuple[int, str]) -> None:
    """Each grade and criminal history category has the months of USSG § 7B1.4(a), and the court decides."""
    found = ask("us-ussg", severity=grade, history=history[1]).range
    assert found is not None
    assert [found.least, found.most] == USSG[row][history[0]]
    assert (found.unit, found.approver) == ("months", "court")


@pytest.mark.parametrize(
    ("days_ago", "mandatory"), [((10, 100, 364), True), ((10, 100), False), ((10, 100, 365), False)]
)
def test_more_than_three_positive_tests_in_a_year(days_ago: tuple[int, ...], *, mandatory: bool) -> None:
    """With this one the fourth positive test within a year makes revocation mandatory (18 U.S.C. § 3583(g))."""
    known = dt.date.fromisoformat(KNOWN)
    earlier = [
        {"on": (known - dt.timedelta(days=days)).isoformat(), "violation": "positive_test", "severity": "C"}
        for days in days_ago
    ]
    found = ask("us-ussg", severity="C", history="I", violation="positive_test", earlier=earlier)
    assert [one.action for one in found.actions] == (["mandatory_revocation"] if mandatory else [])


@pytest.mark.parametrize("fact", ["refused_test", "firearm", "controlled_substance"])
def test_facts_that_make_revocation_mandatory(fact: str) -> None:
    """Refusal, a firearm or a controlled substance each does so alone."""
    found = ask("us-ussg", severity="C", history="I", facts=[fact], started_on="2026-11-01")
    assert [one.action for one in found.actions] == ["mandatory_revocation"]
    assert found.deadlines[0].due == dt.date(2026, 11, 16)


@pytest.mark.parametrize(
    ("earlier", "now", "total", "reported"),
    [
        ([], "low", 5, False),
        (["medium", "medium"], "low", 35, False),
        (["medium", "medium", "low"], "low", 40, True),
        ([], "high", 40, True),
    ],
)
def test_arkansas_points(earlier: list[str], now: str, total: int, *, reported: bool) -> None:
    """Five, fifteen and forty points; at forty it is reported to the board."""
    found = ask("us-ar", severity=now, earlier=[{"on": "2026-01-02", "severity": one} for one in earlier])
    assert found.points is not None
    assert found.points.total == total
    assert [one.action for one in found.actions] == (["report_to_board"] if reported else [])
    assert MATRICES.shipped("us-ar").points is not None
    assert PUBLISHED["Arkansas 2015 points"]["report_to_board_at"] == MATRICES.shipped("us-ar").thresholds[0].at


def test_utah_counts_hours_across_the_change_of_clocks() -> None:
    """72 hours from confinement are 72 hours, though the clock goes back in between; else seven days."""
    found = ask("us-ut", severity="violation", known_on="2026-10-30", confined_at="2026-10-30T12:00:00-05:00")
    assert [(one.deadline, one.at and one.at.isoformat()) for one in found.deadlines] == [
        ("report_confined", "2026-11-02T11:00:00-06:00")
    ]
    free = ask("us-ut", severity="violation")
    assert [(one.deadline, one.due) for one in free.deadlines] == [("report", dt.date(2026, 11, 25))]


def test_compact_iowa_and_oregon() -> None:
    """ICAOS 4.109: 30 calendar days, 10 business days; Iowa: 5 days; Oregon: 90, 120 and 180 units."""
    icaos = ask("icaos", severity="violation", received_on="2026-11-20")
    assert [one.due for one in icaos.deadlines] == [dt.date(2026, 12, 18), dt.date(2026, 12, 8)]
    assert ask("us-ia-5", severity="violation").deadlines[0].due == dt.date(2026, 11, 23)
    earlier = [{"on": "2026-01-02", "response": "sanction", "amount": 80}]
    for history, units in zip(("90", "120", "180"), (90, 120, 180), strict=True):
        found = ask("us-or", severity="violation", history=history, earlier=earlier)
        assert found.range is not None
        assert max(found.range.available or ()) == units - 80
    assert sorted(PUBLISHED["Oregon OAR 213-005-0011 sanction units"].values()) == [90, 120, 180]


def test_kentucky_pattern_is_the_same_major_violation_more_than_three_times() -> None:
    """Three earlier ones of the same kind and this one make a pattern; other kinds do not count."""
    same = [{"on": f"2026-0{n}-01", "severity": "major", "violation": "absconding"} for n in (1, 2, 3)]
    found = ask("us-ky", severity="major", violation="absconding", earlier=same)
    assert [one.action for one in found.actions] == ["demonstrated_pattern"]
    assert not ask("us-ky", severity="major", violation="new_arrest", earlier=same).actions
    assert not ask("us-ky", severity="major", violation="absconding", earlier=same[1:]).actions


def test_south_dakota_minor_row_by_risk() -> None:
    """High risk has one response more than the others."""
    low, high = (ask("us-sd", violation="late", risk=risk).range for risk in ("low", "high"))
    assert low is not None
    assert high is not None
    assert set(high.responses) - set(low.responses) == {"extra_meeting"}
    assert len(low.responses) == len(PUBLISHED["South Dakota SDCL 23A-48 App. A, minor row"]["admin_low_moderate_risk"])
