"""What kind of fact to add, by one letter; also what to bring up to date after the client told that it changed."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from fieldpo.screens.base import FieldScreen
from fieldpo.screens.safe import plain_content
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.store.entries.facts.kinds import FACTS

LATER = ""


class NewFactScreen(FieldScreen):
    """One row; Enter or Esc leaves it. `told` names the kinds that the client has just told about."""

    AUTO_FOCUS = ""
    is_form = True
    title_text = "CHANGE OR ADD"
    help_text = "A letter opens the form of that kind. Enter or esc leaves without one."

    def __init__(self, person_id: str, told: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.person_id = person_id
        self.told = told
        self._left = told

    def body(self) -> ComposeResult:
        """What this is, and the kinds."""
        yield Static(id="what")
        yield ChoiceRow("Now" if self.told else "What", id="kinds")

    def on_mount(self) -> None:
        """The kinds."""
        self._offer()
        self.query_one(ChoiceRow).focus()

    def watch_client_safe(self) -> None:
        """Safety and third parties only in the full view."""
        if self.is_mounted:
            self._offer()

    def on_screen_resume(self) -> None:
        """Back from a form: the rest of what was told, if there is any."""
        super().on_screen_resume()
        if self.told and not self._left:
            self.call_later(self.back)

    def _offer(self) -> None:
        kinds = self._left or tuple(FACTS)
        made = [FACTS[kind] for kind in kinds if FACTS[kind].key]
        seen = [one for one in made if not (self.client_safe and one.private)]
        word = "new " if self.told else ""
        later = (Choice("0", "later", LATER),) if self.told else ()
        self.query_one(ChoiceRow).offer((*(Choice(one.key, f"{word}{one.title}", one.kind) for one in seen), *later))
        said = (
            "The contact is saved. The client told of a change: bring the record up to date now, or later from the "
            "client's overview."
            if self.told
            else "Which fact? One that stands already is changed with Enter on its line."
        )
        self.query_one("#what", Static).update(plain_content(f" {said}\n"))

    # -- what a ChoiceRow asks of its screen

    def choice_made(self, row: ChoiceRow, code: str, *, moves_on: bool) -> None:
        """Open the form; Enter leaves."""
        del row, moves_on
        shell = self.shell
        if not code:
            self.back()
        elif self.told:
            self._left = tuple(kind for kind in self._left if kind != code)
            shell.go("fact", person_id=self.person_id, kind=code, told=True)
        else:
            self.back()
            shell.go("fact", person_id=self.person_id, kind=code)

    def action_note(self) -> None:
        """Tab: there is nothing else."""
