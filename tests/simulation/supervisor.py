"""What a supervisor does on a laptop: decides on reports and on what is held, asks for a whole case, writes in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fieldpo.store.entries.decision import Decision, case_request_act, decision_act
from fieldpo.store.entries.held_decision import OnHeld, held_decision_act
from fieldpo.store.entries.report import Signature
from fieldpo.store.queries.supervisor.held import Held, held_for
from fieldpo.store.queries.supervisor.offers import Whom, offered, takers
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.held import CREATE, MATCH, REFUSE, RELEASE

from .desk import Desk, Made
from .officer import PACK, contact, intake
from .typed import Decided


def decide(desk: Desk) -> Made:
    """Return a report with a comment, or approve it with one."""
    queue = [body for body in _queue(desk) if body["state"] == "submitted"]
    if not queue:
        return None
    item = desk.rng.choice(queue)
    decision = Decision(
        report_id=item["report_id"],
        person_id=item["subject_id"],
        short_name="Client",
        step=desk.rng.choice(("returned", "returned", "approved")),
        comment=desk.word(),
        report=item["report"],
    )
    signature = Signature(desk.laptop.enrolled.officer.name, "", desk.now)
    made = decision_act(PACK, decision, signature, officer_id=desk.me)
    return f"report {decision.step}", made.steps, made.together


def ask_for_case(desk: Desk) -> Made:
    """A whole case, with a reason."""
    cases = sorted((body for _, body in desk.shown("team_case")), key=lambda body: desk.order(body["case_id"]))
    if not cases:
        return None
    person = desk.rng.choice(cases)["subject_id"]
    made = case_request_act(PACK, person, "Client", desk.word(), officer_id=desk.me, now=desk.now)
    return "case asked for", made.steps, made.together


def decide_held(desk: Desk) -> Made:
    """What central holds, decided as on the screen: by what was there at the last sync."""
    with desk.laptop.open().reading() as connection:
        held = [one for one in held_for(connection, PACK, desk.me) if not one.own and not one.decided]
    if not held:
        return None
    one = desk.rng.choice(sorted(held, key=lambda each: desk.order(each.op_id)))
    decision = desk.rng.choice((MATCH, MATCH, CREATE, REFUSE) if one.not_listed else (RELEASE, RELEASE, REFUSE))
    chosen = _choices(desk, one, decision)
    if decision in (MATCH, CREATE) and not chosen:
        return None
    whom = desk.rng.choice(chosen) if chosen else Whom("", "")
    said = OnHeld(
        held_op_id=one.op_id,
        what=one.subject,
        decision=decision,
        reason=desk.word(),
        whom=(whom.id, whom.name),
        supervision=PACK.supervision_types[0].code,
    )
    made = held_decision_act(PACK, said, officer_id=desk.me, now=desk.now)
    desk.typed.decided[said.entry_id] = Decided(one.op_id, decision, whom.id)
    return f"held: {decision}", made.steps, made.together


def _choices(desk: Desk, one: Held, decision: str) -> list[Whom]:
    with desk.laptop.open().reading() as connection:
        if decision == MATCH:
            found = offered(connection, one.key)
        else:
            found = takers(connection, desk.me, one.officer_id) if decision == CREATE else ()
    return sorted(found, key=lambda each: desk.order(each.id))


def _queue(desk: Desk) -> list[Mapping[str, Json]]:
    found = [body for _, body in desk.shown("review_item")]
    return sorted(found, key=lambda body: desk.order(body["report_id"]))


ACTS: tuple[tuple[Callable[[Desk], Made], int], ...] = (
    (decide, 10),
    (decide_held, 10),
    (ask_for_case, 5),
    (contact, 1),
    (intake, 1),
)
"""Activities of a supervisor, with how often they come. A contact is refused: a case on demand is only read."""
