"""What is kept of the agenda in memory is what the vault gives from scratch, whatever happened in between."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import Connection, text

from fieldpo.errors import NotFound
from fieldpo.store.acting import undo
from fieldpo.store.acting.acts import Act, Change, Create, perform
from fieldpo.store.applying.apply import take_response
from fieldpo.store.database.touched import NOBODY, last_touch, touched_since
from fieldpo.store.queries.agenda.days import PersonDay, kept_days, person_days
from fieldpo.store.queries.agenda.kept import Kept
from fieldpo.store.vault import Vault
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.body import Body
from fieldpo.sync.protocol.kinds import (
    Appointment,
    Case,
    Condition,
    Contact,
    Deferral,
    Hazard,
    Hearing,
    PolicyPack,
    Stay,
)
from tests.filled_vault import NOW, OFFICER, Template, as_template, filled_vault, open_copy
from tests.store.feeds import OWN, answer, change, gone, left, page

PACK = shipped("demo")
TODAY = NOW.date()
PEOPLE = 8
EXAMPLES, STEPS = 5, 14
whole = st.integers(0, PEOPLE - 1)
days_ago = st.integers(0, 60)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A closed vault with a few clients, to be copied."""
    return as_template(filled_vault(tmp_path_factory.mktemp("few") / "vault", PEOPLE, 400))


class KeptAgenda(RuleBasedStateMachine):
    """Acts, pulls and days in any order; after each the kept answer is compared with one from scratch."""

    vault: Vault
    fresh: Callable[[], Vault]

    def __init__(self) -> None:
        super().__init__()
        self.vault = self.fresh()
        with self.vault.reading() as connection:
            self.people = list(connection.scalars(text("SELECT id FROM r_person WHERE hidden = 0 ORDER BY id")))
            cases = connection.execute(text("SELECT person_id, id FROM r_case ORDER BY id")).all()
            self.number = int(connection.scalar(text("SELECT max(number) FROM partition")) or 0)
        self.case = {row.person_id: row.id for row in cases}
        self.on, self.pack, self.saved = TODAY, PACK, list[str]()
        self.agrees()

    def agrees(self) -> None:
        """The comparison itself; every detail of every person."""
        with self.vault.reading() as connection:
            kept = kept_days(connection, self.pack, (OWN,), self.on)
            assert kept == person_days(connection, self.pack, (OWN,), self.on)

    def act(self, *steps: Create | Change) -> None:
        """Save an act, and compare; about somebody who left it is refused."""
        with contextlib.suppress(NotFound):
            self.saved.append(perform(self.vault, Act("act", steps, NOW), NOW).act_id)
        self.agrees()

    def pull(self, kind: str, record_id: str, body: Body | None, person: str | None) -> None:
        """A record comes down, or is deleted without a body; and compare."""
        self.number += 1
        found = self.number
        one = gone(kind, record_id, 2, found) if body is None else change(kind, record_id, body, found, found, person)
        take_response(self.vault, answer(page([one], found)))
        self.agrees()

    @rule(who=whole, ago=days_ago, place=st.sampled_from(["home", "office"]), came=st.sampled_from(["yes", "no"]))
    def contact(self, who: int, ago: int, place: str, came: str) -> None:
        """A contact, or an attempt at one."""
        body = Contact(
            person_id=self.people[who],
            occurred_at=NOW - dt.timedelta(days=ago),
            contact="face_to_face",
            place=place,
            outcome={"yes": {"home": "seen"}.get(place, "reported"), "no": "no_answer"}[came],
            officer_id=OFFICER,
        )
        self.act(Create(body))

    @rule(who=whole, ahead=st.integers(-3, 9))
    def appointment(self, who: int, ahead: int) -> None:
        """One is made."""
        self.act(Create(Appointment(person_id=self.people[who], starts_at=NOW + dt.timedelta(days=ahead, hours=1))))

    @rule(
        who=whole, days=st.integers(1, 20), what=st.sampled_from(["hazard", "stay", "deferral", "condition", "hearing"])
    )
    def fact(self, who: int, days: int, what: str) -> None:
        """A record that moves a due day, or is called out."""
        person, span = self.people[who], dt.timedelta(days=days)
        about = {"person_id": person, "case_id": self.case[person]}
        made: dict[str, Body] = {
            "hazard": Hazard(person_id=person, hazard="dog", text="Bites", review_on=TODAY - span),
            "stay": Stay(**about, stay="jail_or_prison", start=TODAY - span),
            "deferral": Deferral(
                **about, obligation="face_to_face", to=TODAY + span, granted_on=TODAY, reason="ill", approver="Imani"
            ),
            "condition": Condition(**about, category="curfew", text="Home by ten.", expires_on=TODAY + span),
            "hearing": Hearing(**about, on=TODAY + span),
        }
        self.act(Create(made[what]))

    @rule(who=whole, status=st.sampled_from(["active", "in_custody", "closed"]))
    def case_status(self, who: int, status: str) -> None:
        """A case's own state."""
        fields = {"status": status, "status_since": (TODAY - dt.timedelta(days=3)).isoformat()}
        self.act(Change("case", self.case[self.people[who]], fields))

    @rule()
    def take_back(self) -> None:
        """Undo, where there is something to undo."""
        if self.saved:
            with contextlib.suppress(NotFound):
                undo.undo(self.vault, self.saved.pop(), NOW)
            self.agrees()

    @rule(who=whole, level=st.sampled_from(["low", "medium", "high"]))
    def pulled_case(self, who: int, level: str) -> None:
        """Another level comes down from central."""
        person = self.people[who]
        body = Case(person_id=person, level=level, start_on=dt.date(2025, 3, 3), end_on=TODAY + dt.timedelta(days=15))
        self.pull("case", self.case[person], body, person)

    @rule(who=whole)
    def pulled_away(self, who: int) -> None:
        """A case is deleted at central."""
        self.pull("case", self.case[self.people[who]], None, self.people[who])

    @rule(who=whole)
    def person_leaves(self, who: int) -> None:
        """A person goes to another officer."""
        self.number += 1
        take_response(self.vault, answer(page([left(self.people[who], self.number)], self.number)))
        self.agrees()

    @rule(days=st.integers(-40, 40))
    def another_day(self, days: int) -> None:
        """Midnight, or a look back."""
        self.on = TODAY + dt.timedelta(days=days)
        self.agrees()

    @rule(version=st.sampled_from(["2026.1", "2026.2"]))
    def another_pack(self, version: str) -> None:
        """The agency changes its policy."""
        self.pack = PACK if version == PACK.version else _without_home_visits(version)
        self.agrees()

    def teardown(self) -> None:
        """Close the vault."""
        self.vault.close()


