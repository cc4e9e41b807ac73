"""Needs your answer, played on entries as a sync leaves them."""

from __future__ import annotations

from sqlalchemy import text
from syrupy.assertion import SnapshotAssertion
from textual.widgets import TextArea

from fieldpo.screens.needs_answer import NeedsAnswerScreen
from fieldpo.store.acting.acts import Act, Change, perform
from fieldpo.store.acting.outbox import counts
from fieldpo.store.acting.outbox_view import outbox_entries
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.exchange import FieldConflict, Problem, Verdict, VerdictKind
from tests.app.asked import PERSON, answered, conflict, language, person, returned, signed
from tests.filled_vault import NOW
from tests.hostile import MARKED, raw_in
from tests.snapshots import app_on, assert_pictures, picture, settled


async def test_mine_takes_the_place_of_theirs(stub_today: None, bare_vault: Vault) -> None:
    """`a`, 2 and ctrl+s put the officer's value back and nothing needs an answer any more."""
    person(bare_vault)
    conflict(bare_vault)
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "1 needs your answer (a)" in picture(app)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press("2", "ctrl+s")
        await settled(pilot)
        assert isinstance(app.screen, NeedsAnswerScreen)
        assert "Nothing needs your answer" in picture(app)
    assert language(bare_vault) == "es"
    with bare_vault.reading() as connection:
        assert counts(connection).need_answer == 0


async def test_both_can_be_combined(stub_today: None, bare_vault: Vault) -> None:
    """3 opens both values in a text; ctrl+s takes it, ctrl+s again saves it."""
    person(bare_vault)
    conflict(bare_vault)
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press("3")
        area = app.screen.query_one(TextArea)
        assert area.text == "es\nfr"
        area.text = "es, fr"
        await pilot.press("ctrl+s", "ctrl+s")
        await settled(pilot)
    assert language(bare_vault) == "es, fr"


async def test_saving_without_a_choice_says_what_to_do(stub_today: None, bare_vault: Vault) -> None:
    """ctrl+s before a choice changes nothing and names the keys."""
    person(bare_vault)
    conflict(bare_vault)
    app = app_on(bare_vault)
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert [note.message for note in app._notifications] == ["Choose first: 1 theirs, 2 mine, 3 combine."]
    assert language(bare_vault) == "fr"


async def test_a_returned_entry_is_edited_and_goes_again(stub_today: None, bare_vault: Vault) -> None:
    """3 edits the value, ctrl+s twice sends the entry again in place of the returned one."""
    person(bare_vault)
    op_id = returned(bare_vault)
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press("3")
        app.screen.query_one(TextArea).text = "short"
        await pilot.press("ctrl+s", "ctrl+s")
        await settled(pilot)
    with bare_vault.reading() as connection:
        waiting = outbox_entries(connection)
    assert [(one.typed["text"], one.place) for one in waiting] == [("short", "not sent")]
    assert waiting[0].op_id != op_id


async def test_the_footer_says_what_3_does_on_this_row(stub_today: None, bare_vault: Vault) -> None:
    """Two values are combined, what came back is edited; the word follows the cursor."""
    person(bare_vault)
    conflict(bare_vault)
    returned(bare_vault)
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        assert "3 combine" in picture(app).splitlines()[-1]
        await pilot.press("end")
        await settled(pilot)
        assert "3 edit" in picture(app).splitlines()[-1]


async def test_a_returned_entry_is_set_aside(stub_today: None, bare_vault: Vault) -> None:
    """`d` lets it rest: it is no longer shown."""
    person(bare_vault)
    returned(bare_vault)
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press("d")
        await settled(pilot)
        assert "Nothing needs your answer" in picture(app)


async def test_hostile_names_and_values_stay_text(stub_today: None, bare_vault: Vault) -> None:
    """What a person or central wrote reaches neither the terminal as a control nor the markup."""
    person(bare_vault, "".join(MARKED.values()) + "[@click=app.leave]x[/][/path")
    conflict(bare_vault, mine="[/]" + "".join(MARKED.values()), theirs="[b")
    app = app_on(bare_vault)
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        for key in ("o", "a", "3"):
            await pilot.press(key)
            await settled(pilot)
            assert raw_in(app) == []


async def test_pictures_of_needs_answer(stub_today: None, bare_vault: Vault, snapshot: SnapshotAssertion) -> None:
    """Needs your answer with a conflict and a returned entry."""
    person(bare_vault)
    conflict(bare_vault)
    returned(bare_vault)
    await assert_pictures(snapshot, lambda: app_on(bare_vault), press=["a"])


