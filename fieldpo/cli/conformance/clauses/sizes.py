"""Limits of what goes and what comes, and what was seen of them in the whole run. Last, since the largest."""

from __future__ import annotations

import gzip

import msgspec

from fieldpo.cli.conformance.clause import NotShown, clause
from fieldpo.cli.conformance.trial import Trial
from fieldpo.sync.protocol.codings import ZSTD, packed
from fieldpo.sync.protocol.exchange import MAX_OPS, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES

TRANSPORT = "Transport"
ERRORS = "Answers other than 200"


@clause("limits.inflated", "A body that inflates beyond 8 MiB is answered 413 `too-large`, whatever it is", ERRORS)
def inflated(t: Trial) -> None:
    bomb = gzip.compress(b" " * (2 * MAX_REQUEST_BYTES + 1), 9)
    t.refused(t.a.post(bomb, Content_Encoding="gzip"), (413, "too-large"))


@clause(
    "limits.inflated-zstd",
    "A server that offers zstd answers a body in it that inflates beyond 8 MiB with 413 `too-large`",
    ERRORS,
    needs=("coding.zstd",),
)
def inflated_zstd(t: Trial) -> None:
    bomb = packed(b" " * (2 * MAX_REQUEST_BYTES + 1), ZSTD, 0)
    t.refused(t.a.post(bomb, Content_Encoding="zstd"), (413, "too-large"))


@clause("limits.plain", "A body of more than 8 MiB is answered 413 `too-large`", ERRORS)
def plain(t: Trial) -> None:
    t.refused(t.a.post(b" " * (2 * MAX_REQUEST_BYTES + 1)), (413, "too-large"))


@clause(
    "limits.ops",
    "A request of more than 2,000 ops is refused as a whole: 400 `bad-request` or 413 `too-large`",
    TRANSPORT,
    needs=("transport.exchange",),
)
def ops(t: Trial) -> None:
    body = msgspec.json.encode(t.a.request(*["{}"] * (MAX_OPS + 1)))
    t.refused(t.a.post(body), (400, "bad-request"), (413, "too-large"))
    t.a.begin()
    t.expect("known_through", 0, t.a.send().known_through)


@clause(
    "limits.full-request",
    "A request of 2,000 ops is taken, and every op answered",
    TRANSPORT,
    needs=("accepted.verdict",),
)
def full_request(t: Trial) -> None:
    person = t.person()
    many = [t.contact(person) for _ in range(MAX_OPS)]
    answer = t.a.send(*many)
    verdicts = {each.op_id: each.verdict.value for each in answer.verdicts}
    t.expect("accepted", MAX_OPS, sum(verdicts.get(str(op["op_id"])) == "accepted" for op in many))
    t.expect("known_through", MAX_OPS + 1, answer.known_through)


@clause("limits.answer", "No answer of the whole run inflated to more than 64 MiB", TRANSPORT)
def answer(t: Trial) -> None:
    t.expect("The largest answer fits", True, t.server.largest <= MAX_RESPONSE_BYTES)


@clause("retry.after", "An answer that asks to wait says how long in whole seconds: `Retry-After`", ERRORS)
def retry_after(t: Trial) -> None:
    if not t.server.waits:
        raise NotShown("no answer asked to wait")
    for status, told in t.server.waits:
        t.expect(f"Retry-After of a {status}: {told!r} is whole seconds", True, bool(told and told.isdecimal()))
