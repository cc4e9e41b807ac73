"""Asking for a whole case: a reason is typed, central answers with some days of reading, and logs who asked."""

from __future__ import annotations

from textual.widgets import TextArea

from fieldpo.errors import FieldpoError
from fieldpo.screens.base import FieldScreen


class CaseWish(FieldScreen):
    """A screen with a field that opens below it, for a reason or a comment; ctrl+s takes it, Esc leaves it."""

    def __init__(self) -> None:
        super().__init__()
        self.wished: tuple[str, str] | None = None
        """The person, by id and name, whose whole case is being asked for."""
        self.sending = False
        """Whether what was typed is being saved: a second press adds nothing."""

    @property
    def area(self) -> TextArea:
        """Where a reason or a comment is typed."""
        return self.query_one(TextArea)

    @property
    def typing(self) -> bool:
        """Whether the field is open."""
        return self.is_mounted and bool(self.area.display)

    def open_area(self, title: str, text: str = "") -> None:
        """Open the field, and put the cursor there."""
        self.area.load_text(text)
        self.area.border_title = title
        self.area.display = True
        self.area.focus()
        self.refresh_bindings()

    def close_area(self) -> None:
        """Close it; the screen says where the cursor goes then."""
        self.wished = None
        self.area.display = False
        self.refresh_bindings()

    def read_or_wish(self, person_id: str, name: str) -> None:
        """Open the person where the case is on this computer, else ask why it is wanted."""
        from fieldpo.store.queries.supervisor.review import may_read

        def answered(here: bool) -> None:  # noqa: FBT001 - what the query says
            if here:
                self.shell.go("person", person_id=person_id)
            else:
                self.wished = (person_id, name)
                self.open_area("Why do you need the whole case? ctrl+s sends, esc leaves")

        self.load(lambda connection: may_read(connection, person_id), answered, group="may_read")

    def send_wish(self) -> None:
        """Send it with the reason; one without is said, and stands."""
        from fieldpo.errors import BadInput
        from fieldpo.store.entries.decision import case_request_act

        if self.wished is None or self.sending:
            return
        (person_id, name), user_id = self.wished, self.shell.vault.identity.user_id
        try:
            act = case_request_act(
                self.shell.pack, person_id, name, self.area.text, officer_id=user_id, now=self.shell.now()
            )
        except BadInput as error:
            self.failed(error)
            return
        self.sending = True
        self.save(act, lambda _: self._wish_sent(name))

    def failed(self, error: FieldpoError) -> None:
        """It can be sent again."""
        self.sending = False
        super().failed(error)

    def _wish_sent(self, name: str) -> None:
        self.sending = False
        self.close_area()
        whose = "" if self.client_safe else f" of {name}"
        self.shell.say(f"Asked for the whole case{whose}. It comes with the next sync, for three days.")
