"""What a server holds for a person, and what a supervisor decides on it: `held_item` and `held_decision`."""

from __future__ import annotations

from fieldpo.cli.conformance.clause import clause
from fieldpo.cli.conformance.device import Device, Fields, verdict_of
from fieldpo.cli.conformance.trial import MADE_BY, Trial
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.exchange import Change, SyncResponse
from fieldpo.sync.protocol.ids import new_id

HELD = "Deciding on what is held"
MERGING = "Merging, field by field"
SAID = "2026-01-05T09:00:00-06:00"


def _met(t: Trial, whose: Device | None = None) -> Fields:
    """Someone not listed, whom nobody carries; taken."""
    author = whose or t.a
    op = author.op(
        "intake.create", body={"family_name": MADE_BY, "given_name": new_id()[-8:], "officer_id": author.user}
    )
    t.verdict(author.send(op), op, "accepted")
    return op


def _decision(who: Device, held: Fields, decision: str, **more: Json) -> Fields:
    body = {"held_op_id": held["op_id"], "decision": decision, "officer_id": who.user, "written_at": SAID}
    return who.op("held_decision.create", body={**body, "reason": "Made by a conformance run.", **more})


def _item(t: Trial, held: Fields) -> Change | None:
    """The item of an op as the supervisor's device has it."""
    for partition, copy in t.boss.copy.items():
        for each in copy.values() if partition.startswith("team:") else ():
            if each.kind == "held_item" and not each.deleted and (each.body or {}).get("op_id") == held["op_id"]:
                return each
    return None


def _shown(t: Trial, held: Fields) -> None:
    """Raises Unmet unless the supervisor's device hears of the op."""
    t.boss.pull()
    t.expect("The supervisor's device has a held_item of the op", True, _item(t, held) is not None)


def _decided(t: Trial, held: Fields, decision: str, **more: Json) -> SyncResponse:
    """A decision, taken, and the item gone with the same answer."""
    _shown(t, held)
    op = _decision(t.boss, held, decision, **more)
    answer = t.boss.send(op)
    t.verdict(answer, op, "accepted")
    t.expect("The item, after the answer to its decision", None, _item(t, held))
    return answer


def _outcome(t: Trial, met: Fields) -> Fields:
    """What the officer is told of someone not listed."""
    t.b.pull()
    told = (each.body or {} for each in t.b.copy[t.b.home].values() if each.kind == "intake_outcome")
    return next((body for body in told if body.get("intake_id") == met["record_id"]), {})


@clause(
    "held.supervisors-only",
    "Whoever does not supervise the officer decides on nothing, and nobody on what the server does not know",
    HELD,
    needs=("accepted.verdict",),
)
def supervisors_only(t: Trial) -> None:
    for held in (_met(t), {"op_id": new_id()}):
        op = _decision(t.a, held, "refuse")
        t.verdict(t.a.send(op), op, "rejected", "not-supervisor")


@clause(
    "held.central-only",
    "A device makes no `held_item`, and changes no `held_decision`",
    MERGING,
    needs=("accepted.verdict",),
)
def central_only(t: Trial) -> None:
    body = {"reason": "after-leave", "op_id": new_id(), "entry": "contact", "officer_id": t.a.user, "arrived_at": SAID}
    item = t.a.op("held_item.create", body=body)
    t.verdict(t.a.send(item), item, "rejected", "central-only")
    change = t.a.edit("held_decision", new_id(), {"reason": ("", "Another")})
    t.verdict(t.a.send(change), change, "rejected", "insert-only")


@clause(
    "held.shown",
    "Someone not listed, of no ID, is a `held_item` of the team's feed, with what was written",
    HELD,
    needs=("feed.pages",),
)
def shown(t: Trial) -> None:
    t.boss.pull()
    met = _met(t)
    _shown(t, met)
    found = _item(t, met)
    body = (found.body or {}) if found is not None else {}
    t.expect("officer_id and body", (t.a.user, met["body"]), (body.get("officer_id"), body.get("body")))


@clause(
    "held.reason",
    "A refusal without a reason, or a decision that does not fit the item, is `invalid-body`",
    HELD,
    needs=("held.shown",),
)
def reason(t: Trial) -> None:
    met = _met(t)
    _shown(t, met)
    for decision, why in (("refuse", ""), ("refuse", "  "), ("release", "It fits none")):
        op = _decision(t.boss, met, decision, reason=why)
        t.verdict(t.boss.send(op), op, "rejected", "invalid-body")
    t.expect("The item stands", True, _item(t, met) is not None)


