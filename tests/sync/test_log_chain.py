"""Hashes that are not sent, because they follow."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fieldpo.sync.protocol.exchange import AuditRow
from fieldpo.sync.protocol.log_chain import GENESIS, chained, with_what_follows, without_what_follows

_STEPS = st.lists(st.tuples(st.integers(1, 3), st.text(max_size=5), st.booleans()), max_size=8)


def _rows(steps: list[tuple[int, str, bool]]) -> list[AuditRow]:
    """Rows with gaps between some, and a hash that does not follow in some."""
    n, previous, made = 0, GENESIS, []
    for step, text, whole in steps:
        n += step
        previous = chained(previous if whole else "elsewhere", text)
        made.append(AuditRow(n, text, previous))
    return made


@given(_STEPS)
def test_what_comes_is_what_was_written(steps: list[tuple[int, str, bool]]) -> None:
    """Whatever the rows, a broken chain among them: the other side has every hash as this one wrote it."""
    rows = _rows(steps)
    assert [*with_what_follows(without_what_follows(rows))] == rows


def test_of_a_whole_chain_the_first_hash_goes() -> None:
    """The others follow; after a gap one goes again."""
    rows = _rows([(1, "a", True), (1, "b", True), (1, "c", True), (2, "d", True)])
    assert [bool(row.hash) for row in without_what_follows(rows)] == [True, False, False, True]


def test_a_hash_that_follows_nothing_stays_empty() -> None:
    """Nothing is made up for a row without one before it."""
    bare = [AuditRow(4, "a", ""), AuditRow(5, "b", "")]
    assert [*with_what_follows(bare)] == bare
