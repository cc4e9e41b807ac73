"""Every key of fieldpo, once: id, keys, what it does. Feeds the footer, help, the palette and the user's keymap.

A screen or widget takes its section: `BINDINGS = bindings.of("today")`, or of several: `of("row", "today")`. The same
id on two screens is the same key for the user's keymap. Off limits: ctrl+enter and alt+letter, which terminals
swallow. Keys of the same section are unique; a screen's section may not take a key of "everywhere".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from textual.binding import Binding, BindingType

from fieldpo.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Key:
    """One key: `id` for the keymap, `label` of a word or two for the footer, `tooltip` a sentence for help.

    `footer` is its place there, 1 first; 0 leaves it to help. `priority` lets it work inside fields. `palette` offers
    it there. `letter` marks a global letter, which is off in every form.
    """

    id: str
    keys: str
    action: str
    label: str
    tooltip: str
    footer: int = 0
    priority: bool = False
    palette: bool = True
    letter: bool = False

    def binding(self) -> Binding:
        """The same for Textual."""
        return Binding(
            self.keys,
            self.action,
            self.label,
            show=self.footer > 0,
            priority=self.priority,
            tooltip=self.tooltip,
            id=self.id,
        )


EVERYWHERE: Final = (
    Key("help", "f1", "app.help", "help", "The keys of this screen, filterable"),
    Key("help_letter", "question_mark", "app.help", "more", "The keys of this screen, filterable", 9, palette=False),
    Key("palette", "ctrl+p", "app.command_palette", "commands", "Find any command by its name", priority=True,
        palette=False),
    Key("curtain", "f2,ctrl+g", "app.curtain", "blank", "Blank the screen at once; the same key brings it back",
        priority=True),
    Key("client_safe", "f3", "app.client_safe", "client-safe", "Swap the full view and the one a client may see",
        priority=True),
    Key("search", "ctrl+f", "app.go('search')", "search", "Search every person and note", priority=True),
    Key("lock", "ctrl+l", "app.lock", "lock", "Keep drafts, lock and forget the key", priority=True),
    Key("quit_hint", "ctrl+c", "app.quit_hint", "how to quit", "Say how to lock and how to quit", palette=False),
    Key("quit", "ctrl+q", "app.leave", "quit", "Keep drafts and close fieldpo", priority=True),
    Key("today", "t", "app.go('today')", "Today", "Go to Today", letter=True),
    Key("caseload", "c", "app.go('caseload')", "caseload", "Go to the caseload", letter=True),
    Key("sync", "s", "app.sync", "sync", "Sync with central now", letter=True),
    Key("undo", "u", "app.undo", "undo", "Take back the last act; says what it was", letter=True),
    Key("not_sent", "o", "app.go('not_sent')", "not sent", "Entries not sent yet, and what they wait for", letter=True),
    Key("needs_answer", "a", "app.go('needs_answer')", "needs answer", "Entries that need your answer", letter=True),
    Key("workload", "W", "app.go('workload')", "workload", "What the caseload weighs against what one can carry",
        letter=True),
    Key("review", "R", "app.go('review')", "review", "What waits for you as a supervisor, and your team", letter=True),
    Key("intake", "I", "app.go('intake')", "not listed", "Someone not listed: a new case, or a colleague's client",
        letter=True),
)  # fmt: skip
"""The app's own keys; the letters among them are off in forms."""

SCREEN: Final = (
    Key("back", "escape", "back", "back", "Go back; what you typed is kept as a draft", 7, palette=False),
    Key("next_field", "tab", "app.focus_next", "next", "Next field or list", palette=False),
    Key("previous_field", "shift+tab", "app.focus_previous", "previous", "Field or list before", palette=False),
    Key("copy", "ctrl+c", "copy_text", "copy", "Copy the marked text; nothing in a passphrase", palette=False),
)
"""What every screen has."""

