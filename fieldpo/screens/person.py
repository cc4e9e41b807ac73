"""One person: hazards first, then who, then tabs 1 to 8."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from fieldpo.screens.entry import READ_ONLY, why_not_withdrawn
from fieldpo.screens.opens_forms import OpensForms
from fieldpo.screens.person_tabs.conditions import ConditionsTab
from fieldpo.screens.person_tabs.notes import NotesTab
from fieldpo.screens.person_tabs.overview import OverviewTab
from fieldpo.screens.person_tabs.risk import RiskTab
from fieldpo.screens.person_tabs.tab import DocumentsTab, EmptyTab, ListTab, PlanTab
from fieldpo.screens.person_tabs.tests import PLAN, TestsTab
from fieldpo.screens.person_tabs.violations import ViolationsTab
from fieldpo.screens.widgets.hazard_banner import HazardBanner
from fieldpo.store import audit
from fieldpo.store.queries.person.case_notes import Note
from fieldpo.store.queries.person.facts import Line
from fieldpo.store.queries.person.overview import PersonView, person
from fieldpo.store.queries.person.owed_words import ledger_lines
from fieldpo.store.queries.rules.owed import owed_by
from fieldpo.supervision.calendar import local

if TYPE_CHECKING:
    from sqlalchemy import Connection

TITLE_ROOM = 30
"""Cells that the title line has for name and ID at 80 columns."""

TABS: dict[str, tuple[str, type[OverviewTab | ListTab | EmptyTab]]] = {
    "overview": ("overview", OverviewTab),
    "notes": ("notes", NotesTab),
    "conditions": ("conditions", ConditionsTab),
    "plan": ("plan", PlanTab),
    "tests": ("tests", TestsTab),
    "risk": ("risk", RiskTab),
    "violations": ("violations", ViolationsTab),
    "documents": ("documents", DocumentsTab),
}


_WRITES = frozenset(
    {
        "add_fact", "addendum", "appointment", "assessment", "attempted", "draw_plan", "drug_test", "home_visit",
        "log_contact", "violation_report", "withdraw",
    }
)  # fmt: skip
"""What writes in a case."""


class PersonScreen(OpensForms):
    """Everything about one person that this laptop has. `record_id` puts the cursor on an entry of the tab."""

    AUTO_FOCUS = ""
    title_text = "CLIENT"
    section: ClassVar[tuple[str, ...]] = ("person",)
    help_text = (
        "Safety entries stand first, with their source, their date and the day to look at them again. "
        "1 to 8 open the tabs. F3 leaves out safety, third parties and the date of birth."
    )

    def __init__(self, person_id: str, tab: str | None = None, record_id: str = "") -> None:
        super().__init__()
        self.person_id = person_id
        self.tab = tab if tab in TABS else "overview"
        self._record_id = record_id
        self._view: PersonView | None = None
        self._ledger: list[Line] | None = None
        """How the last year went, while why is shown; None while it is not."""

    def person_here(self) -> str:
        """The person."""
        return self.person_id

    def body(self) -> ComposeResult:
        """Hazards, who, the tabs' names, the tab."""
        yield HazardBanner()
        yield Static(id="person-who")
        yield Static(id="person-tabs")
        filter_field = Input(placeholder="words in the case notes; esc takes it away", id="person-filter")
        filter_field.display = False
        yield filter_field
        yield Container(id="person-body")

    async def on_mount(self) -> None:
        """Open the tab asked for."""
        self.title_text = self.shell.pack.labels.client.upper()  # type: ignore[misc]
        await self._open(self.tab)

    def refresh_records(self) -> None:
        """Ask anew for the header and for the tab that is open."""
        now, pack, person_id = self.shell.now(), self.shell.pack, self.person_id
        self.load(lambda connection: person(connection, pack, person_id, now), self._show, group="person")
        if self._ledger is not None:
            self._ask_ledger()
        tab = self._tab()
        if isinstance(tab, ListTab):
            self.load(lambda connection: tab.ask(connection, now), partial(self._show_tab, tab), group="tab")

    def watch_client_safe(self) -> None:
        """The same in the other view."""
        if self._view is not None:
            self._show(self._view)
        tab = self._tab()
        if isinstance(tab, ListTab):
            tab.repaint(client_safe=self.client_safe)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str | None:
        """Only case notes can be narrowed by words and added to; a fact is changed where it stands. A whole case that a
        supervisor asked for is only read.
        """
        del parameters
        writes = action in _WRITES or (action == "open" and self.tab != "notes")
        if writes and self._view is not None and self._view.read_only:
            return READ_ONLY
        if action == "filter" and self.tab != "notes":
            return "Only the case notes can be narrowed by words: press 2 first."
        if action == "safety" and self.client_safe:
            return "Safety entries are not shown in this view. F3 swaps to the full one."
        if action in ("addendum", "withdraw") and (self.tab != "notes" or not self._note_here()):
            return "This is for an entry of the case notes: press 2 and go to one."
        if action == "withdraw" and (note := self._note_here()):
            return why_not_withdrawn(note, self.shell.vault.identity.user_id)
        if action == "open" and self.tab not in ("overview", "notes", "conditions", "tests"):
            return "There is nothing to open on this tab."
        if action == "open" and (tab := self._tab()) is not None and not self._opens(tab):
            return "This line is central's, or made from others. + adds a fact; enter changes a line that is yours."
        return None

    def _note_here(self) -> Note | None:
        tab = self._tab()
        return tab.here if isinstance(tab, NotesTab) else None

    def _opens(self, tab: OverviewTab | ListTab | EmptyTab) -> bool:
        if isinstance(tab, OverviewTab):
            return bool(tab.here and tab.here.kind)
        return isinstance(tab, ListTab) and bool(tab.key_here)

    def action_open(self) -> None:
        """Enter: the form of the fact or of the compliance, or the entry whole."""
        tab = self._tab()
        if isinstance(tab, OverviewTab) and tab.here:
            self.shell.go("fact", person_id=self.person_id, kind=tab.here.kind, record_id=tab.here.record_id)
        elif isinstance(tab, ConditionsTab):
            key = tab.key_here
            self.shell.go("fact", person_id=self.person_id, kind="condition", record_id=key)
        elif isinstance(tab, TestsTab):
            if tab.key_here == PLAN:
                self.action_draw_plan()
            else:
                self.shell.go("drug_test", person_id=self.person_id, record_id=tab.key_here)
        elif isinstance(tab, NotesTab):
            self.shell.go("entry", person_id=self.person_id, entry_id=tab.key_here)

    @on(OptionList.OptionSelected)
    def _line_clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self.why_not("open", ()) is None:
            self.action_open()

    async def action_safety(self) -> None:
        """To the safety entries on the overview, where one is changed."""
        await self.action_tab("overview")
        tab = self._tab()
        if isinstance(tab, OverviewTab) and self._view is not None:
            if not self._view.hazards:
                self.shell.say("There is no safety entry to change. + s adds one.")
            elif tab.here is None:
                self._show(self._view)
            tab.go_to("hazard")

    async def action_why(self) -> None:
        """Why each thing is owed, and how the last year went; or neither again."""
        await self.action_tab("overview")
        if self._ledger is None:
            self._ledger = []
            self._ask_ledger()
        else:
            self._ledger = None
        if self._view is not None:
            self._show(self._view)

    def _ask_ledger(self) -> None:
        pack, person_id, today = self.shell.pack, self.person_id, local(self.shell.now(), self.shell.pack).date()

        def ask(connection: Connection) -> list[Line]:
            return ledger_lines(connection, owed_by(connection, pack, person_id, today))

        self.load(ask, self._show_ledger, group="ledger")

    def _show_ledger(self, lines: list[Line]) -> None:
        if self._ledger is not None:
            self._ledger = lines
            if self._view is not None:
                self._show(self._view)

    def action_addendum(self) -> None:
        """Add to the entry under the cursor."""
        if note := self._note_here():
            self.shell.go("addendum", person_id=self.person_id, entry_id=note.record_id)

    def action_withdraw(self) -> None:
        """Mark the entry under the cursor as entered in error."""
        if note := self._note_here():
            self.shell.go("withdrawal", person_id=self.person_id, entry_id=note.record_id)

    async def action_tab(self, name: str) -> None:
        """Another tab."""
        if name != self.tab:
            await self._open(name)

    def action_cursor_down(self) -> None:
        """Next row, or line."""
        self._step(1)

    def action_cursor_up(self) -> None:
        """Row or line above."""
        self._step(-1)

    def action_filter(self) -> None:
        """Narrow the case notes by words."""
        field = self.query_one("#person-filter", Input)
        field.display = True
        field.focus()

    def action_back(self) -> None:
        """Esc: out of the filter first, then back."""
        field = self.query_one("#person-filter", Input)
        if field.display:
            field.value = ""
            field.display = False
            self._focus_tab()
        else:
            super().action_back()

    @on(Input.Changed, "#person-filter")
    def _typed(self, event: Input.Changed) -> None:
        tab = self._tab()
        if isinstance(tab, ListTab) and tab.filtered:
            tab.words = event.value.strip()
            self.refresh_records()

    @on(Input.Submitted, "#person-filter")
    def _entered(self, event: Input.Submitted) -> None:
        event.input.display = bool(event.value)
        self._focus_tab()

    async def _open(self, name: str) -> None:
        self.tab = name
        field = self.query_one("#person-filter", Input)
        with self.prevent(Input.Changed):
            field.value = ""
        field.display = False
        body = self.query_one("#person-body", Container)
        await body.remove_children()
        made = TABS[name][1]
        tab: Widget = made(self.person_id, self.shell.pack) if issubclass(made, ListTab) else made()
        await body.mount(tab)
        self._paint_tabs()
        self._focus_tab()
        self.refresh_records()
        self.refresh_bindings()

    def _tab(self) -> OverviewTab | ListTab | EmptyTab | None:
        for one in self.query("#person-body > *"):
            if isinstance(one, OverviewTab | ListTab | EmptyTab):
                return one
        return None

    def _focus_tab(self) -> None:
        tab = self._tab()
        if tab is not None:
            (tab.table if isinstance(tab, ListTab) else tab).focus()

    def _step(self, by: int) -> None:
        tab = self._tab()
        if isinstance(tab, ListTab | OverviewTab):
            rows = tab.table if isinstance(tab, ListTab) else tab
            (rows.action_cursor_down if by > 0 else rows.action_cursor_up)()
        elif tab is not None:
            tab.scroll_relative(y=by, animate=False)

    def _show_tab(self, tab: ListTab, answer: Any) -> None:
        if tab is not self._tab():
            return  # another was opened meanwhile
        tab.show(answer, client_safe=self.client_safe)
        if self._record_id:
            tab.table.go_to_key(self._record_id)
            self._record_id = ""

    def _log_reading(self) -> None:
        """Opening a person is logged once, as CJIS AU-2 asks."""
        who, at, person_id = self.shell.vault.identity, self.shell.now(), self.person_id

        def log(connection: Connection) -> None:
            event = audit.Event("read", "person", person_id)
            audit.append(connection, who.user_id, who.device_id, at, [event])

        self.write(log, group="audit")

    def _show(self, view: PersonView) -> None:
        if self._view is None:
            self._log_reading()
        self._view = view
        self.refresh_bindings()
        here: dt.datetime = local(self.shell.now(), self.shell.pack)
        self.heading = f"{view.name.full}  ID {view.name.shown_id}"
        self.query_one(HazardBanner).tell(view.hazards, here.date(), client_safe=self.client_safe)
        # The title line cuts a long name, and the ID with it.
        long = f"{self.heading}\n" if cell_len(self.heading) > TITLE_ROOM else ""
        self.query_one("#person-who", Static).update(Content(f"{long}{view.headline}{self._hint(view)}"))
        tab = self._tab()
        if isinstance(tab, OverviewTab):
            tab.tell(view, self.shell.pack, here, client_safe=self.client_safe, ledger=self._ledger)

    def _hint(self, view: PersonView) -> str:
        """What Enter and + do on the overview, where there is room for it."""
        hint = "   enter changes a line, + adds"
        room = self.app.size.width - 2 - cell_len(view.headline)
        return hint if self.tab == "overview" and cell_len(hint) <= room else ""

    def _paint_tabs(self) -> None:
        """The tabs' names in exactly 80 cells: a space between two, brackets around the open one."""
        made, names = Content(""), list(TABS)
        for number, (name, (label, _)) in enumerate(TABS.items(), start=1):
            after_open = number > 1 and names[number - 2] == self.tab
            made += Content("[" if name == self.tab else "]" if after_open else " ")
            made += Content.styled(f"{number} {label}", "bold" if name == self.tab else "")
        self.query_one("#person-tabs", Static).update(made + Content("]" if self.tab == names[-1] else " "))
