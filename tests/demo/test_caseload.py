"""The synthetic caseload: the same from the same seed, sound record by record, and shaped like a real one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from fieldpo.demo.caseload import make_caseload
from fieldpo.demo.drawing import Record
from fieldpo.demo.prose import LONGEST
from fieldpo.errors import BadInput
from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.written.codes import by_code
from fieldpo.sync.protocol.body import KINDS, plain_body
from fieldpo.sync.protocol.kinds import Contact

TODAY = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
PACK = shipped("demo")


def _made(seed: int = 7, **knobs: Any) -> list[Record]:
    return list(make_caseload(seed, today=TODAY, officer_id="officer-1", pack=PACK, **knobs))


@pytest.fixture(scope="module")
def caseload() -> list[Record]:
    """Sixty clients, two years."""
    return _made(supervisor_id="officer-2")


def _of(records: list[Record], kind: str) -> list[Record]:
    return [record for record in records if record.kind == kind]


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Two runs of a seed are equal byte for byte, and another seed is not."""
    one, two, other = (msgspec.json.encode(_made(seed, clients=8)) for seed in (7, 7, 8))
    assert one == two
    assert one != other


def test_a_person_is_the_same_in_a_larger_caseload() -> None:
    """The first person of a caseload of four is the first of a caseload of nine."""
    small, large = _made(clients=4), _made(clients=9)
    assert _of(small, "person") == _of(large, "person")[:4]


def test_every_body_is_of_its_kind(caseload: list[Record]) -> None:
    """Every record converts to its kind's type, with no field that the type does not know."""
    for record in caseload:
        kind = KINDS[record.kind]
        body = kind.check(record.body)
        assert isinstance(body, Contact) == (record.kind == "contact")
        assert set(record.body) <= set(kind.fields), record.kind


def test_nothing_is_said_that_the_kind_means_anyway(caseload: list[Record]) -> None:
    """A person's own records leave out what is at its default, as every device's do."""
    for record in _of(caseload, "person") + _of(caseload, "case") + _of(caseload, "address"):
        kind = KINDS[record.kind]
        assert plain_body(kind.check(record.body)) == record.body


def test_no_two_records_share_an_id(caseload: list[Record]) -> None:
    """Ids are unique over all kinds, and so are the agency's numbers of the people."""
    assert len({record.id for record in caseload}) == len(caseload)
    numbers = [person.body["agency_ids"]["agency"] for person in _of(caseload, "person")]
    assert len(set(numbers)) == len(numbers) == 60


def test_what_a_record_names_came_before_it(caseload: list[Record]) -> None:
    """Each record's person, case, entry, report, condition and evidence exist; only appointments name a
    later contact."""
    seen: set[str] = set()
    for record in caseload:
        body = record.body
        for name in ("person_id", "case_id", "entry_id", "report_id", "collateral_id", "address_id", "appointment_id"):
            assert body.get(name) is None or body[name] in seen, (record.kind, name)
        for allegation in body.get("allegations", ()):
            assert {allegation["condition_id"], *allegation["evidence"]} <= seen
        seen.add(record.id)
    assert {one.body["contact_id"] for one in _of(caseload, "appointment") if "contact_id" in one.body} <= seen


def test_every_code_is_in_the_pack(caseload: list[Record]) -> None:
    """Kinds, places, outcomes, templates, hazards, levels and states are codes of the pack, and fit one
    another."""
    for contact in _of(caseload, "contact"):
        body = contact.body
        outcome = by_code(PACK.outcomes, body["outcome"])
        assert outcome.applies(by_code(PACK.contact_kinds, body["contact"]).code, body.get("place", ""))
        if "template" in body:
            assert by_code(PACK.templates, body["template"]).applies(body["contact"], body.get("place", ""))
        assert all(by_code(PACK.with_whom, code) for code in body.get("present", ()))
        assert all(by_code(PACK.checklist, code) for code in body.get("checklist", ()))
        assert all(by_code(PACK.verified_hows, how) for how in body.get("verified", {}).values())
    for hazard in _of(caseload, "hazard"):
        by_code(PACK.hazard_kinds, hazard.body["hazard"])
    for case in _of(caseload, "case"):
        by_code(PACK.levels, case.body["level"])
        by_code(PACK.case_statuses, KINDS["case"].value(case.body, "status"))
    for appointment in _of(caseload, "appointment"):
        by_code(PACK.appointment_kinds, appointment.body["appointment"])
        by_code(PACK.appointment_statuses, appointment.body["status"])


def test_contacts_lie_in_the_past_and_open_appointments_ahead(caseload: list[Record]) -> None:
    """No contact is later than today, and every appointment still made or moved is today or later, some
    today."""
    today = TODAY.date()
    assert all(datetime.fromisoformat(one.body["occurred_at"]) < TODAY for one in _of(caseload, "contact"))
    days = [
        datetime.fromisoformat(one.body["starts_at"]).date()
        for one in _of(caseload, "appointment")
        if one.body["status"] in {"made", "moved"}
    ]
    assert min(days) == today
    assert days.count(today) >= 3
    assert any(today < day <= today + timedelta(days=7) for day in days)


