"""Today when it is long: today's own rows stay in sight, early keys are not lost, hostile labels stay text."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from textual import events

from fieldpo.screens.log_contact import LogContactScreen
from fieldpo.screens.today_folds import ONE_LINE, shown
from fieldpo.store.vault import Vault
from fieldpo.supervision.agenda.items import Section
from fieldpo.sync.protocol.kinds import Address, Appointment, Case, Hearing, Person
from tests.filled_vault import NOW, Pulled, fill
from tests.hostile import STRINGS, raw_in
from tests.listed import OVERDUE, at
from tests.screens_lists.conftest import Open
from tests.screens_lists.test_person import to_person
from tests.screens_lists.test_today import press, today_of
from tests.snapshots import picture, settled


def _more(number: int) -> list[Pulled]:
    """Clients whose appointment is long past."""
    made = []
    for n in range(number):
        person = f"0192eeee-0000-7000-8000-0000000001{n:02}"
        made.append(Pulled("person", person, person, Person(family_name=f"Late{n:02}", given_name="Al")))
        body = Appointment(person_id=person, starts_at=at(-30 - n, 10))
        made.append(Pulled("appointment", f"0192ffff-0000-7000-8000-0000000001{n:02}", person, body))
    return made


async def test_todays_own_are_in_sight_when_many_are_overdue(listed_vault: Vault, on_today: Open) -> None:
    """With thirty overdue both appointments of today stand at 80×24; + shows every row and again as many as fit."""
    fill(listed_vault, _more(30))
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        table = today_of(app).table
        seen = picture(app)
        assert "Fahey, B." in seen
        assert "Gómez, R." in seen
        assert "OVERDUE 32" in seen
        assert "(+ shows all)" in seen
        few = len(table.keys)
        await press(pilot, "plus")
        assert len(table.keys) > 32 > few
        await press(pilot, "plus")
        assert len(table.keys) == few


async def test_keys_pressed_before_the_rows_are_there_wait_for_them(on_today: Open) -> None:
    """Down and n, typed into the empty frame, log a contact with the second client."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        screen = today_of(app)
        screen._today = None
        for key in ("down", "n"):
            await screen.on_event(events.Key(key, None))
        screen.refresh_records()
        await settled(pilot)
        await settled(pilot)
        assert isinstance(app.screen, LogContactScreen)
        second = app.screen.person_id
    assert second != OVERDUE


async def test_hostile_words_stay_words(listed_vault: Vault, on_today: Open) -> None:
    """A name, an area and a court with markup and control sequences are painted as text, on Today and on Person."""
    for n, said in enumerate(STRINGS):
        person = f"0192eeee-0000-7000-8000-0000000002{n:02}"
        home = Address(person_id=person, line1=said, area=said)
        hearing = Hearing(person_id=person, on=NOW.date(), time="15:30", court=said)
        fill(
            listed_vault,
            [
                Pulled("person", person, person, Person(family_name=f"H{n:02}", given_name=said[:40])),
                Pulled("address", f"0192ffff-0000-7000-8000-00000000a0{n:02}", person, home),
                Pulled("hearing", f"0192ffff-0000-7000-8000-00000000b0{n:02}", person, hearing),
            ],
        )
    case = Case(person_id=OVERDUE, level="high", start_on=dt.date(2026, 1, 5), case_number=STRINGS[0])
    fill(listed_vault, [Pulled("case", "0192ffff-0000-7000-8000-00000000cccc", OVERDUE, case)])
    app = on_today()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await press(pilot, "plus", "w")
        assert "H00" in picture(app)
        assert not raw_in(app)
        await to_person(OVERDUE, "w")(pilot)
        assert "OWED" in picture(app)
        assert not raw_in(app)


@given(
    st.dictionaries(st.sampled_from(list(Section)), st.integers(0, 300)),
    st.integers(1, 60),
)
def test_the_room_is_used_and_nothing_is_left_out(sizes: dict[Section, int], room: int) -> None:
    """Every section that has any shows at least one; where there is room all of it is used; today goes first."""
    found = shown(sizes, room)
    assert set(found) == {section for section, size in sizes.items() if size}
    for section, rows in found.items():
        assert rows <= sizes[section]
        assert section in ONE_LINE or rows >= 1
    used = len(found) + sum(found.values())
    open_ones = [section for section in found if section not in ONE_LINE]
    if room >= len(found) + sum(sizes[one] for one in open_ones) or used < room:
        assert all(found[one] == sizes[one] for one in open_ones)
    late, today = found.get(Section.OVERDUE, 0), found.get(Section.TODAY, 0)
    if late > 3:
        assert today == sizes.get(Section.TODAY, 0)
