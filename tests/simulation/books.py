"""What the agency itself did, as the checker keeps it: who may read what, who left when, what a person decided."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass, field

from fieldpo.sync.protocol.exchange import AGENCY, CASE, caseload_partition

from .cast import OKAFOR, REYES, TEAM, WHITFIELD


@dataclass
class Books:
    """Central's acts by hand; a backup of central has its own copy."""

    versions: set[tuple[str, int]] = field(default_factory=set)
    """(record, version) that central's own hand wrote."""
    revoked: set[str] = field(default_factory=set)
    covers: dict[str, tuple[str, dt.datetime]] = field(default_factory=dict)
    """Partition → the user who covers it, and until when."""
    covered: set[str] = field(default_factory=set)
    """Users who have ever covered for another."""
    leaves: dict[str, list[tuple[int, dt.datetime]]] = field(default_factory=dict)
    """Person → at which numbers of which feeds they left, and when; which feeds is not kept."""
    released: set[str] = field(default_factory=set)
    """Ops that a person at central's shell let out of quarantine."""
    refused: set[str] = field(default_factory=set)
    """Ops, and intakes, that a person there refused for good."""
    settled: dict[str, str] = field(default_factory=dict)
    """Intake → the person whom somebody there said they are, or made of them."""
    team: set[str] = field(default_factory=lambda: {REYES.id, OKAFOR.id})
    """The officers of the one team."""
    supervising: bool = True
    """Whether the supervisor looks over the team."""

    def copy(self) -> Books:
        """The same, to be put back."""
        return copy.deepcopy(self)

    def supervises(self, user_id: str) -> bool:
        """Whether the user looks over the team now."""
        return self.supervising and user_id == WHITFIELD.id

    def under(self, user_id: str) -> set[str]:
        """The caseloads of the officers whom the user looks over."""
        return {caseload_partition(one) for one in self.team} if self.supervises(user_id) else set()

    def granted(self, user_id: str, now: dt.datetime) -> set[str]:
        """The partitions that a user may read by what the agency did: all but single cases on demand."""
        covering = {partition for partition, (who, until) in self.covers.items() if who == user_id and until > now}
        team = {TEAM} if self.supervises(user_id) else set()
        return {AGENCY, caseload_partition(user_id)} | covering | team

    def case_readable(self, user_id: str, place: str, now: dt.datetime) -> bool:
        """Whether a case that was asked for, and whose time is not over, may be read where its person stands."""
        return place in self.under(user_id) and place not in self.granted(user_id, now)


def case_of(partition: str) -> str | None:
    """The person of a whole case's partition."""
    return partition.removeprefix(CASE) if partition.startswith(CASE) else None
