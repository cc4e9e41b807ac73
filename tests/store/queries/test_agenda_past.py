"""A past day's agenda worked out again: what came later changes nothing, and the policy is that of the day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.queries.agenda.days import person_days
from fieldpo.store.queries.day.today import today
from fieldpo.store.queries.rules.policy import main_pack
from fieldpo.store.vault import Vault
from fieldpo.supervision.agenda.items import Section
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs.reading import shipped, shipped_text
from fieldpo.supervision.standards.engine import Obligation
from fieldpo.sync.protocol.body import Body
from fieldpo.sync.protocol.kinds import (
    Appointment,
    Assessment,
    CaseEvent,
    Contact,
    Deferral,
    LevelChange,
    PolicyPack,
    RateOverride,
    Stay,
)
from tests.filled_vault import NOW, OFFICER, Pulled, fill
from tests.store.feeds import OWN

PACK = shipped("demo")
PAST = NOW.date() - dt.timedelta(days=20)
LATER = PAST + dt.timedelta(days=2)


def _owed(vault: Vault, pack: Pack = PACK) -> dict[str, tuple[Obligation, ...]]:
    """What each case owed on the past day, without the contacts' places in the vault."""
    with vault.reading() as connection:
        days = person_days(connection, pack, (OWN,), PAST, past=True)
    return {
        one.case.case_id: tuple(each._replace(satisfied_by=()) for each in one.obligations)
        for day in days.values()
        for one in day.owed
    }


def test_what_came_later_changes_no_past_answer(full_vault: Vault) -> None:
    """Contacts, levels, stays, rates, deferrals, events and assessments of later days, and the end of the case."""
    before = _owed(full_vault)
    with full_vault.reading() as connection:
        some = list(person_days(connection, PACK, (OWN,), PAST).values())[:12]
    for day in some:
        case, person = day.owed[0].case.case_id, day.name.person_id
        about: dict[str, Any] = {"person_id": person, "case_id": case}
        when = dt.datetime.combine(LATER, dt.time(10), NOW.tzinfo)
        made: list[Body] = [
            Contact(
                **about,
                occurred_at=when,
                contact="face_to_face",
                place="home",
                outcome="seen",
                officer_id=OFFICER,
                verified={"job": "visited"},
            ),
            LevelChange(**about, since=LATER, level="high"),
            Stay(**about, stay="jail_or_prison", start=LATER),
            RateOverride(**about, obligation="face_to_face", rate="none", start=LATER, reason="ill", approver="Imani"),
            Deferral(
                **about,
                obligation="home_visit",
                to=LATER + dt.timedelta(days=90),
                granted_on=LATER,
                reason="ill",
                approver="Imani",
            ),
            CaseEvent(**about, event="new_address", on=LATER),
            Assessment(**about, instrument="lsir", done_on=LATER, score=3),
        ]
        closed = Change("case", case, {"status": "closed", "status_since": LATER.isoformat()})
        perform(full_vault, Act("later", (*(Create(one) for one in made), closed), NOW), NOW)
    after = _owed(full_vault)
    assert len(before) > 50
    assert after == before


def test_the_policy_is_that_of_the_day_and_a_published_one(full_vault: Vault) -> None:
    """Of several published versions the one in force on the day answers; before the first it is the first."""
    shorter = shipped_text("demo").replace('version = "2026.1"', 'version = "later"', 1)
    whole = shipped_text("demo").replace('version = "2026.1"', 'version = "earlier"', 1)
    with full_vault.writing() as connection:
        connection.exec_driver_sql("DELETE FROM r_policy_pack")
    fill(
        full_vault,
        [
            Pulled("policy_pack", "p1", None, _published("earlier", PAST - dt.timedelta(days=1), whole)),
            Pulled("policy_pack", "p2", None, _published("later", LATER, shorter)),
        ],
    )
    with full_vault.reading() as connection:
        found = {on: main_pack(connection, on).version for on in (dt.date(2020, 1, 1), PAST, LATER, NOW.date())}
    assert list(found.values()) == ["earlier", "earlier", "later", "later"]
    rules = {one.rule for some in _owed(full_vault, _pack_on(full_vault, PAST)).values() for one in some}
    assert rules
    assert all("demo pack" in rule for rule in rules)


def test_what_was_booked_for_a_past_day_stands_there_whatever_came_of_it(full_vault: Vault) -> None:
    """An appointment of the day that was kept since is on that day's Today, a cancelled one is not."""
    with full_vault.reading() as connection:
        people = [one.name.person_id for one in person_days(connection, PACK, (OWN,), PAST).values()][:2]
    morning = dt.datetime.combine(PAST, dt.time(9), NOW.tzinfo)
    for person, status in zip(people, ("kept", "cancelled"), strict=True):
        body = Appointment(person_id=person, starts_at=morning, status=status, purpose="told apart")
        perform(full_vault, Act("appointment", (Create(body),), NOW), NOW)
    with full_vault.reading() as connection:
        rows = today(connection, PACK, OFFICER, morning - dt.timedelta(hours=1), past=True).of(Section.TODAY)
    told = {row.person_id for row in rows if any("told apart" in one.why for one in row.items)}
    assert told == {people[0]}


def _published(version: str, since: dt.date, words: str) -> PolicyPack:
    return PolicyPack(pack="demo", version=version, effective_from=since, text=words, main=True)


def _pack_on(vault: Vault, on: dt.date) -> Pack:
    with vault.reading() as connection:
        return main_pack(connection, on)
