"""What has come of each life of a vault: `known_through`, and two lives that claim one number."""

from __future__ import annotations

from fieldpo.cli.conformance.clause import clause
from fieldpo.cli.conformance.trial import Trial

ANSWER = "The answer"


@clause(
    "sequence.known-through",
    "`known_through` is the highest seq up to which every op has come, and never falls",
    ANSWER,
    needs=("accepted.verdict",),
)
def known_through(t: Trial) -> None:
    person = t.person()
    t.a.begin()
    first, second, third = (t.a.numbered(t.contact(person)) for _ in range(3))
    t.expect("after 1", 1, t.a.send(first).known_through)
    t.expect("after 1 and 3", 1, t.a.send(third).known_through)
    t.expect("after 1, 3 and 2", 3, t.a.send(second).known_through)
    t.expect("after 1 again", 3, t.a.send(first).known_through)
    t.expect("with no op", 3, t.a.send().known_through)


@clause("sequence.incarnation", "Each incarnation has a count of its own", ANSWER, needs=("sequence.known-through",))
def incarnation(t: Trial) -> None:
    t.a.send(t.contact(t.person()))
    before = t.a.incarnation, t.a.seq
    t.a.begin()
    t.expect("known_through of a new incarnation", 0, t.a.send().known_through)
    t.a.incarnation, t.a.seq = before
    t.expect("known_through of the earlier one", before[1], t.a.send().known_through)


@clause(
    "sequence.fork",
    "Two op_ids under one (incarnation, seq) are told by `fork`; both ops are taken",
    ANSWER,
    needs=("accepted.verdict",),
)
def fork(t: Trial) -> None:
    person = t.person()
    one, other = t.contact(person), t.contact(person)
    t.expect("fork after one", False, t.a.send(one).fork)
    seq, text = t.a.numbered(other)
    answer = t.a.send((seq - 1, text))
    t.expect("fork after another under its seq", True, answer.fork)
    t.verdict(answer, other, "accepted")


@clause(
    "sequence.no-clock",
    "No clock of a device judges an op: one of the year 1990 and one of 2150 are taken",
    "An op",
    needs=("accepted.verdict",),
)
def no_clock(t: Trial) -> None:
    person = t.person()
    for moment in ("1990-01-01T00:00:00+14:00", "2150-01-01T00:00:00-12:00"):
        op = t.contact(person, occurred_at=moment, recorded_at=moment)
        t.verdict(t.a.send(op), op, "accepted")
