"""What a supervisor does on a laptop: decides on reports, asks for a whole case, tries to write in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fieldpo.store.entries.decision import Decision, case_request_act, decision_act
from fieldpo.store.entries.report import Signature
from fieldpo.sync.protocol.body import Json

from .desk import Desk, Made
from .officer import PACK, contact, intake


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


def _queue(desk: Desk) -> list[Mapping[str, Json]]:
    found = [body for _, body in desk.shown("review_item")]
    return sorted(found, key=lambda body: desk.order(body["report_id"]))


ACTS: tuple[tuple[Callable[[Desk], Made], int], ...] = ((decide, 10), (ask_for_case, 5), (contact, 1), (intake, 1))
"""Activities of a supervisor, with how often they come. A contact is refused: a case on demand is only read."""
