"""Reading only what can still count gives the same due days as reading everything."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.standards.case import CLIENT, COLLATERAL, CaseFacts, Contact, Event, Stay
from fieldpo.supervision.standards.counting import counted, satisfying
from fieldpo.supervision.standards.engine import due_of, obligations
from fieldpo.supervision.standards.lookback import reaches

DEMO = shipped("demo")
ON = date(2026, 11, 18)


def _day(back: int) -> date:
    return ON - timedelta(days=back)


contacts = st.lists(
    st.builds(
        Contact,
        st.integers(0, 500).map(_day),
        st.sampled_from(["face_to_face", "phone"]),
        st.sampled_from(["home", "office", "work"]),
        st.sampled_from(["reported", "no_answer"]),
        st.sampled_from([CLIENT, COLLATERAL, CLIENT | COLLATERAL]),
        st.sampled_from([(), ("job",)]),
    ),
    max_size=60,
)
cases = st.builds(
    CaseFacts,
    start=st.integers(0, 500).map(_day),
    level=st.sampled_from(["max", "high", "medium", "low", "admin"]),
    case_type=st.sampled_from(["general", "sex_offense"]),
    events=st.lists(st.integers(0, 400).map(lambda back: Event("new_address", _day(back))), max_size=2).map(tuple),
    stays=st.lists(
        st.integers(20, 400).map(lambda back: Stay("jail_or_prison", _day(back), _day(back - 15))), max_size=1
    ).map(tuple),
)


@given(cases, contacts)
def test_as_many_as_a_reach_asks_for_give_the_whole_answer(case: CaseFacts, made: list[Contact]) -> None:
    """With its `n` contacts since its day, an obligation is due when the whole history says."""
    whole = {one.obligation: one.due for one in obligations(DEMO, case, made, ON)}
    for reach in reaches(DEMO, case, ON, made):
        recent = [one for one in made if one.day >= reach.since]
        if len(counted(reach.counts, recent, reach.since, ON, satisfying(DEMO))) >= reach.n and not reach.whole:
            assert due_of(DEMO, case, reach.obligation, recent, ON) == whole[reach.obligation]


@given(cases, contacts)
def test_one_obligation_alone_is_due_as_among_the_others(case: CaseFacts, made: list[Contact]) -> None:
    """`due_of` gives each due day that `obligations` gives."""
    for one in obligations(DEMO, case, made, ON)[:-1]:
        assert due_of(DEMO, case, one.obligation, made, ON) == one.due


def test_what_was_missed_long_ago_asks_for_more() -> None:
    """Somebody last seen a year ago is overdue since then: the recent contacts alone do not say since when."""
    case = CaseFacts(start=date(2025, 1, 6), level="low")
    needed = {reach.obligation: (reach.n, reach.once, reach.since) for reach in reaches(DEMO, case, ON)}
    assert needed == {
        "face_to_face": (1, False, date(2026, 6, 16)),
        "employment_verification": (1, True, date(2025, 1, 6)),
    }


def test_where_nothing_is_owed_nothing_is_read() -> None:
    """A case that the standards do not apply to needs no contact at all."""
    case = CaseFacts(start=date(2025, 1, 6), level="admin")
    assert reaches(DEMO, case, ON) == ()
