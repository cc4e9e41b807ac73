"""One clause's trial: the test devices, records made for it alone, and what was expected."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from fieldpo.cli.conformance.clause import NotShown, Unmet
from fieldpo.cli.conformance.device import Device, Fields, problem, verdict_of
from fieldpo.cli.conformance.wire import Came, Server
from fieldpo.sync.protocol.body import Json
from fieldpo.sync.protocol.codings import READ, ZSTD, chosen
from fieldpo.sync.protocol.exchange import SyncResponse, Verdict
from fieldpo.sync.protocol.ids import new_id

MADE_BY = "Conformance"
"""The family name of every person that a run makes, so that an administrator finds them again."""


@dataclass
class Trial:
    """What a clause has to work with: device `a`, and where they were given, `b` of the same officer, `c` of another,
    and `boss` of their supervisor.
    """

    server: Server
    a: Device
    second: Device | None = None
    other: Device | None = None
    supervisor: Device | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def b(self) -> Device:
        """The same officer's second device."""
        if self.second is None:
            raise NotShown("needs a second device of the same officer")
        return self.second

    @property
    def c(self) -> Device:
        """Another officer's device."""
        if self.other is None:
            raise NotShown("needs a device of another officer")
        return self.other

    @property
    def boss(self) -> Device:
        """A device of whoever supervises the officer's team."""
        if self.supervisor is None:
            raise NotShown("needs a device of the officer's supervisor")
        return self.supervisor

    def begin(self) -> None:
        """New lives for every device, so that no clause counts on from another's."""
        for each in (self.a, self.second, self.other, self.supervisor):
            if each is not None:
                each.begin()

    def needs_zstd(self) -> None:
        """Raises NotShown unless the server says that it reads zstd, and this program writes it."""
        if ZSTD not in READ:
            raise NotShown("this Python has no zstd")
        came = self.a.post(msgspec.json.encode(self.a.request()))
        if chosen(came.headers.get("accept-encoding")) != ZSTD:
            raise NotShown("the server offers no zstd")

    def expect(self, what: str, expected: Json, got: Json) -> None:
        """Raises Unmet where they differ."""
        if expected != got:
            raise Unmet(what, expected, got)

    def among(self, what: str, expected: tuple[Json, ...], got: Json) -> None:
        """Raises Unmet where it is none of them."""
        if got not in expected:
            raise Unmet(what, f"one of {expected}", got)

    def refused(self, came: Came, *status_and_type: tuple[int, str]) -> None:
        """Raises Unmet unless the request was answered with one of these problem documents."""
        found = problem(came)
        got = (came.status, found.type if found else f"no problem document: {came.headers.get('content-type')}")
        self.among("The request is refused with a problem document", status_and_type, got)

    def verdict(self, answer: SyncResponse, op: Fields, expected: str, problem_type: str = "") -> Verdict:
        """The op's verdict. Raises Unmet where it is another, or for another reason."""
        found = verdict_of(answer, op)
        got = (found.verdict.value, found.problem.type if found.problem and problem_type else "")
        self.expect(f"The verdict on {op['kind']}", (expected, problem_type), got)
        return found

    def person(self, **body: Json) -> str:
        """A new person in the officer's caseload, known to both devices."""
        return self.made("person", {"family_name": MADE_BY, "given_name": new_id()[-8:], **body})

    def made(self, kind: str, body: Fields) -> str:
        """A new record, accepted; its id."""
        op = self.a.op(f"{kind}.create", body=body)
        self.verdict(self.a.send(op), op, "accepted")
        return str(op["record_id"])

    def phone(self, person: str, number: str = "555-0100") -> str:
        """A new phone of a person, known to the second device too."""
        found = self.made("phone", {"person_id": person, "number": number})
        self.b.pull()
        return found

    def contact(self, person: str, device: Device | None = None, **more: Json) -> Fields:
        """An op that makes a case note."""
        whose = device or self.a
        body = {
            "person_id": person,
            "occurred_at": "2026-01-05T09:00:00-06:00",
            "contact": "home",
            "outcome": "reported",
            "officer_id": whose.user,
            "note": "Made by a conformance run.",
        }
        return whose.op("contact.create", body=body, **more)

    def stands(self, record_id: str, name: str, value: Json) -> None:
        """Raises Unmet unless the record's field has that value at the server, as the second device sees it."""
        body = self.b.body(record_id)
        got = "the record is not in the feed" if body is None else body.get(name)
        self.expect(f"`{name}` of the record, as another device gets it", value, got)
