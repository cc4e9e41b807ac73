"""Servers that are wrong in one way each: central behind a proxy that breaks one clause of the contract.

`python -m tests.contract.conforming` runs every clause against each; the suite runs the families that should notice.
"""

# ruff: noqa: D102, ARG002 - each fault's own docstring says what it changes, and some need no more than the answer

from __future__ import annotations

import contextlib
import json
import uuid

from tests.coded import zstd
from tests.contract import wrong_on_held, wrong_on_marks  # noqa: F401 - their faults are among them
from tests.contract.fault import Answered, Asked, Fault, Json, each_op, op_of


class AcknowledgesWithoutStoring(Fault):
    """A case note is answered `accepted`, and something else is stored."""

    breaks, only = frozenset({"accepted.stored"}), ("accepted", "idempotent", "feed")

    def before(self, asked: Asked) -> None:
        def swap(op: dict[str, Json], text: str) -> str:
            if op.get("kind") != "contact.create" or "record_id" not in op or "more" in op["body"] or len(text) > 9_000:
                return text
            other = str(uuid.uuid5(uuid.NAMESPACE_OID, op["op_id"]))
            return json.dumps({**op, "kind": "person.create", "record_id": other, "body": {"family_name": "X"}})

        each_op(asked, swap)


class TellsAVerdictOnce(Fault):
    """A verdict whose answer was lost never comes again."""

    breaks = frozenset({"verdicts.revisions", "blocked.verdict-kept"})
    only = ("verdicts", "blocked")

    def after(self, asked: Asked, answered: Answered) -> None:
        if not isinstance(asked.body, dict):
            return
        told = asked.kept.setdefault("told", set())
        own = {op_of(text).get("op_id") for _, text in asked.body.get("ops", [])}
        every = answered.body.get("verdicts", [])
        answered.body["verdicts"] = [v for v in every if v["op_id"] in own or (v["op_id"], v["rev"]) not in told]
        told |= {(v["op_id"], v["rev"]) for v in every}


class ForgetsThatItDecided(Fault):
    """What comes again is answered as new."""

    breaks, only = frozenset({"idempotent.same-bytes"}), ("idempotent", "verdicts")

    def after(self, asked: Asked, answered: Answered) -> None:
        for verdict in answered.body.get("verdicts", []):
            verdict.pop("duplicate", None)


class AppliesMembersSingly(Fault):
    """It knows no groups."""

    breaks = frozenset({"group.refused", "group.two-requests", "group.conflict", "group.size"})
    only = ("group",)

    def before(self, asked: Asked) -> None:
        def single(op: dict[str, Json], text: str) -> str:
            if not op.get("group_id"):
                return text
            return json.dumps({name: value for name, value in op.items() if not name.startswith("group_")})

        each_op(asked, single)


class RevertsTheFeed(Fault):
    """The newest change comes first."""

    breaks, only = frozenset({"feed.order"}), ("feed", "hash")

    def after(self, asked: Asked, answered: Answered) -> None:
        for page in answered.body.get("partitions", []):
            page.get("changes", []).reverse()


class IgnoresGaps(Fault):
    """`known_through` is the highest number that came."""

    breaks, only = frozenset({"sequence.known-through"}), ("sequence", "blocked")

    def after(self, asked: Asked, answered: Answered) -> None:
        if not isinstance(asked.body, dict) or "known_through" not in answered.body:
            return
        highest = asked.kept.setdefault(asked.body["incarnation"], [0])
        highest[0] = max([highest[0], *(seq for seq, _ in asked.body.get("ops", []))])
        answered.body["known_through"] = highest[0]


class AddsUpWrongly(Fault):
    """The hash leaves out the version."""

    breaks, only = frozenset({"hash.sum"}), ("hash", "feed")

    def after(self, asked: Asked, answered: Answered) -> None:
        for page in answered.body.get("partitions", []):
            page["hash"] = page["hash"][::-1]


class FailsOnNonsense(Fault):
    """A body that is no JSON is a 500."""

    breaks, only = frozenset({"body.malformed"}), ("body", "transport")

    def after(self, asked: Asked, answered: Answered) -> None:
        if asked.body is None and answered.status == 400 and answered.body.get("type") == "bad-request":
            answered.status, answered.body = 500, "Internal Server Error"


class LetsAnybodyIn(Fault):
    """Without a token it answers as if there were nothing to send."""

    breaks, only = frozenset({"auth.required"}), ("auth", "me")

    def after(self, asked: Asked, answered: Answered) -> None:
        if answered.status == 401:
            answered.status, answered.body = 200, {}