async def test_where_nothing_is_asked_no_key_answers(stub_today: None, bare_vault: Vault) -> None:
    """An empty Needs your answer offers neither 1, 2, 3 nor d; pressed all the same, they say so."""
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        assert "1 theirs" not in picture(app)
        assert "set aside" not in picture(app)
        await pilot.press("2")
        assert [note.message for note in app._notifications] == ["There is no question here."]


async def test_a_question_about_a_record_taken_away_is_asked_in_words(stub_today: None, bare_vault: Vault) -> None:
    """The field is `taken away`, never `deleted`."""
    person(bare_vault)
    op_id = conflict(bare_vault)
    asked = FieldConflict(conflict_id="conflict-1", field="deleted", yours=True, current=False)
    answered(
        bare_vault, op_id, "conflict", Verdict(op_id=op_id, verdict=VerdictKind.CONFLICT, rev=1, conflicts=[asked])
    )
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        assert "taken away" in picture(app)
        assert "deleted" not in picture(app)


async def test_what_is_signed_is_sent_as_it_was_signed(stub_today: None, bare_vault: Vault) -> None:
    """A returned entry that bears a signature shows no hash and cannot be edited: as it is, or set aside."""
    person(bare_vault)
    signed(bare_vault, Problem(type="not-granted", title="not granted"))
    app = app_on(bare_vault)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        assert "5f5f" not in picture(app)
        await pilot.press("3")
        assert not app.screen.query_one(TextArea).display
        assert "It is signed" in [note.message for note in app._notifications][-1]
        await pilot.press("ctrl+s")
        await settled(pilot)
    with bare_vault.reading() as connection:
        (again,) = outbox_entries(connection)
    assert (again.place, again.typed["signed_sha256"], again.typed["comment"]) == ("not sent", "5f" * 32, "Say when.")


async def test_a_second_decision_says_what_the_first_was(stub_today: None, bare_vault: Vault) -> None:
    """Two supervisors decided: the later one reads how it stands, and nothing offers to send theirs again."""
    person(bare_vault)
    op_id = signed(bare_vault, Problem(type="already-decided", title="decided", detail="approved\x1b[31m"))
    app = app_on(bare_vault)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press("ctrl+s")
        await settled(pilot)
        assert [note.message for note in app._notifications] == ["Central would not take it again: set it aside (d)."]
    with bare_vault.reading() as connection:
        (still,) = outbox_entries(connection)
    assert (still.op_id, still.place) == (op_id, "returned")
    assert still.happened == "It was decided before yours came to central: approved."


async def test_the_client_safe_view_opens_no_value(stub_today: None, bare_vault: Vault) -> None:
    """3 says that the values are hidden; F3 over an open value hides it, and F3 again goes on with it."""
    person(bare_vault)
    conflict(bare_vault, mine="mandarin")
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("a", "f3")
        await settled(pilot)
        await pilot.press("3")
        await settled(pilot)
        assert "F3" in [note.message for note in app._notifications][-1]
        assert "mandarin" not in picture(app)
        await pilot.press("f3", "3")
        await settled(pilot)
        app.screen.query_one(TextArea).text = "mandarin, some"
        await pilot.press("f3")
        await settled(pilot)
        assert "mandarin" not in picture(app)
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("ctrl+s", "ctrl+s")
        await settled(pilot)
    assert language(bare_vault) == "mandarin, some"


async def test_an_answer_saved_with_two_presses_is_one(stub_today: None, bare_vault: Vault) -> None:
    """ctrl+s twice in a burst: one answer, and nothing is said to be wrong."""
    person(bare_vault)
    conflict(bare_vault)
    app = app_on(bare_vault)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("a")
        await settled(pilot)
        await pilot.press("2")
        screen = app.screen
        assert isinstance(screen, NeedsAnswerScreen)
        screen.action_save()
        screen.action_save()
        await settled(pilot)
        assert [note.message for note in app._notifications] == ["Answered. It goes with the next sync."]
    with bare_vault.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM op WHERE state = 'waiting'")) == 1


async def test_a_change_that_was_sent_is_put_back_in_words(stub_today: None, bare_vault: Vault) -> None:
    """`u` on a change that central has says that the value before stands again; only an entry is entered in error."""
    person(bare_vault)
    perform(bare_vault, Act("Changed Fahey, Bo", (Change("person", PERSON, {"language": "de"}),), NOW), NOW)
    with bare_vault.writing() as connection:
        connection.execute(text("UPDATE op SET state = 'done'"))
    app = app_on(bare_vault)
    async with app.run_test(notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("u")
        await settled(pilot)
        assert [note.message for note in app._notifications] == [
            "Changed Fahey, Bo: what stood before stands again; it goes with the next sync."
        ]
    assert language(bare_vault) == "en"
