"""Headers, codings and bodies: what the server says before it looks at any op."""

from __future__ import annotations

import gzip
import json

import msgspec

from fieldpo.cli.conformance.clause import clause
from fieldpo.cli.conformance.device import read
from fieldpo.cli.conformance.trial import Trial
from fieldpo.sync.protocol.codings import ZSTD, packed
from fieldpo.sync.protocol.exchange import SyncResponse

TRANSPORT = "Transport"
ERRORS = "Answers other than 200"


_FAR_BACK = bytes.fromhex("28b52ffd 00 88")
"""The head of a zstd frame that asks for a window of 128 MiB (RFC 8878, 3.1.1.1.2)."""


@clause("transport.exchange", "An exchange without ops is answered 200 with every field that must be there", TRANSPORT)
def exchange(t: Trial) -> None:
    for each in (t.a, t.second, t.other):
        if each is not None:
            each.pull()
    epoch = t.a.send().epoch
    t.expect("`epoch` stays from one exchange to the next", epoch, t.a.send().epoch)


@clause("auth.required", "Without a good token nothing below /v1/ is answered but 401 `sign-in-needed`", ERRORS)
def auth(t: Trial) -> None:
    body = msgspec.json.encode(t.a.request())
    headers = {name: value for name, value in t.a.headers.items() if name != "Authorization"}
    for path in ("/v1/sync", "/v1/ops/missing"):
        t.refused(t.server.ask("POST", path, headers, content=body), (401, "sign-in-needed"))
        bad = {**headers, "Authorization": "Bearer not-a-token"}
        t.refused(t.server.ask("POST", path, bad, content=body), (401, "sign-in-needed"))


@clause("me.tells", "`GET /v1/me` tells whose device it is, its partitions and the epoch", "Signing a device in")
def me(t: Trial) -> None:
    came = t.server.ask("GET", "/v1/me", t.a.headers)
    t.expect("The status of GET /v1/me", 200, came.status)
    told = msgspec.json.decode(came.body)
    t.expect("device and user", (t.a.id, t.a.user), (told["device_id"], told["user_id"]))
    t.expect("`epoch` is the exchange's", t.a.send().epoch, told["epoch"])


@clause(
    "protocol.header",
    "A request without Fieldpo-Protocol, or with a higher one, is answered 400 `protocol`",
    TRANSPORT,
    needs=("transport.exchange",),
)
def protocol(t: Trial) -> None:
    body = msgspec.json.encode(t.a.request())
    for told in ("", "999", "one"):
        t.refused(t.a.post(body, Fieldpo_Protocol=told), (400, "protocol"))


@clause(
    "protocol.older",
    "A device of an older protocol gets its verdicts and `upgrade`, and no changes",
    TRANSPORT,
    needs=("transport.exchange",),
)
def older(t: Trial) -> None:
    answer = read(t.a.post(msgspec.json.encode(t.a.request()), Fieldpo_Protocol="0"), SyncResponse)
    t.expect("upgrade, partitions, granted", (True, [], []), (answer.upgrade, answer.partitions, answer.granted))


@clause("coding.read", "The server reads gzip and identity", TRANSPORT, needs=("transport.exchange",))
def codings(t: Trial) -> None:
    body = msgspec.json.encode(t.a.request())
    t.expect("identity", 200, t.a.post(body, Content_Encoding="identity").status)
    t.expect("gzip", 200, t.a.post(gzip.compress(body), Content_Encoding="gzip").status)


@clause("coding.other", "Another Content-Encoding is answered 415 `content-encoding`", ERRORS)
def other_coding(t: Trial) -> None:
    t.refused(t.a.post(b"{}", Content_Encoding="br"), (415, "content-encoding"))


@clause("coding.broken", "A body that is no gzip, or is cut short, is answered 400 `content-encoding`", ERRORS)
def broken_coding(t: Trial) -> None:
    body = msgspec.json.encode(t.a.request())
    t.refused(t.a.post(body, Content_Encoding="gzip"), (400, "content-encoding"))
    for broken in (gzip.compress(body)[:-6], gzip.compress(body) + b"more", gzip.compress(body) * 2):
        t.refused(t.a.post(broken, Content_Encoding="gzip"), (400, "content-encoding"))


@clause(
    "coding.zstd",
    "A server that offers zstd in `Accept-Encoding` of an answer reads a body of one frame in it",
    TRANSPORT,
    needs=("transport.exchange",),
)
def zstd_read(t: Trial) -> None:
    t.needs_zstd()
    body = msgspec.json.encode(t.a.request())
    t.expect("zstd", 200, t.a.post(packed(body, ZSTD, 0), Content_Encoding="zstd").status)


@clause(
    "coding.zstd-broken",
    "A server that offers zstd answers a body that is no frame, is cut short, has more behind its frame, or looks back "
    "further than 8 MiB, with 400 `content-encoding`",
    ERRORS,
    needs=("coding.zstd",),
)
def zstd_broken(t: Trial) -> None:
    body = msgspec.json.encode(t.a.request())
    frame = packed(body, ZSTD, 0)
    for broken in (body, frame[:-1], frame + b"more", frame * 2, _FAR_BACK + body):
        t.refused(t.a.post(broken, Content_Encoding="zstd"), (400, "content-encoding"))


@clause(
    "coding.answer",
    "An answer is compressed only for a device that takes it, and only in a coding that it takes",
    TRANSPORT,
    needs=("transport.exchange",),
)
def coded_answer(t: Trial) -> None:
    body = msgspec.json.encode(t.a.request(cursors={}))
    came = t.a.post(body, Accept_Encoding="identity")
    t.expect("Content-Encoding for identity", "identity", came.headers.get("content-encoding", "identity"))
    read(came, SyncResponse)
    came = t.a.post(body, Accept_Encoding="gzip")
    t.among("Content-Encoding for gzip", ("gzip", "identity"), came.headers.get("content-encoding", "identity"))
    read(came, SyncResponse)
    came = t.a.post(body, Accept_Encoding="zstd, gzip;q=0")
    t.among("Content-Encoding for zstd", ("zstd", "identity"), came.headers.get("content-encoding", "identity"))
    read(came, SyncResponse)


@clause("body.type", "A body that is not application/json is answered 415 `content-type`", ERRORS)
def body_type(t: Trial) -> None:
    t.refused(t.a.post(b"{}", Content_Type="text/plain"), (415, "content-type"))


@clause("body.malformed", "A body that is no exchange is answered 400 `bad-request`, and never 500", ERRORS)
def malformed(t: Trial) -> None:
    right = t.a.request()
    for body in (
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"device": NaN}',
        b"[" * 100_000,
        json.dumps({**right, "ops": [["1", "text"]]}).encode(),
        json.dumps({**right, "ops": [[0, "{}"]]}).encode(),
        json.dumps({**right, "ops": [[2**63, "{}"]]}).encode(),
        json.dumps({**right, "verdicts_after": 2**70}).encode(),
        json.dumps({**right, "cursors": []}).encode(),
    ):
        t.refused(t.a.post(body), (400, "bad-request"))


@clause(
    "body.device", "A request that names another device than its token's is answered 400 `bad-request`", "The request"
)
def other_device(t: Trial) -> None:
    t.refused(t.a.post(msgspec.json.encode(t.a.request(device="another"))), (400, "bad-request"))


@clause(
    "body.unknown-fields",
    "Fields that the server does not know are passed over",
    "The request",
    needs=("transport.exchange",),
)
def unknown_fields(t: Trial) -> None:
    t.expect("The status", 200, t.a.post(msgspec.json.encode(t.a.request(of_a_later_version=[1]))).status)
