"""What central holds until a person decides, as a supervisor's device pulls it, and what the supervisor decides."""

from __future__ import annotations

import msgspec

from fieldpo.sync.protocol.body import Body, Code, Day, Id, Json, Line, Merging, Stamp, kind


class Candidate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person who may be the one not listed. `why`: carries the ID that was told, as central knows, or is claimed to:
    an officer alone has typed it there.
    """

    subject_id: Id
    name: Line
    why: Code
    officer_id: Id | None = None
    birth_date: Day | None = None


@kind("held_item", Merging.CENTRAL)
class HeldItem(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Something that central holds for a person to decide, with its text: a late entry, someone not listed, a group
    whose rest has not come. `detail` counts; it holds no text of a person.

    `decided` is a decision that central has taken and not carried out yet, `trouble` the sentence that says why it
    could not carry out the last one: then somebody decides anew.
    """

    reason: Code
    op_id: Id
    entry: Code
    officer_id: Id
    arrived_at: Stamp
    subject_id: Id | None = None
    subject_name: Line = ""
    detail: Line = ""
    overdue: bool = False
    body: dict[str, Json] = {}
    candidates: list[Candidate] = []
    decided: Code = ""
    decided_by: Id | None = None
    trouble: Line = ""


@kind("held_decision", Merging.INSERT)
class HeldDecision(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A supervisor decides on what central holds. It stands in the supervisor's own caseload; central carries it out.

    `subject_id` is the person whom someone not listed is; `caseload_of` the officer who gets a new person's case.
    """

    held_op_id: Id
    decision: Code
    officer_id: Id
    written_at: Stamp
    reason: Line = ""
    subject_id: Id | None = None
    caseload_of: Id | None = None
    supervision_type: Code = ""
