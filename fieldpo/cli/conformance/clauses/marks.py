"""`verdicts_mark`: what tells a device that as many verdicts were given in another history."""

from __future__ import annotations

from fieldpo.cli.conformance.clause import NotShown, clause
from fieldpo.cli.conformance.device import verdict_of
from fieldpo.cli.conformance.trial import Trial
from fieldpo.sync.protocol.exchange import SyncResponse

ANSWER = "The answer"
REQUEST = "The request"
RESTORED = "After central was restored"

_LONGEST = 200
_MOST_PAGES = 1_000


def _marked(t: Trial) -> SyncResponse:
    """An answer with a verdict in it, and its mark. Raises NotShown where the server keeps none."""
    answer = t.a.send(t.contact(t.person()))
    if not answer.verdicts_mark:
        raise NotShown("the server keeps no marks")
    return answer


@clause(
    "mark.told",
    "`verdicts_mark` belongs to `verdict_rev`: the same while nothing is new, another with the next verdict",
    ANSWER,
    needs=("accepted.verdict",),
)
def told(t: Trial) -> None:
    first = _marked(t)
    again = t.a.send()
    t.expect(
        "verdict_rev and mark, asked again",
        (first.verdict_rev, first.verdicts_mark),
        (again.verdict_rev, again.verdicts_mark),
    )
    later = t.a.send(t.contact(t.person()))
    t.expect("The next verdict has a mark of its own", True, later.verdicts_mark not in ("", first.verdicts_mark))
    t.expect("Every mark is short enough", True, max(len(first.verdicts_mark), len(later.verdicts_mark)) <= _LONGEST)


@clause(
    "mark.earlier",
    "Under the mark of an earlier `verdict_rev` everything after it is told, as when an answer was lost",
    REQUEST,
    needs=("mark.told",),
)
def earlier(t: Trial) -> None:
    ops = [t.contact(t.person()) for _ in range(2)]
    known = _marked(t)
    revs = [verdict_of(t.a.send(op), op).rev for op in ops]
    missed = t.a.exchange(t.a.request(verdicts_after=known.verdict_rev, verdicts_mark=known.verdicts_mark))
    t.expect("verdicts after it", revs, [each.rev for each in missed.verdicts])


@clause(
    "mark.other-history",
    "Under another mark the server tells `verdict_rev` 0, and no verdicts but those of the request's own ops",
    RESTORED,
    needs=("mark.told",),
)
def other_history(t: Trial) -> None:
    op = t.contact(t.person())
    known = _marked(t)
    answer = t.a.exchange(t.a.request(op, verdicts_after=known.verdict_rev, verdicts_mark="of another history"))
    t.expect("verdict_rev", 0, answer.verdict_rev)
    t.expect("op_ids with a verdict", [op["op_id"]], [each.op_id for each in answer.verdicts])
    t.verdict(answer, op, "accepted")
    t.expect("The verdict on it comes from the first on", True, str(op["op_id"]) in _every(t))


def _every(t: Trial) -> set[str]:
    """Every op that the device was ever given a verdict on, as it hears after it knew of none."""
    after, mark, found = 0, "", set[str]()
    for _ in range(_MOST_PAGES):
        answer = t.a.exchange(t.a.request(verdicts_after=after, verdicts_mark=mark))
        found |= {each.op_id for each in answer.verdicts}
        if not answer.more_verdicts:
            break
        after, mark = answer.verdict_rev, answer.verdicts_mark
    return found


@clause(
    "mark.without",
    "A device that sends no mark is answered by its count alone",
    REQUEST,
    needs=("accepted.verdict",),
)
def without(t: Trial) -> None:
    known = t.a.send(t.contact(t.person()))
    answer = t.a.exchange(t.a.request(verdicts_after=known.verdict_rev, verdicts_mark=""))
    t.expect("verdict_rev and verdicts", (known.verdict_rev, []), (answer.verdict_rev, answer.verdicts))