@clause(
    "held.own",
    "Nobody decides on what they wrote themselves, a supervisor neither",
    HELD,
    needs=("held.supervisors-only",),
)
def own(t: Trial) -> None:
    op = _decision(t.boss, _met(t, t.boss), "refuse")
    t.verdict(t.boss.send(op), op, "rejected", "not-supervisor")


@clause(
    "held.refused",
    "A refusal is carried out by the answer to it; the officer who met them is told, with the reason",
    HELD,
    needs=("held.shown",),
)
def refused(t: Trial) -> None:
    met = _met(t)
    _decided(t, met, "refuse", reason="Another county's")
    told = _outcome(t, met)
    t.expect("became and reason", ("refused", "Another county's"), (told.get("became"), told.get("reason")))


@clause(
    "held.matched",
    "Someone not listed who is matched stands with that person, once; the officer who met them is told",
    HELD,
    needs=("held.shown",),
)
def matched(t: Trial) -> None:
    person, met = t.person(), _met(t)
    _decided(t, met, "match", subject_id=person)
    t.stands(str(met["record_id"]), "person_id", person)
    t.expect("became", "matched", _outcome(t, met).get("became"))
    t.expect("The intake's version", 2, t.b.copy[t.b.home][str(met["record_id"])].version)


@clause(
    "held.created",
    "Someone not listed becomes a person with one case, in the caseload of the officer who was named",
    HELD,
    needs=("held.shown",),
)
def created(t: Trial) -> None:
    met = _met(t)
    _decided(t, met, "create", caseload_of=t.a.user, supervision_type="parole")
    body = t.b.body(str(met["record_id"])) or {}
    t.b.pull()
    made = [each for each in t.b.copy[t.b.home].values() if each.person_id and each.person_id == body.get("person_id")]
    kinds = sorted(each.kind for each in made if each.kind in ("person", "case"))
    t.expect("What was made of them in the officer's caseload", ["case", "person"], kinds)
    types = [(each.body or {}).get("supervision_type") for each in made if each.kind == "case"]
    t.expect("The case's supervision_type", ["parole"], types)


@clause(
    "held.once",
    "A decision that comes again does nothing more; a second one is `already-decided`",
    HELD,
    needs=("held.matched",),
)
def once(t: Trial) -> None:
    person, met = t.person(), _met(t)
    _shown(t, met)
    first, second = (_decision(t.boss, met, "match", subject_id=person) for _ in range(2))
    numbered = t.boss.numbered(first)
    given = verdict_of(t.boss.send(numbered), first)
    again = verdict_of(t.boss.send(numbered), first)
    t.expect("verdict and duplicate", (given.verdict, True), (again.verdict, again.duplicate))
    t.verdict(t.boss.send(second), second, "rejected", "already-decided")
    t.b.pull()
    t.expect("The intake's version", 2, t.b.copy[t.b.home][str(met["record_id"])].version)


@clause("held.for-good", "A decision is not taken back: its `withdrawal` is refused", HELD, needs=("held.refused",))
def for_good(t: Trial) -> None:
    met = _met(t)
    _shown(t, met)
    op = _decision(t.boss, met, "refuse")
    t.verdict(t.boss.send(op), op, "accepted")
    body = {"entry_id": op["record_id"], "reason": "Entered in error", "officer_id": t.boss.user, "written_at": SAID}
    back = t.boss.op("withdrawal.create", body=body)
    t.verdict(t.boss.send(back), back, "rejected", "already-decided")


@clause(
    "held.group",
    "A group whose rest has not come is released or refused as a whole; its device hears by later verdicts",
    HELD,
    needs=("held.shown", "group.two-requests"),
)
def group(t: Trial) -> None:
    for decision, became in (("release", "accepted"), ("refuse", "rejected")):
        person, name = t.person(), new_id()
        ops = [{**t.contact(person), "group_id": name, "group_size": 3} for _ in range(2)]
        answer = t.a.send(*ops)
        for op in ops:
            t.verdict(answer, op, "blocked")
        t.boss.pull()
        held = next((op for op in ops if _item(t, op) is not None), ops[0])
        _decided(t, held, decision)
        later = t.a.send()
        for op in ops:
            t.verdict(later, op, became)