class LastWriterWins(Fault):
    """Nothing is ever said to have lost."""

    breaks, only = frozenset({"merge.conflict"}), ("merge", "delete", "undo")

    def after(self, asked: Asked, answered: Answered) -> None:
        for verdict in answered.body.get("verdicts", []):
            if verdict["verdict"] == "conflict":
                verdict["verdict"] = "accepted"
                verdict.pop("conflicts", None)


class HidesChangedBytes(Fault):
    """Other bytes under an op_id are passed over in silence."""

    breaks, only = frozenset({"idempotent.changed-bytes"}), ("idempotent",)

    def after(self, asked: Asked, answered: Answered) -> None:
        every = answered.body.get("problems", [])
        answered.body["problems"] = [each for each in every if each["type"] != "op-changed"]


class ReadsRatherThanKeeps(Fault):
    """An op is what its JSON says, written anew: its bytes are lost."""

    breaks = frozenset({"idempotent.by-bytes", "refused.too-large"})
    only = ("idempotent", "refused.too-large", "kinds")

    def before(self, asked: Asked) -> None:
        each_op(asked, lambda op, text: json.dumps(op) if op else text)


class TrustsTheAuthor(Fault):
    """Whoever is named as an author is believed."""

    breaks, only = frozenset({"refused.wrong-author"}), ("refused",)

    def after(self, asked: Asked, answered: Answered) -> None:
        for verdict in answered.body.get("verdicts", []):
            if verdict.get("problem", {}).get("type") == "wrong-author":
                verdict["verdict"] = "accepted"
                del verdict["problem"]


class SeesNoClone(Fault):
    """It never tells of a fork."""

    breaks, only = frozenset({"sequence.fork"}), ("sequence",)

    def after(self, asked: Asked, answered: Answered) -> None:
        answered.body.pop("fork", None)


class IgnoresTheLimit(Fault):
    """It sends all that there is."""

    breaks, only = frozenset({"feed.pages"}), ("feed",)

    def before(self, asked: Asked) -> None:
        if isinstance(asked.body, dict):
            asked.body.pop("limit", None)


class TakesAnyCursor(Fault):
    """A cursor that it never gave is answered as if nothing were wrong."""

    breaks, only = frozenset({"feed.reload"}), ("feed",)

    def after(self, asked: Asked, answered: Answered) -> None:
        for page in answered.body.get("partitions", []):
            page.pop("reload", None)


class LacksNothing(Fault):
    """After a restore it says that it has everything."""

    breaks, only = frozenset({"missing.told"}), ("missing",)

    def after(self, asked: Asked, answered: Answered) -> None:
        if "missing" in answered.body:
            answered.body["missing"] = []


class CompressesAlways(Fault):
    """Every answer is gzip, asked or not."""

    breaks, only = frozenset({"coding.answer"}), ("coding", "transport")

    def after(self, asked: Asked, answered: Answered) -> None:
        answered.packed = answered.status == 200


class OffersWhatItCannotRead(Fault):
    """It says that it reads zstd, and refuses it."""

    breaks, only = frozenset({"coding.zstd"}), ("coding", "limits.inflated-zstd")

    def after(self, asked: Asked, answered: Answered) -> None:
        if asked.headers.get(b"content-encoding") == b"zstd":
            answered.status, answered.body = 415, {"type": "content-encoding", "title": "No zstd."}


class ReadsTheFirstFrameAlone(Fault):
    """What stands behind a zstd frame is passed over."""

    breaks, only = frozenset({"coding.zstd-broken"}), ("coding", "limits.inflated-zstd")

    def before(self, asked: Asked) -> None:
        if asked.headers.get(b"content-encoding") == b"zstd":
            first = zstd.ZstdDecompressor()
            with contextlib.suppress(zstd.ZstdError):
                first.decompress(asked.raw)
                asked.raw = asked.raw[: len(asked.raw) - len(first.unused_data)]


class GoesByTheClock(Fault):
    """An entry of the future is refused."""

    breaks, only = frozenset({"sequence.no-clock"}), ("sequence",)

    def before(self, asked: Asked) -> None:
        late = "2100"
        each_op(asked, lambda op, text: "late" if str(op.get("occurred_at", "")) > late else text)


class SendsOthersCases(Fault):
    """Whatever partition is asked for is said to be granted."""

    breaks, only = frozenset({"feed.partitions"}), ("feed",)

    def after(self, asked: Asked, answered: Answered) -> None:
        answered.body.pop("revoked", None)


FAULTS: tuple[type[Fault], ...] = tuple(Fault.__subclasses__())
