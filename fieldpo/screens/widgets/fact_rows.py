"""The rows of a fact's form that are more than one choice: what was told, what was verified and how, and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.content import Content

from fieldpo.plain import day
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import Entry, label_of

TODAY, OTHER_DAY, NONE, ADD = "=today", "=day", "=none", "=add"
"""Codes of our own choices; no code of a pack begins so."""

_LETTERS = "123456789abcdefghijklmnopqrstuvwxyz"


def lettered(entries: Iterable[Entry]) -> tuple[Choice, ...]:
    """Every entry of a pack's list with its key, or with one that is free where the pack gives none."""
    known = tuple(entries)
    free = iter(sorted(set(_LETTERS) - {one.key.casefold() for one in known}))
    return tuple(Choice(one.key or next(free, ""), one.label, one.code) for one in known)


PastDay = Callable[[str], str | None]
"""Reads a day as typed, in ISO text; None for none typed. Raises BadInput for what is no day, or ahead."""


class ToldOn(ChoiceRow):
    """The day on which the client told it."""

    def __init__(self) -> None:
        choices = (Choice("t", "today", TODAY), Choice("d", "another day", OTHER_DAY), Choice("0", "not told", NONE))
        super().__init__("Told us", choices, id="told-on")
        self.on: str | None = None

    def put(self, on: str | None) -> None:
        """Show this day, in ISO text; None for not told."""
        self.on = on
        self.picked = ()
        self.value = f"{day(on)};" if on else "no;"

    def takes(self, code: str, today: str, past_day: PastDay) -> bool:
        """A choice was made; False where a day is asked for."""
        if code == OTHER_DAY:
            self.form.ask("On which day? As in 20 nov, 11/20, yesterday", lambda typed: self.put(past_day(typed)))
            return False
        self.put(today if code == TODAY else None)
        return True


class VerifiedOn(ChoiceRow):
    """How it was verified, and on which day: a how is pressed first, so that nothing is verified without one."""

    def __init__(self, pack: Pack) -> None:
        self._hows = lettered(pack.verified_hows)
        choices = (*self._hows, Choice("d", "another day", OTHER_DAY), Choice("0", "not", NONE))
        super().__init__("Verified", choices, id="verified-on")
        self._pack = pack
        self.on: str | None = None
        self.how = ""

    def takes(self, code: str, today: str, past_day: PastDay) -> bool:
        """A choice was made; False where a day is asked for, or how it was verified is missing."""
        if code == OTHER_DAY and not self.how:
            self.put(None, "")
            self.form.tell("Say first how it was verified.")
            return False
        if code == OTHER_DAY:
            prompt = "Verified on which day? As in 20 nov, 11/20, yesterday"
            self.form.ask(prompt, lambda typed: self.put(past_day(typed), self.how))
            return False
        if code == NONE:
            self.put(None, "")
        elif any(one.code == code for one in self._hows):
            self.put(today, code)
        return True

    def put(self, on: str | None, how: str) -> None:
        """Show this day and how; None for not verified."""
        self.on, self.how = on, how
        self.picked = (how,) if how else ()
        said = f"{day(on)}" if on else "no"
        self.value = f"{said};" if how or not on else f"{said}, how is not said;"

    @property
    def words(self) -> str:
        """The how in words."""
        return label_of(self._pack.verified_hows, self.how)


class ListRow(ChoiceRow):
    """Members of a list: a digit takes one out or puts it back, `a` adds one."""

    def __init__(self, label: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(label, many=True, id=id)
        self._members: tuple[str, ...] = ()

    def put(self, members: Iterable[str], kept: Iterable[str]) -> None:
        """Show these, those kept in brackets."""
        self._members = tuple(dict.fromkeys(members))
        self.picked = tuple(kept)
        numbered = tuple(Choice(_LETTERS[n] if n < 9 else "", one, one) for n, one in enumerate(self._members))
        self.offer((*numbered, Choice("a", "add", ADD)))

    @property
    def members(self) -> tuple[str, ...]:
        """All that are shown, those taken out among them."""
        return self._members

    @property
    def kept(self) -> list[str]:
        """Those that stand, in their order."""
        return [one for one in self._members if one in self.picked]

    def press(self, choice: Choice) -> None:
        """A digit: out or in; `a` asks."""
        if choice.code == ADD and choice.key == "a":
            self.chosen(ADD, moves_on=False)
        else:
            super().press(choice)

    def add(self, member: str) -> None:
        """One more."""
        if member:
            self.put((*self._members, member), (*self.picked, member))

    def words_of(self, choice: Choice) -> Content:
        """A member that was taken out is struck through."""
        out = choice.code in self._members and choice.code not in self.picked
        return Content.styled(f"{choice.key} {choice.label}, out", "strike") if out else super().words_of(choice)