ROW: Final = (
    Key("open", "enter", "open", "open", "Open what the row owes (home visit, report), else the person", 1),
    Key("log_contact", "n", "log_contact", "log contact", "Log a contact with this person", 2),
    Key("attempted", "x", "attempted", "no contact", "Attempted, no contact", 3),
    Key("appointment", "p", "appointment", "next appt", "Make the next appointment", 4),
    Key("why", "w", "why", "why", "Why is this owed", 5),
    Key("violation_report", "v", "violation_report", "violation", "Write a violation report"),
    Key("mark", "space", "mark", "mark", "Mark this person for today's field sheet, or take the mark away"),
    Key("field_sheet", "i", "field_sheet", "field sheet", "Today's field sheet: visits by what each clears, by place"),
    Key("row_down", "j", "cursor_down", "down", "Next row", palette=False),
    Key("row_up", "k", "cursor_up", "up", "Row above", palette=False),
    Key("filter", "slash", "filter", "filter", "Filter this list"),
)
"""Keys of a list whose rows are people or what they owe. A screen that is such a list takes "row" beside its own."""

NOT_SENT: Final = (
    Key("open", "enter", "open", "open", "Open the person of this entry", 1),
    Key("try_again", "r", "try_again", "try again", "Let an entry that was not taken go with the next sync", 2),
    Key("remove_left", "D", "remove_left", "remove", "Remove clients who left your caseload from this computer"),
    Key("row_down", "j", "cursor_down", "down", "Next entry", palette=False),
    Key("row_up", "k", "cursor_up", "up", "Entry above", palette=False),
)

NEEDS_ANSWER: Final = (
    Key("keep_theirs", "1", "take('theirs')", "theirs", "Keep what central has now", 1),
    Key("keep_mine", "2", "take('mine')", "mine", "Put my value in its place", 2),
    Key("combine", "3", "take('combine')", "combine", "Combine both, edit what came back, correct a signed report", 3),
    Key("save", "ctrl+s", "save", "save", "Take the edited value; else save the answer to this entry", 4),
    Key("set_aside", "d", "set_aside", "set aside", "Let a returned entry rest; central keeps it for review", 5),
    Key("row_down", "j", "cursor_down", "down", "Next field", palette=False),
    Key("row_up", "k", "cursor_up", "up", "Field above", palette=False),
)

REVIEW: Final = (
    Key("open", "enter", "open", "open", "Open the report or what is held, an officer's cases, a case", 1),
    Key("whole_case", "w", "whole_case", "whole case", "Ask for the whole case, with a reason; central logs it", 2),
    Key("save", "ctrl+s", "save", "send", "Send the reason that you typed", palette=False),
    Key("row_down", "j", "cursor_down", "down", "Next row", palette=False),
    Key("row_up", "k", "cursor_up", "up", "Row above", palette=False),
)

REVIEW_REPORT: Final = (
    Key("return_report", "b", "decide('returned')", "return", "Back to the officer with your comments, signed", 1),
    Key("approve_report", "y", "decide('approved')", "approve", "Approve it, signed", 2),
    Key("whole_case", "w", "whole_case", "whole case", "Ask for the whole case, with a reason; central logs it", 3),
    Key("save", "ctrl+s", "save", "sign", "Sign and send what you typed", 4),
    Key("row_down", "j", "cursor_down", "down", "Line down", palette=False),
    Key("row_up", "k", "cursor_up", "up", "Line up", palette=False),
)

REVIEW_HELD: Final = (
    Key("release_held", "y", "decide('release')", "release", "Let it stand as it was written", 1),
    Key("match_held", "m", "decide('match')", "match", "Give someone not listed to a client who is meant", 2),
    Key("create_held", "plus", "decide('create')", "new case", "Make a client with a case of someone not listed", 3),
    Key("refuse_held", "x", "decide('refuse')", "refuse", "Refuse it, with a reason; it is kept and not applied", 4),
    Key("choose", "enter", "choose", "take", "Take the client or the officer under the cursor", 5, palette=False),
    Key("whole_case", "w", "whole_case", "whole case", "Ask for the whole case, with a reason; central logs it", 6),
    Key("save", "ctrl+s", "save", "send", "Send what you decided, with its reason", 8),
    Key("row_down", "j", "cursor_down", "down", "Line or row down", palette=False),
    Key("row_up", "k", "cursor_up", "up", "Line or row up", palette=False),
)

