"""Entries as a sync leaves them: in conflict, returned, signed and returned."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace
from sqlalchemy import text

from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.records import read_record, write_records
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import FieldConflict, Problem, Verdict, VerdictKind
from fieldpo.sync.protocol.kinds import Addendum, ReportStep
from tests.filled_vault import NOW, OFFICER, Pulled, fill

PERSON = "0192bbbb-0000-7000-8000-000000000001"
CONTACT = "0192bbbb-0000-7000-8000-000000000002"


def person(vault: Vault, name: str = "Fahey") -> None:
    """One client, from central."""
    fill(vault, [Pulled("person", PERSON, PERSON, {"family_name": name, "given_name": "Bo", "language": "en"})])


def conflict(vault: Vault, mine: str = "es", theirs: str = "fr") -> str:
    """The officer changed the language, and somebody else did first. Returns the op's id."""
    saved = perform(vault, Act("Changed Fahey, Bo", (Change("person", PERSON, {"language": mine}),), NOW), NOW)
    op_id = saved.op_ids[0]
    asked = FieldConflict(conflict_id="conflict-1", field="language", yours=mine, current=theirs)
    answered(vault, op_id, "conflict", Verdict(op_id=op_id, verdict=VerdictKind.CONFLICT, rev=1, conflicts=[asked]))
    with vault.writing() as connection:
        record = read_record(connection, "person", PERSON)
        assert record is not None
        write_records(connection, "person", [replace(record, body={**record.body, "language": theirs}, waiting=0)])
    return op_id


def returned(vault: Vault) -> str:
    """An addendum that central gave back. Returns the op's id."""
    body = Addendum(person_id=PERSON, entry_id=CONTACT, text="too long", officer_id=OFFICER, written_at=NOW)
    saved = perform(vault, Act("Addendum, Fahey, Bo", (Create(body),), NOW), NOW)
    op_id = saved.op_ids[0]
    _rejected(vault, "addendum", op_id, Problem(type="too-large", title="too large"))
    return op_id


def signed(vault: Vault, problem: Problem) -> str:
    """A signed decision that central gave back. Returns the op's id."""
    body = ReportStep(
        person_id=PERSON,
        report_id=CONTACT,
        step="returned",
        officer_id=OFFICER,
        written_at=NOW,
        comment="Say when.",
        signed_name="Reyes, Ana",
        signed_at=NOW,
        signed_sha256="5f" * 32,
    )
    op_id = perform(vault, Act("Returned: violation report on Fahey, Bo", (Create(body),), NOW), NOW).op_ids[0]
    _rejected(vault, "report_step", op_id, problem)
    return op_id


def _rejected(vault: Vault, kind: str, op_id: str, problem: Problem) -> None:
    answered(vault, op_id, "rejected", Verdict(op_id=op_id, verdict=VerdictKind.REJECTED, rev=2, problem=problem))
    with vault.writing() as connection:
        record = read_record(connection, kind, op_id)
        assert record is not None
        write_records(connection, kind, [replace(record, waiting=0)])


def answered(vault: Vault, op_id: str, state: str, verdict: Verdict) -> None:
    """Central said this of an op."""
    with vault.writing() as connection:
        connection.execute(
            text("UPDATE op SET state = :state, verdict = :verdict, problem = :problem WHERE op_id = :id"),
            {
                "state": state,
                "verdict": msgspec.json.encode(verdict).decode(),
                "problem": verdict.problem.type if verdict.problem else "",
                "id": op_id,
            },
        )


def language(vault: Vault) -> object:
    """What the record says now."""
    with vault.reading() as connection:
        record = read_record(connection, "person", PERSON)
    assert record is not None
    return record.body["language"]
