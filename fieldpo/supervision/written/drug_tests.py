"""What a laboratory's rules say in TOML, as frozen values; nothing here does I/O."""

from __future__ import annotations

from typing import Final

import msgspec

COLLECTED: Final = "collected"


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code with its words and its key in the form."""

    code: str
    key: str
    label: str


class Specimen(Word, frozen=True, forbid_unknown_fields=True):
    """What is given. ``cut_offs`` says that the substances' cut-offs are for it; else the laboratory's word counts."""

    cut_offs: bool = False


class Outcome(Word, frozen=True, forbid_unknown_fields=True):
    """What came of the call to give a sample. ``sample`` says that there is one to be read."""

    sample: bool = False
    possible_violation: bool = False


class Validity(Word, frozen=True, forbid_unknown_fields=True):
    """Whether the sample is one. ``readable`` says that its results may be read as they are."""

    readable: bool = False
    possible_violation: bool = False


class Substance(Word, frozen=True, forbid_unknown_fields=True):
    """What is looked for. ``initial`` and ``confirm`` are cut-offs in the rules' unit; none: only read on sight."""

    initial: float | None = None
    confirm: float | None = None


class Panel(Word, frozen=True, forbid_unknown_fields=True):
    """The substances of one order to the laboratory."""

    substances: tuple[str, ...] = ()


class TestRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of one laboratory's rules.

    ``temperature`` is the range in °F, both ends included, in which a fresh urine sample may be; empty: not asked.
    """

    id: str
    version: str
    title: str
    source: str
    unit: str
    reasons: tuple[Word, ...]
    specimens: tuple[Specimen, ...]
    outcomes: tuple[Outcome, ...]
    validities: tuple[Validity, ...]
    substances: tuple[Substance, ...]
    panels: tuple[Panel, ...]
    temperature: tuple[float, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """The rules and their version as every result quotes them."""
        return f"{self.id} tests {self.version}"

    @property
    def called(self) -> str:
        """The same for a person to read."""
        return f"{self.title}, {self.version}"

    def substance(self, code: str) -> Substance | None:
        """The substance of this code, or None."""
        return next((one for one in self.substances if one.code == code), None)

    def panel(self, code: str) -> Panel | None:
        """The panel of this code, or None."""
        return next((one for one in self.panels if one.code == code), None)


TestRules.__test__ = False  # type: ignore[attr-defined]  # no test class, for all its name
