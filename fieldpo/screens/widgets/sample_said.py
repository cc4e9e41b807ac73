"""What is noted of a sample's way and of what the client says: a key each, then a line that is typed."""

from __future__ import annotations

from collections.abc import Mapping

from fieldpo.errors import BadInput
from fieldpo.screens.widgets.choice_row import Choice, ChoiceRow
from fieldpo.supervision.written.drug_tests import TestRules

_PROMPTS = {
    "temperature": "Temperature in °F, as 94",
    "custody_number": "Number of the chain of custody form",
    "laboratory": "Which laboratory?",
    "admitted": "Admitted use: what, when, how much?",
    "prescription": "Prescription: of what, by whom, seen how?",
    "note": "Note",
}


class SaidRow(ChoiceRow):
    """Lines by their names in a test's body; none of them is a choice that stands."""

    names: tuple[str, ...] = ()

    def __init__(self, label: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(label, (), visited=False, id=id)
        self.said: dict[str, str] = dict.fromkeys(self.names, "")

    def put(self, said: Mapping[str, str]) -> None:
        """Put these lines in place, as far as they are this row's."""
        self.said = {name: said.get(name, "") for name in self.names}

    def more(self, code: str) -> None:
        """A key was pressed: ask for its line."""

        def take(typed: str) -> None:
            self.said[code] = typed
            self.paint()

        self.form.ask(_PROMPTS[code], take, value=self.said[code])

    def paint(self) -> None:
        """The choices, with what is noted."""


class CustodyRow(SaidRow):
    """The sample's way: its temperature in °F, whether it was observed, its number and its laboratory."""

    names = ("custody_number", "laboratory")

    def __init__(self, rules: TestRules) -> None:
        super().__init__("Custody", id="custody")
        self._span = rules.temperature
        self.specimen = ""
        self.temperature: float | None = None
        self.observed = False

    def more(self, code: str) -> None:
        """Observed is said with the key alone."""
        if code == "observed":
            self.observed = not self.observed
            self.paint()
        elif code == "temperature":
            self.form.ask(_PROMPTS[code], self._take_temperature)
        else:
            super().more(code)

    def _take_temperature(self, typed: str) -> None:
        try:
            self.temperature = float(typed) if typed else None
        except ValueError:
            raise BadInput("Type degrees Fahrenheit, as 94.") from None
        self.paint()

    def paint(self) -> None:
        """A temperature out of the rules' range is called out."""
        warm = f"{self.temperature:g} °F{self._out_of_range()}" if self.temperature is not None else "temperature"
        choices = (
            Choice("w", warm, "temperature"),
            Choice("o", "observed: yes" if self.observed else "observed", "observed"),
            Choice("c", self.said["custody_number"] or "custody number", "custody_number"),
            Choice("l", self.said["laboratory"] or "laboratory", "laboratory"),
        )
        self.offer(choices, picked="")

    def _out_of_range(self) -> str:
        span, warm = self._span, self.temperature
        if warm is None or not span or self.specimen != "urine" or span[0] <= warm <= span[1]:
            return ""
        return f", OUTSIDE {span[0]:g}–{span[1]:g}"


class SaysRow(SaidRow):
    """What the client says: use that is admitted, a prescription; and a note."""

    names = ("admitted", "prescription", "note")

    def __init__(self) -> None:
        super().__init__("Says", id="says")

    def paint(self) -> None:
        """What is noted says so; the words stand in the test."""
        keys = (("a", "admitted use", "admitted"), ("p", "prescription", "prescription"), ("n", "note", "note"))
        noted = [Choice(key, f"{words}: noted" if self.said[name] else words, name) for key, words, name in keys]
        self.offer(noted, picked="")
