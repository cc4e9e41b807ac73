"""Workload weights as an agency writes them in TOML: what each class of case weighs, and what one officer can carry."""

from __future__ import annotations

from typing import Literal

import msgspec


class CaseClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cases of ``levels`` × ``case_types`` (empty: any): ``hours`` a month each, or ``most`` for one officer."""

    code: str
    label: str = ""
    levels: tuple[str, ...] = ()
    case_types: tuple[str, ...] = ()
    hours: float | None = None
    most: int | None = None

    def takes(self, level: str, case_type: str) -> bool:
        """Say whether a case of this level and type is of this class."""
        return (not self.levels or level in self.levels) and (not self.case_types or case_type in self.case_types)


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of an agency's weights.

    ``unit`` is ``hours``: each case takes hours out of ``capacity`` (hours a month of one officer). ``cases``: each
    takes its share of the ``most`` of its class. A case is of the first class that takes it.
    """

    id: str
    version: str
    title: str
    source: str
    unit: Literal["hours", "cases"]
    classes: tuple[CaseClass, ...]
    capacity: float = 0

    @property
    def name(self) -> str:
        """The weights and their version as every figure quotes them."""
        return f"{self.id} workload {self.version}"