def _without_home_visits(version: str) -> Pack:
    import msgspec

    policies = tuple(
        msgspec.structs.replace(one, obligations=tuple(rule for rule in one.obligations if rule.code != "home_visit"))
        for one in PACK.policies
    )
    return msgspec.structs.replace(PACK, version=version, policies=policies)


def test_the_kept_agenda_is_the_one_from_scratch(few: Template, tmp_path: Path) -> None:
    """After random acts, undoings, pulls, departures, days and packs nothing that is kept is out of date."""
    opened = iter(range(1_000))

    class Here(KeptAgenda):
        @staticmethod
        def fresh() -> Vault:
            return open_copy(few, tmp_path / f"vault{next(opened)}")

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=(Phase.generate,),  # the steps of a failure are few as they are; shrinking takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_only_the_touched_are_worked_out_anew(few: Template, tmp_path: Path) -> None:
    """After one contact one person is asked for; after a policy pack came, or on another day, everybody."""
    kept, asked = Kept[str](), list[object]()

    def work(connection: Connection, people: object) -> dict[str, str]:
        del connection
        asked.append(people)
        return {}

    with open_copy(few, tmp_path / "vault") as vault:

        def answers(key: object = "day") -> None:
            with vault.reading() as connection:
                kept.answers(connection, key, work)

        answers()
        answers()
        with vault.reading() as connection:
            person = connection.scalar(text("SELECT id FROM r_person LIMIT 1"))
        contact = Contact(
            person_id=person, occurred_at=NOW, contact="telephone", outcome="reported", officer_id=OFFICER
        )
        perform(vault, Act("contact", (Create(contact),), NOW), NOW)
        answers()
        pack = PolicyPack(pack="x", version="1", effective_from=TODAY, text="")
        take_response(vault, answer(page([change("policy_pack", "p1", pack)], 9_000)))
        answers()
        answers("another day")
    assert asked == [None, frozenset({person}), None, None]


def test_an_older_snapshot_sees_nothing_newer(few: Template, tmp_path: Path) -> None:
    """A reader that began before an act gets the answer of its own moment, and what is kept stays the newer."""
    with open_copy(few, tmp_path / "vault") as vault:
        with vault.reading() as old:
            person = old.scalar(text("SELECT id FROM r_person LIMIT 1"))
            at = last_touch(old)
            before = person_days(old, PACK, (OWN,), TODAY)
            hazard = Hazard(person_id=person, hazard="dog", text="Bites")
            perform(vault, Act("hazard", (Create(hazard),), NOW), NOW)
            with vault.reading() as new:
                newer = kept_days(new, PACK, (OWN,), TODAY)
                assert touched_since(new, at) == {person}
            assert kept_days(old, PACK, (OWN,), TODAY) == before
        assert _hazards(newer, person) == _hazards(before, person) + 1
        with vault.reading() as new:
            assert kept_days(new, PACK, (OWN,), TODAY) is newer


def test_opening_tells_whoever_has_it_open_to_begin_anew(few: Template, tmp_path: Path) -> None:
    """Another program that opens the vault forgets what was noted, and says so."""
    with open_copy(few, tmp_path / "vault") as vault:
        with vault.reading() as connection:
            at = last_touch(connection)
        open_copy(few, tmp_path / "vault").close()
        with vault.reading() as connection:
            assert NOBODY in touched_since(connection, at)


def _hazards(days: object, person: str) -> int:
    found = days[person]  # type: ignore[index]
    assert isinstance(found, PersonDay)
    return len(found.hazards)
