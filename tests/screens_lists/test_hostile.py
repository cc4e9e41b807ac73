"""Text that fights back, in every field that the lists show: nothing raw is painted, nothing crashes, nothing runs."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from fieldpo.screens.person import PersonScreen
from fieldpo.screens.search import SearchScreen
from fieldpo.screens.today import TodayScreen
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Addendum, Address, Case, Collateral, Condition, Hazard, Officer, Person
from tests.filled_vault import OFFICER, Pulled, fill
from tests.hostile import STRINGS, raw_in
from tests.listed import Listing, at
from tests.screens_lists.test_today import press
from tests.snapshots import app_on, settled

PEOPLE = [f"0192dddd-0000-7000-8000-0000000000{n:02d}" for n in range(len(STRINGS))]


def case_of_hostile(person_id: str) -> str:
    """The id of a hostile client's case."""
    return person_id.replace("dddd", "dccc")


def hostile() -> list[Pulled]:
    """A client a string, with the string in every field of theirs."""
    made = Listing()
    made.add("officer", None, Officer(name=STRINGS[0]), OFFICER)
    for n, (person_id, bad) in enumerate(zip(PEOPLE, STRINGS, strict=True)):
        made.add("case", person_id, Case(person_id=person_id, case_number=bad, court=bad), case_of_hostile(person_id))
        body = Person(
            family_name=bad,
            given_name=bad,
            agency_ids={"agency": f"{n}{bad}"},
            aliases=[bad],
            language=bad,
            needs=[bad],
            notice=bad,
        )
        made.add("person", person_id, body, person_id)
        made.add("hazard", person_id, Hazard(person_id=person_id, hazard="dog", text=bad, source=bad))
        home = Address(person_id=person_id, line1=bad, area=bad, directions=bad, household=bad)
        made.add("address", person_id, home)
        made.add("collateral", person_id, Collateral(person_id=person_id, name=bad, note=bad))
        condition = Condition(
            person_id=person_id, case_id=case_of_hostile(person_id), category="law", text=bad, court=bad
        )
        made.add("condition", person_id, condition)
        made.appointment(person_id, at(-n - 1, 9), "home", "home")
        entry = made.contact(person_id, at(-2, 9), "reported", f"marker {bad}", purpose=bad)
        more = Addendum(person_id=person_id, entry_id=entry, text=bad, officer_id=OFFICER, written_at=at(-1, 9))
        made.add("addendum", person_id, more)
    return made.records


async def clean_screen(pilot: Pilot[Any], *keys: str) -> None:
    """After each key nothing raw stands on the screen."""
    for key in keys:
        await press(pilot, key)
        assert raw_in(pilot.app) == []


async def test_today_and_the_caseload(bare_vault: Vault) -> None:
    """Every row of Today and of the caseload, with its detail."""
    fill(bare_vault, hostile())
    app = app_on(bare_vault)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert raw_in(app) == []
        await clean_screen(pilot, "w", *["down"] * len(STRINGS), "f3", "f3")
        assert isinstance(app.screen, TodayScreen)
        await clean_screen(pilot, "c", *["down"] * len(STRINGS), *["g"] * (len(STRINGS) + 1), "f3", "f3")


async def test_every_person(bare_vault: Vault) -> None:
    """The tabs of each person whose every field is hostile, in both views."""
    fill(bare_vault, hostile())
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        for person_id in PEOPLE:
            app.go("person", person_id=person_id)
            await settled(pilot)
            assert raw_in(app) == []
            await clean_screen(pilot, "2", "3")
            assert isinstance(app.screen, PersonScreen)
            await press(pilot, "escape")
        await clean_screen(pilot, "f3", "f3")


async def test_search(bare_vault: Vault) -> None:
    """Every result of a search that finds them all."""
    fill(bare_vault, hostile())
    app = app_on(bare_vault)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await clean_screen(pilot, "ctrl+f", *"marker", *["down"] * len(STRINGS))
        assert isinstance(app.screen, SearchScreen)