def test_hearings_lie_ahead_and_behind(caseload: list[Record]) -> None:
    """Some were held, some are set within a month, and the notice of each is due before its day."""
    today = TODAY.date().isoformat()
    found = [KINDS["hearing"].check(one.body) for one in _of(caseload, "hearing")]
    assert all(plain_body(one) == record.body for one, record in zip(found, _of(caseload, "hearing"), strict=True))
    days = [one.body["on"] for one in _of(caseload, "hearing")]
    assert any(day < today for day in days)
    assert sum(day > today for day in days) >= 3
    assert all(one.body.get("notice_by", "") < one.body["on"] for one in _of(caseload, "hearing"))


def test_open_appointments_do_not_clash(caseload: list[Record]) -> None:
    """No two appointments ahead share a minute of the officer's time."""
    spans = sorted(
        (datetime.fromisoformat(one.body["starts_at"]), one.body["minutes"])
        for one in _of(caseload, "appointment")
        if one.body["status"] in {"made", "moved"}
    )
    for (start, minutes), (following, _) in pairwise(spans):
        assert start + timedelta(minutes=minutes) <= following


def test_it_is_shaped_like_a_caseload(caseload: list[Record]) -> None:
    """Hazards, levels, missed contacts, long and private notes, and recent histories are there in a likely
    share."""
    people = _of(caseload, "person")
    hazards = {one.body["person_id"] for one in _of(caseload, "hazard")}
    assert 0.1 <= len(hazards) / len(people) <= 0.45
    assert len({one.body["level"] for one in _of(caseload, "case")}) >= 4
    contacts = _of(caseload, "contact")
    assert 2_000 <= len(contacts) <= 9_000
    outcomes = Counter(one.body["outcome"] for one in contacts)
    assert outcomes["reported"] > outcomes["seen"] > outcomes["no_answer"] > 0
    classes = Counter(one.body.get("confidentiality", "normal") for one in contacts)
    assert 0 < classes["sensitive"] + classes["third_party"] < 0.1 * len(contacts)
    lengths = [len(one.body["note"]) for one in contacts]
    assert 2_000 < max(lengths) <= LONGEST
    recent = (TODAY - timedelta(days=120)).date().isoformat()
    assert any(one.body["history_complete_from"] > recent for one in _of(caseload, "case"))
    steps = {one.body["step"] for one in _of(caseload, "report_step")}
    assert {"submitted", "returned"} <= steps
    areas = Counter(one.body["area"] for one in _of(caseload, "address"))
    assert areas.most_common(1)[0][1] >= 4


def test_some_have_not_been_seen_for_weeks(caseload: list[Record]) -> None:
    """A few active clients have had only attempts and misses lately: the overdue rows of Today."""
    last: defaultdict[str, str] = defaultdict(str)
    for one in _of(caseload, "contact"):
        if by_code(PACK.outcomes, one.body["outcome"]).satisfies:
            last[one.body["person_id"]] = max(last[one.body["person_id"]], one.body["occurred_at"][:10])
    month_ago = (TODAY - timedelta(days=31)).date().isoformat()
    assert 3 <= sum(day < month_ago for day in last.values()) <= 30


def test_names_hard_to_show_are_among_them(caseload: list[Record]) -> None:
    """Forty letters, another script, marks and one name only are on every caseload of sixty."""
    names = [one.body["family_name"] for one in _of(caseload, "person")]
    assert any(
        len(name) >= 40 or len(name) + len(one.body.get("given_name", "")) >= 40
        for name, one in zip(names, _of(caseload, "person"), strict=True)
    )
    assert "陳" in names
    assert any("given_name" not in one.body for one in _of(caseload, "person"))
    assert all(name.isprintable() for name in names)


def test_notes_use_many_words(caseload: list[Record]) -> None:
    """Few notes repeat another, so that search has something to tell apart."""
    notes = [one.body["note"] for one in _of(caseload, "contact")]
    assert len(set(notes)) > 0.9 * len(notes)
    assert len({word for text in notes for word in text.lower().split()}) > 900


@pytest.mark.parametrize("entries", [0, 1, 5_000])
def test_the_number_of_entries_can_be_forced(entries: int) -> None:
    """Asked for a number of entries, the caseload has exactly so many contacts."""
    assert len(_of(_made(clients=12, entries=entries), "contact")) == entries


def test_offsets_follow_the_season() -> None:
    """Stamps carry the office's offset: daylight time in July, standard time in January."""
    offsets = {
        (one.body["occurred_at"][5:7], one.body["occurred_at"][-6:])
        for one in _of(_made(clients=20), "contact")
        if one.body["occurred_at"][5:7] in {"01", "07"}
    }
    assert offsets == {("01", "-06:00"), ("07", "-05:00")}


def test_notes_speak_of_days_near_their_own(caseload: list[Record]) -> None:
    """A day named in a note lies within weeks of the contact, and no mark for a day is left over."""
    named = 0
    for one in _of(caseload, "contact"):
        day = datetime.fromisoformat(one.body["occurred_at"]).date()
        near = {f"{day + timedelta(days=n):%d %b}" for n in range(-60, 61)}
        found = re.findall(r"\b\d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b", one.body["note"])
        assert near >= set(found)
        assert "\x01" not in one.body["note"]
        assert "\x02" not in one.body["note"]
        named += len(found)
    assert named > 500


def test_counts_that_make_no_caseload_are_refused() -> None:
    """No clients, no years or fewer than no entries is refused in a sentence."""
    for knobs in ({"clients": 0}, {"years": 0}, {"entries": -1}):
        with pytest.raises(BadInput, match="at least 1 client"):
            _made(**knobs)
