"""What every screen of fieldpo is: a title line, a status line, its body and the keys; work in threads, drafts kept.

A screen writes `body()`, names its `section`s of bindings, and asks `load` and `save` for everything in the vault.
It knows the app only as a `shell.Shell`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual.app import App, ComposeResult
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import get_current_worker

from fieldpo import bindings
from fieldpo.errors import FieldpoError
from fieldpo.messages import ActSaved
from fieldpo.screens.widgets.key_footer import KeyFooter
from fieldpo.screens.widgets.status_line import StatusLine
from fieldpo.screens.widgets.title_line import TitleLine

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from fieldpo.screens.shell import Shell
    from fieldpo.store.acting.acts import Act, Saved

T = TypeVar("T")

DRAFT_PAUSE = 0.6
"""Seconds without a key before a draft is kept."""


@dataclass(frozen=True)
class DraftState:
    """A form as it stands, for `store.acting.drafts`. `draft_id` becomes the act's id."""

    draft_id: str
    form: str
    person_id: str | None
    state: Mapping[str, Any] = field(default_factory=dict)


class FieldScreen(Screen[None], inherit_bindings=False):
    """Base of every screen but the curtain.

    Class settings: `section` names its sections in `bindings`; `is_form` turns global letters off; `title_text` is its
    name in capitals; `help_text` stands above its keys in help; `opens_client_safe` begins in the client-safe view.
    """

    section: ClassVar[tuple[str, ...]] = ()
    is_form: ClassVar[bool] = False
    title_text: ClassVar[str] = ""
    help_text: ClassVar[str] = ""
    opens_client_safe: ClassVar[bool] = False
    needs_vault: ClassVar[bool] = True

    BINDINGS = bindings.of("screen")

    heading: reactive[str] = reactive("", init=False)
    """What the title line says after the screen's name; person-made text is fine here."""
    client_safe: reactive[bool] = reactive(False, init=False)
    """True while only what a client may see is shown: write `watch_client_safe` to repaint."""

    def __init_subclass__(cls, **settings: Any) -> None:
        if cls.section and "BINDINGS" not in cls.__dict__:
            cls.BINDINGS = bindings.of(*cls.section)
        super().__init_subclass__(**settings)

    def __init__(self) -> None:
        super().__init__()
        self._draft_timer: Timer | None = None
        self._own_view: bool | None = True if self.opens_client_safe else None
        self.set_reactive(FieldScreen.client_safe, self.opens_client_safe)

    # -- what a screen writes

    def body(self) -> ComposeResult:
        """The widgets between the status line and the keys."""
        yield from ()

    def draft(self) -> DraftState | None:
        """The form as it stands; None where nothing is worth keeping."""
        return None

    def refresh_records(self) -> None:
        """Records changed: load anew and keep the cursor's place, by row key."""

    def minute_passed(self) -> None:
        """Another minute of the clock: for a screen that shows it, or hours that are over."""

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """Why this key is off now, as a sentence; None when it is on."""
        del action, parameters
        return None

    def word_for(self, action: str, parameters: tuple[object, ...]) -> str:
        """The footer's word for a key that does something else here; empty for its own word."""
        del action, parameters
        return ""

    # -- what it gets

    @property
    def shell(self) -> Shell:
        """The app, as far as a screen may know it."""
        return cast("Shell", self.app)

    def compose(self) -> ComposeResult:
        """Title, status, body, keys."""
        yield TitleLine()
        yield StatusLine()
        yield from self.body()
        yield KeyFooter()

    def load(self, query: Callable[[Connection], T], then: Callable[[T], object], *, group: str = "load") -> None:
        """Run a query on a snapshot of the vault, in a thread, and `then` with its answer on the UI thread.

        A later load of the same group takes the place of an earlier one, whose answer is dropped.
        """
        vault = self.shell.vault

        def ask() -> T:
            with vault.reading() as connection:
                return query(connection)

        self._in_thread(ask, then, group)

    def write(
        self,
        change: Callable[[Connection], T],
        then: Callable[[T], object] | None = None,
        *,
        group: str = "write",
    ) -> None:
        """Run a change that is no act (a draft, a setting) in a write transaction, in a thread."""
        vault = self.shell.vault

        def put() -> T:
            with vault.writing() as connection:
                return change(connection)

        self._in_thread(put, then or _nothing, group, exclusive=False)

    def compute(
        self, work: Callable[[], T], then: Callable[[T], object], *, group: str = "compute", keep: bool = False
    ) -> None:
        """Run slow work of its own in a thread; `keep` lets it end though the screen is left or asks again."""
        self._in_thread(work, then, group, exclusive=not keep)

    def save(self, act: Act, then: Callable[[Saved], object] | None = None) -> None:
        """Save an act in a thread, `then` go on once it is durable. A failure is said, and the form stands."""
        vault, now, app = self.shell.vault, self.shell.now(), self.app

        def put() -> Saved:
            from fieldpo.store.acting.acts import perform

            done = perform(vault, act, now)
            app.post_message(ActSaved(done.act_id, act.label))
            return done

        self._stop_draft_timer()
        self._in_thread(put, then or _nothing, "save", exclusive=False)

    def touched(self) -> None:
        """Tell that something was typed: the draft is kept at the next pause."""
        self._stop_draft_timer()
        self._draft_timer = self.set_timer(DRAFT_PAUSE, self.keep_draft)

    def keep_draft(self, *, leaving: bool = False) -> None:
        """Keep the draft now, in a thread. When the form is left for good, lists of drafts are read anew."""
        self._stop_draft_timer()
        if (keep := self.draft_writer()) is None:
            return
        if not leaving:
            self.write(keep, self.draft_kept, group="draft")
            return
        vault, shell, app = self.shell.vault, self.shell, self.app

        def put() -> None:
            with vault.writing() as connection:
                keep(connection)
            app.call_from_thread(shell.records_changed)

        self._in_thread(put, _nothing, "draft", exclusive=False)

    def draft_kept(self, _: object) -> None:
        """The draft is in the vault: a form may say when."""

    def draft_writer(self) -> Callable[[Connection], None] | None:
        """What keeps the present draft within a write transaction; the app uses it to lock."""
        state = self.draft()
        if state is None:
            return None

        def keep(connection: Connection) -> None:
            from fieldpo.store.acting.drafts import keep_draft

            keep_draft(connection, state.draft_id, state.form, state.person_id, dict(state.state))

        return keep

    def back(self) -> None:
        """Leave this screen; a draft is kept first."""
        self.keep_draft(leaving=True)
        if not self._is_lowest:
            self.app.pop_screen()

    @property
    def _is_lowest(self) -> bool:
        """Whether nothing is below to go back to: Unlock stays there, and nobody goes back to it."""
        stack = [one for one in self.app.screen_stack if isinstance(one, FieldScreen)]
        below = stack[: stack.index(self)] if self in stack else []
        return not below or (self.needs_vault and not below[-1].needs_vault)

    def action_back(self) -> None:
        """Esc."""
        self.back()

    def swap_view(self) -> None:
        """F3: the other of full and client-safe view. The full view asked for here is full on the screens below too."""
        safe = not self.client_safe
        self._own_view = None
        self.shell.client_view = safe
        self.client_safe = safe

    def follow_view(self) -> None:
        """Take over the view that holds now, as when coming back to this screen."""
        self.client_safe = self.shell.client_view or bool(self._own_view)

    def show_client_safe(self) -> None:
        """Go to the client-safe view on this screen alone, as the home visit does on arrival."""
        self._own_view = True
        self.client_safe = True

    def on_screen_resume(self) -> None:
        """Coming back: the view, and what may have changed meanwhile."""
        self.follow_view()

    def _watch_heading(self) -> None:
        self._repaint_frame()

    def _watch_client_safe(self) -> None:
        self._repaint_frame()

    def _repaint_frame(self) -> None:
        for line in self.query("TitleLine, KeyFooter"):
            line.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Off (dimmed, and said when pressed) where `why_not` has a reason; Esc where nothing is below."""
        if action == "back" and self._is_lowest:
            return False
        return None if self.why_not(action, parameters) else super().check_action(action, parameters)

    def keys(self) -> Iterable[bindings.Key]:
        """This screen's own keys, for footer, help and palette."""
        return [key for name in (*self.section, "screen") for key in bindings.SECTIONS[name]]

    # -- threads

    def _in_thread(
        self, call: Callable[[], T], then: Callable[[T], object], group: str, *, exclusive: bool = True
    ) -> None:
        # The app is held on to: a screen that was left meanwhile no longer knows it.
        self._work(partial(self._call, self.app, call, then), group, exclusive)

    def _work(self, call: Callable[[], None], group: str, exclusive: bool) -> None:  # noqa: FBT001 - private
        # A write belongs to the app: leaving the screen must not cancel it before its thread has begun.
        # exit_on_error: what is no FieldpoError is a defect and ends in the app's crash handling.
        owner = self if exclusive else self.app
        owner.run_worker(call, group=group, exclusive=exclusive, thread=True, exit_on_error=True)

    def _call(self, app: App[Any], call: Callable[[], T], then: Callable[[T], object]) -> None:
        worker = get_current_worker()
        try:
            answer = call()
        except FieldpoError as error:
            if not worker.is_cancelled:
                app.call_from_thread(self._deliver_failure, app, error)
            return
        if not worker.is_cancelled:
            app.call_from_thread(self._deliver, then, answer)

    @property
    def _stands(self) -> bool:
        # A screen that is left loses its parts first, and then its place.
        return self.is_attached and not self._pruning

    def _deliver(self, then: Callable[[T], object], answer: T) -> None:
        if self._stands:
            then(answer)

    def _deliver_failure(self, app: App[Any], error: FieldpoError) -> None:
        if self._stands:
            self.failed(error)
        else:
            cast("Shell", app).say(error.message, severity="error")

    def failed(self, error: FieldpoError) -> None:
        """Say why a load or save did not work; what was typed still stands."""
        self.shell.say(error.message, severity="error")
        if self.is_form:
            self.touched()

    def _stop_draft_timer(self) -> None:
        if self._draft_timer is not None:
            self._draft_timer.stop()
            self._draft_timer = None


def _nothing(_: object) -> None:
    return None
