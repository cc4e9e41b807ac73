"""One client's history: contacts in order, the appointments that they answered, addenda, and violation
reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from fieldpo.demo.drawing import Json, Record, Weekday, record_id
from fieldpo.demo.keeping import WORK, Keeping
from fieldpo.demo.people import Client
from fieldpo.demo.prose import long_note, note, say
from fieldpo.demo.scripts import CUSTODY, FAILED, GONE, KEPT, Deck, Script, topics
from fieldpo.supervision.appointments import status_for
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import by_code, label_of

_DECKS = {"kept": Deck(KEPT), "failed": Deck(FAILED), "gone": Deck(GONE), "custody": Deck(CUSTODY)}
_GONE_SINCE = 40
"""Days for which somebody who is slipping away has not been seen."""
_BOOKED_SINCE = 180
"""Days back to which the appointments of past contacts are kept; older systems rarely hand them over."""
_FORGOTTEN = 120
"""Days for which a forgetful officer has left out what the standards ask."""
_SPARE = 3
"""Days that an officer allows for a contact to go wrong."""
_LONG, _ADDENDUM, _ERROR = 0.003, 0.03, 0.002
_EVIDENCE = 4


class Seen(NamedTuple):
    """What a later record needs of a contact: its id and its day."""

    id: str
    day: Weekday


class When(NamedTuple):
    """When a contact began, in minutes after midnight of its day, and for how many minutes it lasted."""

    day: Weekday
    minute: int
    lasted: int


@dataclass(frozen=True)
class Hands:
    """Who writes and reviews, under which pack, up to which day (the last of ``days``, which is yesterday)."""

    officer_id: str
    supervisor_id: str
    pack: Pack
    days: Sequence[Weekday]


def history(client: Client, count: int, days: Sequence[Weekday], hands: Hands) -> Iterator[Record]:
    """Yield a client's contacts, as many as ``count``, spread over the open days given, with what hangs on
    them."""
    if not count or not days:
        return
    rng = client.rng
    draw = rng.random
    suspects: list[Seen] = []
    last = hands.days[-1].day
    gone_from = last - timedelta(days=_GONE_SINCE)
    booked_from = last - timedelta(days=_BOOKED_SINCE)
    scale = len(days) / count
    purpose = label_of(hands.pack.purposes, hands.pack.purposes[0].code)
    keeping = Keeping(client.level, client.case_type, client.place, days[0].day, last - timedelta(days=_FORGOTTEN))
    for turn in range(count):
        day = days[int((turn + draw()) * scale)]
        slipped = client.slipping and day.day > gone_from
        script = _script(client, draw(), draw(), slipped=slipped)
        if not slipped and client.status != "in_custody":
            following = days[min(int((turn + 2.2) * scale), len(days) - 1)].day
            script = keeping.due(day.day, following + timedelta(days=_SPARE)) or script
            keeping.made(script, day.day)
        first, end = script.hours
        minute = first + int(draw() * (end - first)) // 5 * 5
        lasted = script.minutes[0] + int(draw() * (script.minutes[1] - script.minutes[0]))
        when = When(day, minute, lasted)
        contact_id = record_id(rng, day.milliseconds(minute))
        body = _contact(client, script, when, hands)
        body["purpose"] = purpose
        if script.appointment and day.day > booked_from:
            booked = record_id(rng, day.milliseconds(minute) - 14 * 86_400_000)
            body["appointment_id"] = booked
            yield Record("appointment", booked, _answered(client, script, when, contact_id, hands.pack))
        yield Record("contact", contact_id, body)
        seen = Seen(contact_id, day)
        if script.violation:
            suspects.append(seen)
        chance = draw()
        if chance < _ADDENDUM:
            yield _addendum(client, contact_id, day, minute, hands)
        elif chance < _ADDENDUM + _ERROR:
            yield _withdrawal(client, contact_id, day, minute, hands)
    if client.place % 6 == 5:
        yield from _violation_report(client, suspects[-_EVIDENCE:] or [seen], hands)


def _script(client: Client, which: float, luck: float, *, slipped: bool) -> Script:
    if client.status == "in_custody":
        return _DECKS["custody"].draw(which)
    if slipped:
        return _DECKS["gone"].draw(which)
    return _DECKS["kept" if luck < client.reliability else "failed"].draw(which)


def _contact(client: Client, script: Script, when: When, hands: Hands) -> dict[str, Json]:
    day, minute, lasted = when
    draw = client.rng.random
    ended = minute + lasted
    body: dict[str, Json] = {
        "person_id": client.id,
        "case_id": client.case_id,
        "occurred_at": day.stamp(minute),
        "entered_at": day.stamp(min(ended + 3 + int(draw() * draw() * 300), 1439)),
        "contact": script.contact,
        "outcome": script.outcome,
        "officer_id": hands.officer_id,
        "minutes": lasted,
        "note": long_note(draw, day.day)
        if draw() < _LONG and not script.attempt
        else note(_topics(client, script), draw, day.day),
    }
    if script.place:
        body["place"] = script.place
    if script.present:
        body["present"] = [*script.present, "interpreter"] if client.interpreter else list(script.present)
    if script.template:
        body["template"] = script.template
    if script.confidentiality:
        body["confidentiality"] = script.confidentiality
    if script.present == ("collateral",) and client.collateral_ids:
        body["collateral_id"] = client.collateral_ids[int(draw() * len(client.collateral_ids))]
    if "told" in script.opens:
        body["told"] = {item.code: "unchanged" if draw() < 0.9 else "changed" for item in hands.pack.told_items}
    if script.place == "home":
        body["address_id"] = client.home_id
    if script.attempt and script.place and draw() < 0.5:
        body["card_left"] = True
    if script.visit:
        body["arrived_at"], body["left_at"] = day.stamp(minute), day.stamp(ended)
        body["checklist"] = _checklist(client, hands.pack)
        if draw() < 0.3:
            body["verified"] = {"home": "went_there"}
    elif script is WORK or script.present == ("client",):
        _proved(script, body, draw, hands.pack)
    return body


def _proved(script: Script, body: dict[str, Json], draw: Callable[[], float], pack: Pack) -> None:
    if script is WORK:
        body["verified"] = {"job": "went_there"}
    elif draw() < 0.25:
        body["techniques"] = [pack.techniques[int(draw() * len(pack.techniques))].code]
        body["verified"] = {"job": "saw_paper"} if draw() < 0.5 else {"treatment": "called"}


def _topics(client: Client, script: Script) -> tuple[str, ...]:
    laid = topics(script, client.rng.random())
    return (*laid, "spanish") if client.language == "Spanish" and "told" in script.opens else laid


def _checklist(client: Client, pack: Pack) -> dict[str, str]:
    answers = {}
    for item in pack.checklist:
        luck = client.rng.random()
        answers[item.code] = "yes" if luck < 0.85 else "not_seen" if luck < 0.96 else "no: see the note"
    return answers


def _answered(client: Client, script: Script, when: When, contact_id: str, pack: Pack) -> dict[str, Json]:
    day, minute, _ = when
    kind = by_code(pack.appointment_kinds, script.appointment)
    status = status_for(pack, script.outcome)
    begun = minute // 15 * 15 - (15 if status == "late" else 0)
    body: dict[str, Json] = {
        "person_id": client.id,
        "case_id": client.case_id,
        "starts_at": day.stamp(begun),
        "minutes": kind.minutes,
        "appointment": kind.code,
        "place": kind.place,
        "status": status,
        "contact_id": contact_id,
    }
    if status == "cancelled":
        body["cancelled_by"] = "us"
    if status == "excused":
        body["status_reason"] = say("excused", client.rng.random, day.day)[:200]
    return body


def _addendum(client: Client, contact_id: str, day: Weekday, minute: int, hands: Hands) -> Record:
    later = min(minute + 60, 1439)
    return Record(
        "addendum",
        record_id(client.rng, day.milliseconds(later)),
        {
            "person_id": client.id,
            "entry_id": contact_id,
            "text": say("addendum", client.rng.random, day.day),
            "officer_id": hands.officer_id,
            "written_at": day.stamp(later),
        },
    )


def _withdrawal(client: Client, contact_id: str, day: Weekday, minute: int, hands: Hands) -> Record:
    later = min(minute + 90, 1439)
    return Record(
        "withdrawal",
        record_id(client.rng, day.milliseconds(later)),
        {
            "person_id": client.id,
            "entry_id": contact_id,
            "reason": client.rng.choice(("Wrong client.", "Entered twice.", "Wrong date.")),
            "officer_id": hands.officer_id,
            "written_at": day.stamp(later),
        },
    )


def _violation_report(client: Client, suspects: Sequence[Seen], hands: Hands) -> Iterator[Record]:
    rng = client.rng
    places = {day.text: at for at, day in enumerate(hands.days)}
    written = hands.days[min(places[suspects[-1].day.text] + 3, len(hands.days) - 1)]
    report_id = record_id(rng, written.milliseconds(15 * 60))
    chosen = rng.sample(client.condition_ids, min(len(client.condition_ids), rng.choice((1, 1, 2))))
    allegations = [
        {
            "condition_id": one,
            "facts": note(("facts", "facts"), rng.random, written.day),
            "evidence": [s.id for s in suspects],
        }
        for one in chosen
    ]
    yield Record(
        "violation_report",
        report_id,
        {
            "person_id": client.id,
            "case_id": client.case_id,
            "officer_id": hands.officer_id,
            "written_at": written.stamp(15 * 60),
            "allegations": allegations,
            "facts": note(("facts",) * 5, rng.random, written.day),
            "severity": rng.choice(hands.pack.severities).code,
            "recommendation": rng.choice(hands.pack.recommendations).code,
        },
    )
    steps = ((), ("returned",), ("approved",), ("approved", "filed"))[client.place // 6 % 4]
    for at, step in enumerate(("submitted", *steps)):
        body: dict[str, Json] = {
            "person_id": client.id,
            "report_id": report_id,
            "step": step,
            "officer_id": hands.officer_id if step == "submitted" else hands.supervisor_id,
            "written_at": written.stamp(15 * 60 + 5 + at * 40),
        }
        if step == "returned":
            body["comment"] = "Name the dates of the two missed reports. Say what was tried before."
            body["due_on"] = (hands.days[-1].day + timedelta(days=4)).isoformat()
        yield Record("report_step", record_id(rng, written.milliseconds(15 * 60 + 5 + at * 40)), body)