HELP: Final = (
    Key("help_down", "down", "scroll(1)", "down", "Next line", 1, priority=True, palette=False),
    Key("help_up", "up", "scroll(-1)", "up", "Line above", priority=True, palette=False),
    Key("help_page_down", "pagedown", "scroll(15)", "page down", "Next page", 2, priority=True, palette=False),
    Key("help_page_up", "pageup", "scroll(-15)", "page up", "Page above", priority=True, palette=False),
)

FORM: Final = (
    Key("save", "ctrl+s", "save", "save", "Save this entry; it is on the disk when it says Saved", 1),
    Key("note", "tab", "note", "note", "Go to the note, and from the note to the row below it", 2),
    Key("editor", "ctrl+e", "editor", "editor", "Write the note in your editor, where the agency allows it"),
)
"""What every form has; its letters act in the marked row alone and stand there."""

NOTE: Final = (
    Key("editor", "ctrl+e", "screen.editor", "editor", "Write the note in your editor, where the agency allows it",
        palette=False),
)  # fmt: skip
"""The note itself: before the end of the line, which ctrl+e is in other text fields."""

UNLOCK: Final = (Key("unlock", "enter", "unlock", "open", "Open the vault with this passphrase", 1, palette=False),)

SIGN_IN_AGAIN: Final = (
    Key("code_anew", "enter", "go_on", "try again", "Ask central for another code", 1, palette=False),
)
FIRST_RUN: Final = (Key("enrol_next", "enter", "go_on", "go on", "Go on to the next step", 1, palette=False),)

TABLE: Final = (
    Key("table_up", "up", "cursor_up", "up", "Row above", palette=False),
    Key("table_down", "down", "cursor_down", "down", "Next row", palette=False),
    Key("table_page_up", "pageup", "page_up", "page up", "Page above", palette=False),
    Key("table_page_down", "pagedown", "page_down", "page down", "Next page", palette=False),
    Key("table_first", "home", "scroll_top", "first", "First row", palette=False),
    Key("table_last", "end", "scroll_bottom", "last", "Last row", palette=False),
)
"""Moving in a list."""

TODAY: Final = (
    Key("all_of_week", "plus", "unfold", "show all", "Show all of this week and all alerts, or fold them again", 6),
)

CASELOAD: Final = (
    Key("by_level", "l", "narrow('level')", "level", "Only the next level; again for the one after it", 6),
    Key("by_area", "g", "narrow('area')", "area", "Only the next area; again for the one after it"),
    Key("by_due", "d", "narrow('due')", "due", "Only overdue, today, this week, or without an appointment"),
    Key("by_flag", "f", "narrow('flag')", "flag", "Only with a safety entry, an alert, or entries not sent"),
    Key("sort", "z", "narrow('sort')", "sort", "Sort by name, due, level, last contact or area"),
    Key("everybody", "0", "everybody", "everybody", "Take every filter away"),
    Key("next_page", "right_square_bracket", "page(1)", "next page", "The next 500", palette=False),
    Key("previous_page", "left_square_bracket", "page(-1)", "page before", "The 500 before", palette=False),
)

