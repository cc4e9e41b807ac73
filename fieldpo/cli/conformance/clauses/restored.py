"""`POST /v1/ops/missing`: what a device asks a server that was restored from a backup."""

from __future__ import annotations

import msgspec

from fieldpo.cli.conformance.clause import Unmet, clause
from fieldpo.cli.conformance.trial import Trial
from fieldpo.cli.conformance.wire import Came
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.exchange import MAX_MISSING, MissingResponse
from fieldpo.sync.protocol.ids import new_id

RESTORED = "After central was restored"


def _ask(t: Trial, **fields: Json) -> Came:
    body = msgspec.json.encode({"device": t.a.id, **fields})
    return t.server.ask("POST", "/v1/ops/missing", t.a.headers, content=body)


@clause(
    "missing.told",
    "The ops that the server lacks are told, in the order asked, with the epoch",
    RESTORED,
    needs=("accepted.verdict",),
)
def told(t: Trial) -> None:
    op = t.contact(t.person())
    answer = t.a.send(op)
    never = [new_id(), new_id()]
    came = _ask(t, op_ids=[never[0], op["op_id"], never[1]])
    t.expect("The status", 200, came.status)
    try:
        found = msgspec.json.decode(came.body, type=MissingResponse)
    except msgspec.DecodeError as wrong:
        raise Unmet("The answer has the fields that the contract lists", "epoch, missing", str(wrong)) from wrong
    t.expect("epoch and missing", (answer.epoch, never), (found.epoch, found.missing))


@clause(
    "missing.superseded",
    "An op of which the device said that another stands for it is never applied",
    RESTORED,
    needs=("missing.told",),
)
def superseded(t: Trial) -> None:
    person = t.person()
    old = t.contact(person)
    new = t.contact(person, supersedes=old["op_id"])
    t.expect("The status", 200, _ask(t, op_ids=[], superseded={old["op_id"]: new["op_id"]}).status)
    t.verdict(t.a.send(old), old, "rejected", "superseded")
    t.verdict(t.a.send(new), new, "accepted")
    t.expect("The superseded op's record", None, t.b.body(str(old["record_id"])))


@clause("missing.limit", "More than 2,000 op_ids, or another device, are answered 400 `bad-request`", RESTORED)
def limit(t: Trial) -> None:
    t.refused(_ask(t, op_ids=["x"] * (MAX_MISSING + 1)), (400, "bad-request"))
    t.refused(_ask(t, op_ids=[], device="another"), (400, "bad-request"))
