"""Which contacts count toward an obligation: the latest first, in the window from the start to the day in question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import CLIENT, COLLATERAL, Contact
from fieldpo.supervision.written.standards import Counts, ObligationRule, Policy

_PEOPLE = {"client": CLIENT, "collateral": COLLATERAL, "client_or_collateral": CLIENT | COLLATERAL, "anyone": 0}


def satisfying(pack: Pack) -> frozenset[str]:
    """The outcomes that may count toward what is owed."""
    return frozenset(outcome.code for outcome in pack.outcomes if outcome.satisfies and not outcome.attempt)


def attempts(pack: Pack) -> frozenset[str]:
    """The outcomes that stand in the attempt ledger and never count."""
    return frozenset(outcome.code for outcome in pack.outcomes if outcome.attempt)


def people_of(pack: Pack, present: Iterable[str], *, with_collateral: bool = False) -> int:
    """Who was there, from the codes of a contact's record: nobody named means the client, or else the collateral."""
    people = COLLATERAL if with_collateral else 0
    named = False
    absent = {one.code for one in pack.with_whom if not one.client_present}
    for code in present:
        named = True
        if code not in absent:
            people |= CLIENT
        if code == "collateral" or code in absent:
            people |= COLLATERAL
    return people if named or with_collateral else CLIENT


def counted(
    rule: Counts, contacts: Iterable[Contact], since: date, on: date, outcomes: frozenset[str]
) -> list[Contact]:
    """List the contacts that count, the latest first, from ``since`` to ``on``, both included."""
    kinds, places, verified = rule.kinds, rule.places, rule.verified
    people = _PEOPLE[rule.people]
    any_outcome = rule.any_outcome
    found = [
        contact
        for contact in contacts
        if since <= contact[0] <= on
        and (any_outcome or contact[3] in outcomes)
        and (not kinds or contact[1] in kinds)
        and (not places or contact[2] in places)
        and (not people or contact[4] & people)
        and (not verified or verified in contact[5])
    ]
    found.sort(key=_day, reverse=True)
    return found


def counts_of(policy: Policy, rule: ObligationRule) -> Counts:
    """What counts toward an obligation; a share takes what it does not say itself from the one it is a share of."""
    if not rule.share_of:
        return rule.counts
    whole = next((one.counts for one in policy.obligations if one.code == rule.share_of), Counts())
    return Counts(
        kinds=rule.counts.kinds or whole.kinds,
        places=rule.counts.places or whole.places,
        people=whole.people,
        verified=rule.counts.verified or whole.verified,
        any_outcome=whole.any_outcome,
    )


def quoted(contacts: Sequence[Contact]) -> tuple[str, ...]:
    """Name contacts in an answer: by id, or by day where there is none."""
    return tuple(contact[6] or contact[0].isoformat() for contact in (Contact(*one) for one in contacts))


def _day(contact: Contact) -> date:
    return contact[0]