PERSON: Final = (
    Key("open", "enter", "open", "open", "Change the fact or the compliance; open the entry whole"),
    Key("why", "w", "why", "why", "Why each thing is owed, and how the last year went"),
    Key("add_fact", "plus", "add_fact", "add", "Add an address, a phone, a job, a safety entry, a collateral", 8),
    Key("safety", "exclamation_mark", "safety", "safety", "Go to the safety entries, to change one"),
    Key("addendum", "A", "addendum", "addendum", "Add to the entry, which itself never changes"),
    Key("withdraw", "E", "withdraw", "in error", "Mark the entry as entered in error, with a reason"),
    Key("log_contact", "n", "log_contact", "log contact", "Log a contact with this person", 1),
    Key("attempted", "x", "attempted", "no contact", "Attempted, no contact", 2),
    Key("appointment", "p", "appointment", "next appt", "Make the next appointment", 3),
    Key("home_visit", "h", "home_visit", "home visit", "Begin a home visit", 4),
    Key("violation_report", "v", "violation_report", "violation", "Write a violation report", 8),
    Key("assessment", "r", "assessment", "assess", "Score an instrument: risk, needs, drug or alcohol screen"),
    Key("drug_test", "d", "drug_test", "test", "A drug or alcohol test, or its results"),
    Key("draw_plan", "D", "draw_plan", "draws", "The plan by which random tests are drawn"),
    Key("tab_overview", "1", "tab('overview')", "overview", "Overview"),
    Key("tab_notes", "2", "tab('notes')", "case notes", "Case notes"),
    Key("tab_conditions", "3", "tab('conditions')", "conditions", "Conditions of supervision"),
    Key("tab_plan", "4", "tab('plan')", "plan", "Case plan and programs"),
    Key("tab_tests", "5", "tab('tests')", "tests", "Drug and alcohol tests"),
    Key("tab_risk", "6", "tab('risk')", "risk", "Risk and needs"),
    Key("tab_violations", "7", "tab('violations')", "violations", "Violation reports"),
    Key("tab_documents", "8", "tab('documents')", "documents", "Documents"),
    Key("row_down", "j", "cursor_down", "down", "Next row", palette=False),
    Key("row_up", "k", "cursor_up", "up", "Row above", palette=False),
    Key("filter", "slash", "filter", "filter", "Filter this list"),
)

ENTRY: Final = (
    Key("addendum", "A", "addendum", "addendum", "Add to the entry, which itself never changes", 1),
    Key("withdraw", "E", "withdraw", "in error", "Mark the entry as entered in error, with a reason", 2),
    Key("row_down", "j", "cursor_down", "down", "Line down", palette=False),
    Key("row_up", "k", "cursor_up", "up", "Line up", palette=False),
)

WORKLOAD: Final = (
    Key("open", "enter", "open", "caseload", "Go to the caseload", 1),
    Key("row_down", "j", "cursor_down", "down", "Next class of case", palette=False),
    Key("row_up", "k", "cursor_up", "up", "Class above", palette=False),
)

SEARCH: Final = (
    Key("found_open", "enter", "open", "open", "Open the person, or the entry in the case notes", 1, priority=True,
        palette=False),
    Key("found_down", "down", "cursor_down", "down", "Next one found", palette=False),
    Key("found_up", "up", "cursor_up", "up", "The one above", palette=False),
)  # fmt: skip

SECTIONS: Final[dict[str, tuple[Key, ...]]] = {
    "everywhere": EVERYWHERE,
    "screen": SCREEN,
    "row": ROW,
    "not_sent": NOT_SENT,
    "needs_answer": NEEDS_ANSWER,
    "review": REVIEW,
    "review_report": REVIEW_REPORT,
    "review_held": REVIEW_HELD,
    "help": HELP,
    "unlock": UNLOCK,
    "first_run": FIRST_RUN,
    "sign_in_again": SIGN_IN_AGAIN,
    "form": FORM,
    "note": NOTE,
    "table": TABLE,
    "today": TODAY,
    "caseload": CASELOAD,
    "person": PERSON,
    "entry": ENTRY,
    "workload": WORKLOAD,
    "search": SEARCH,
}
"""Every section by name. A new screen adds its own here."""


def of(*sections: str) -> list[BindingType]:
    """The bindings of these sections for a BINDINGS list. Raises KeyError for a section that is not there."""
    return [key.binding() for section in sections for key in SECTIONS[section]]


def by_id() -> dict[str, Key]:
    """Every key by its id; of ids that stand in several sections, the first."""
    found: dict[str, Key] = {}
    for keys in SECTIONS.values():
        for key in keys:
            found.setdefault(key.id, key)
    return found


def keymap(wanted: Mapping[str, str]) -> dict[str, str]:
    """The user's keymap checked. Raises ConfigError when it names a binding that does not exist."""
    known = by_id()
    for binding_id in wanted:
        if binding_id not in known:
            raise ConfigError(
                f"The settings' [keymap] names {binding_id!r}, which is no binding of fieldpo; "
                "`?` on any screen lists the names of its keys."
            )
    return dict(wanted)
