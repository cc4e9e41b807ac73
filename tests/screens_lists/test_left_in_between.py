"""What is left before the vault has answered, and what was begun and is gone on with."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import Connection
from textual.widgets import Input

from fieldpo.screens import person, search
from fieldpo.screens.person import PersonScreen
from fieldpo.screens.person_tabs.notes import NotesTab
from fieldpo.screens.person_tabs.tests import TestsTab
from fieldpo.screens.search import ASK, SearchScreen
from fieldpo.screens.widgets.record_table import RecordTable
from fieldpo.screens.withdrawal import WithdrawalScreen
from fieldpo.store.queries.person.case_notes import NotesPage
from tests.listed import OVERDUE
from tests.screens_lists.conftest import Open
from tests.screens_lists.test_person import to_person
from tests.screens_lists.test_today import press
from tests.snapshots import picture, settled


async def test_a_reason_that_was_begun_goes_on_from_today(on_today: Open) -> None:
    """Entered in error, left with Esc: Enter on its row opens the same entry with the reason as typed."""
    app = on_today()
    async with app.run_test(size=(80, 40)) as pilot:
        await to_person(OVERDUE, "2")(pilot)
        entry_id = app.screen.query_one(NotesTab).key_here
        app.go("withdrawal", person_id=OVERDUE, entry_id=entry_id)
        await settled(pilot)
        await press(pilot, *"twice", "escape", "t")
        table = app.screen.query_one(RecordTable)
        table.go_to_key(next(key for key in table.keys if key.startswith("draft:")))
        await press(pilot, "enter")
        assert isinstance(app.screen, WithdrawalScreen)
        assert app.screen.entry_id == entry_id
        assert app.screen.query_one("#reason", Input).value == "twice"


async def test_a_search_that_is_taken_back_shows_nothing(on_today: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found for words that are gone again does not come after them."""
    gate = threading.Event()

    def late(connection: Connection, typed: str) -> search.Found:
        gate.wait(10)
        return look_for(connection, typed)

    look_for = search.look_for
    monkeypatch.setattr(search, "look_for", late)
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+f")
        screen = app.screen
        assert isinstance(screen, SearchScreen)
        field = screen.query_one(Input)
        field.value = "boateng"
        await pilot.pause()
        field.value = ""
        await pilot.pause()
        gate.set()
        await settled(pilot)
        assert screen.query_one(RecordTable).keys == ()
        assert ASK[:20] in picture(app)


async def test_the_answer_of_a_tab_that_was_left_is_let_go(on_today: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another tab is open already when the first one's records come."""
    gate = threading.Event()

    class Slow(TestsTab):
        async def on_mount(self) -> None:
            gate.set()
            await self.app.workers.wait_for_complete([one for one in self.app.workers if one.group == "tab"])

    monkeypatch.setitem(person.TABS, "tests", ("tests", Slow))
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_person(OVERDUE, "2")(pilot)
        screen = app.screen
        assert isinstance(screen, PersonScreen)
        notes = screen.query_one(NotesTab)
        ask = notes.ask

        def late(connection: Connection, now: Any) -> Any:
            gate.wait(10)
            return ask(connection, now)

        monkeypatch.setattr(notes, "ask", late)
        screen.refresh_records()
        await press(pilot, "5")
        assert screen.tab == "tests"
        assert "[5 tests]" in picture(app)


async def test_older_notes_of_a_tab_that_was_left_are_let_go(on_today: Open) -> None:
    """They come when nobody looks any more."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_person(OVERDUE, "2")(pilot)
        notes = app.screen.query_one(NotesTab)
        page = notes.answer
        await press(pilot, "1")
        notes._older(page.notes[-1], page)
        await settled(pilot)
        assert "[1 overview]" in picture(app)


async def test_older_notes_join_only_the_list_that_asked_for_them(on_today: Open) -> None:
    """Another list stands there by now: it is left as it is."""
    app = on_today()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_person(OVERDUE, "2")(pilot)
        notes = app.screen.query_one(NotesTab)
        asked = notes.answer
        notes.show(NotesPage(asked.notes[:1], more=False), client_safe=False)
        notes._older(asked.notes[-1], asked)
        await settled(pilot)
        assert notes.answer.notes == asked.notes[:1]
