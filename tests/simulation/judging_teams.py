"""What a supervisor's laptop shows: the team's work as the checker reckons it, and no more. Invariants 10, 16."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .books import case_of
from .cast import TEAM
from .evidence import OnLaptop, Row, Seen
from .typed import texts_in
from .verdict_words import APPLIED, Found

_THREE_DAYS = dt.timedelta(days=3)
_DECIDED = ("returned", "approved", "filed")


def supervisor_sees_the_queue(seen: Seen) -> Found:
    """10. The reports that wait or were returned, and the open cases, of the team's officers: these and no others."""
    for each in _supervising(seen):
        queue = _Queue(seen)
        shown = {row["body"]["report_id"]: row["body"]["state"] for row in _of_kind(each, "review_item")}
        if shown != queue.open:
            yield f"{each.name} shows the reports {shown}, and {queue.open} wait"
        cases = {row["body"]["case_id"] for row in _of_kind(each, "team_case")}
        if cases != queue.cases:
            yield f"{each.name} shows the cases {sorted(cases)}, and the team has {sorted(queue.cases)}"
        members = {row["body"]["officer_id"] for row in _of_kind(each, "team_member")}
        if members != seen.agency.books.team:
            yield f"{each.name} shows the officers {sorted(members)}, and others are in the team"


def supervisor_sees_no_more(seen: Seen) -> Found:
    """16. No text but what a report in the queue says or cites, what central holds, and the cases asked for."""
    for each in seen.laptops:
        if not seen.at_rest or each.laptop.cut_off or not each.laptop.supervises:
            continue
        allowed = _readable_texts(seen, each)
        unsettled = {row["person_id"] for row in each.ops.values() if row["state"] not in ("done", "answered")}
        kept = (unsettled | each.drafts) - {None}
        for row in each.rows.values():
            for one in texts_in(row["body"]) if row["person_id"] not in kept else ():
                if one not in allowed:
                    yield f"{each.name} has {one} in {row['kind']} {row['id']}, which is nothing of a supervisor's"


def cases_only_on_demand(seen: Seen) -> Found:
    """16. Who may read a whole case asked for it, with a reason, and not for longer than three days."""
    asked = {
        (entry["user_id"], op.body.get("subject_id"))
        for op_id, entry in seen.central.ledger.items()
        if entry["verdict"] in APPLIED and (op := seen.central.ops[op_id]).kind == "case_request.create"
        if op.body.get("reason")
    }
    for row in seen.central.whole_cases:
        since, until = (dt.datetime.fromisoformat(row[name]) for name in ("since", "until"))
        if (row["user_id"], case_of(row["partition_id"])) not in asked or until - since > _THREE_DAYS:
            yield f"{row['user_id']} may read {row['partition_id']} until {until} and did not ask for it"


def granted_is_pulled(seen: Seen) -> Found:
    """10. What may be read is there."""
    for each in seen.laptops:
        if not seen.at_rest or each.laptop.cut_off:
            continue
        for partition in sorted(seen.granted(each.laptop.user)):
            pulled = each.partitions.get(partition)
            if pulled is None or pulled.loading or not pulled.cursor:
                yield f"{each.name} may read {partition} and has not got it"


def _supervising(seen: Seen) -> Iterator[OnLaptop]:
    for each in seen.laptops:
        if seen.at_rest and not each.laptop.cut_off and seen.agency.books.supervises(each.laptop.user):
            yield each


def _of_kind(each: OnLaptop, kind: str) -> list[Row]:
    return [row for row in each.rows.values() if row["kind"] == kind and row["partition"] == TEAM and not row["hidden"]]


@dataclass
class _Queue:
    """A team's work, reckoned from the caseloads at central without a line of central's."""

    seen: Seen
    cases: set[str] = field(default_factory=set)
    open: dict[str, str] = field(default_factory=dict)
    """Report → submitted or returned."""
    cited: set[str] = field(default_factory=set)
    """The records that those reports name, and what hangs on them."""

    def __post_init__(self) -> None:
        central, places = self.seen.central, {f"caseload:{one}" for one in self.seen.agency.books.team}
        here = [row for row in central.records.values() if row["partition_id"] in places and not row["deleted"]]
        by_kind: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(here, key=lambda row: int(row["number"])):
            by_kind[row["kind"]].append(row)
        self.cases = {row["id"] for row in by_kind["case"] if row["body"].get("status") != "closed"}
        withdrawn = {row["body"]["entry_id"] for row in by_kind["withdrawal"]}
        answered = {row["body"].get("answers_id") for row in by_kind["violation_report"]}
        steps: dict[str, list[Row]] = defaultdict(list)
        for row in by_kind["report_step"]:
            if row["id"] not in withdrawn:
                steps[row["body"]["report_id"]].append(row)
        for row in by_kind["violation_report"]:
            said = [step["body"]["step"] for step in steps[row["id"]]]
            state = next((one for one in reversed(said) if one in _DECIDED), "submitted" if said else "")
            if state in ("submitted", "returned") and row["id"] not in answered | withdrawn:
                self.open[row["id"]] = state
                self._cite(row, steps, by_kind["addendum"])

    def _cite(self, report: Row, steps: dict[str, list[Row]], addenda: list[Row]) -> None:
        earlier = report["body"].get("answers_id")
        for one in (report["id"], earlier):
            self.cited |= {one, *(step["id"] for step in steps.get(one, ()))} if one else set()
        named = {
            record_id
            for allegation in report["body"].get("allegations", ())
            for record_id in (allegation["condition_id"], *allegation.get("evidence", ()))
        }
        self.cited |= named | {row["id"] for row in addenda if row["body"]["entry_id"] in named}


def _readable_texts(seen: Seen, each: OnLaptop) -> set[str]:
    central, books = seen.central, seen.agency.books
    allowed = {one.text for one in seen.typed.texts.values() if one.user == each.laptop.user}
    granted = seen.granted(each.laptop.user)
    whole = {case_of(partition) for partition in granted} - {None}
    queue = _Queue(seen) if books.supervises(each.laptop.user) else None
    for row in central.records.values():
        if row["person_id"] in whole or row["partition_id"] in granted - {TEAM}:
            allowed.update(texts_in(row["body"]))
        if queue is not None and row["id"] in queue.cited:
            allowed.update(texts_in(row["body"]))
    if queue is not None:
        allowed.update(_held_texts(central))
    return allowed


def _held_texts(central: Any) -> set[str]:
    """What central holds until a person decides: refused and blocked entries, and someone not listed."""
    found: set[str] = set()
    for op_id, entry in central.ledger.items():
        op = central.ops.get(op_id)
        if op is not None and (entry["verdict"] in ("rejected", "blocked") or op.record_kind == "intake"):
            found.update(texts_in(op.body))
    return found
