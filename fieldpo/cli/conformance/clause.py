"""What a clause is, and the list of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fieldpo.cli.conformance.trial import Trial

Try = Callable[["Trial"], None]


class Unmet(Exception):
    """The server did something else than the clause says."""

    def __init__(self, what: str, expected: Any, got: Any) -> None:
        super().__init__(what)
        self.what, self.expected, self.got = what, expected, got


class NotShown(Exception):
    """The clause cannot be tried here; says why."""


@dataclass(frozen=True)
class Clause:
    """One thing that the contract says. `section` is its chapter of docs/sync-contract.md; `needs` stand before it."""

    id: str
    says: str
    section: str
    attempt: Try
    needs: tuple[str, ...] = ()


CLAUSES: dict[str, Clause] = {}
"""Every clause by its id, in the order in which they run."""


def clause(name: str, says: str, section: str, *, needs: tuple[str, ...] = ()) -> Callable[[Try], Try]:
    """Declare the function as the clause's trial."""

    def declare(attempt: Try) -> Try:
        if name in CLAUSES or any(each not in CLAUSES for each in needs):
            raise ValueError(f"{name} stands twice, or before what it needs")
        CLAUSES[name] = Clause(name, says, section, attempt, needs)
        return attempt

    return declare
