"""What the contact standards ask of a caseload today, and what one more contact would clear."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, text

from fieldpo.errors import NotFound, PolicyError
from fieldpo.store.queries.clients.whose import People
from fieldpo.store.queries.rules.case_facts import OwedCase, owed_cases
from fieldpo.store.queries.rules.counting_contacts import Asked, counting_contacts, tries_of
from fieldpo.store.queries.rules.policy import pack_named
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import CLIENT, CaseFacts, Contact
from fieldpo.supervision.standards.counting import attempts, counted, counts_of, satisfying
from fieldpo.supervision.standards.engine import Obligation, obligations
from fieldpo.supervision.standards.policies import policy_for
from fieldpo.supervision.written.standards import Counts, ObligationRule

_PARTITION = text("SELECT partition FROM r_person WHERE id = :person AND hidden = 0")
NO_START = "The case has no start: no contact can be called due until it is given one."


@dataclass(frozen=True)
class Owed:
    """What one case owes on a day, with the contacts that were read for it. `trouble` says why nothing can be told."""

    case: OwedCase
    pack: Pack
    on: dt.date
    obligations: tuple[Obligation, ...]
    contacts: tuple[Contact, ...]
    trouble: str = ""

    @property
    def person_id(self) -> str:
        """Whose case it is."""
        return self.case.person_id

    def due_by(self, day: dt.date) -> tuple[Obligation, ...]:
        """What is due up to a day, the most overdue first."""
        found = [one for one in self.obligations if one.due is not None and one.due <= day]
        return tuple(sorted(found, key=lambda one: (one.due or day, one.obligation)))

    def tries(self, one: Obligation) -> int:
        """Attempts at it since it was last met: contacts of the kinds and places that it counts, with nobody met."""
        rule = self.rule_of(one)
        if rule is None:
            return 0
        counts = counts_of(policy_for(self.pack, self.case.facts, self.on), rule)
        people = counts.people if counts.people == "collateral" else "anyone"
        sought = Counts(kinds=counts.kinds, places=counts.places, people=people)
        since = max(one.last_counted or self.case.facts.start, self.case.facts.start)
        met = counted(sought, self.contacts, since, self.on, attempts(self.pack))
        return sum(1 for contact in met if contact[0] > since)

    def rule_of(self, one: Obligation) -> ObligationRule | None:
        """The rule behind an obligation; None for the assessment."""
        policy = policy_for(self.pack, self.case.facts, self.on)
        return next((each for each in policy.obligations if each.code == one.obligation), None)

    def with_contact(self, contact: Contact) -> tuple[Obligation, ...]:
        """What would be owed after one more contact."""
        return obligations(self.pack, self.case.facts, (*self.contacts, contact), max(self.on, contact[0]))

    def cleared_by(self, contact: Contact, within: dt.timedelta) -> tuple[Obligation, ...]:
        """What is due within a time and would be met by this contact, with its present due day."""
        after = {one.obligation: one.due for one in self.with_contact(contact)}
        return tuple(one for one in self.due_by(self.on + within) if after.get(one.obligation) != one.due)


def owed(
    connection: Connection,
    pack: Pack,
    partitions: Collection[str],
    on: dt.date,
    people: People = None,
) -> tuple[Owed, ...]:
    """What every open case of some caseloads, or of these people in them, owes on a local day of the agency."""
    cases = owed_cases(connection, pack, partitions, on, people)
    packs = {one.case_id: _pack_for(connection, pack, one.facts, on) for one in cases}
    troubles: dict[str, str] = {}
    asked = []
    for one in cases:
        if not one.started:
            troubles[one.case_id] = NO_START
            continue
        try:
            policy_for(packs[one.case_id], one.facts, on)
        except (NotFound, PolicyError) as error:
            troubles[one.case_id] = error.message
        else:
            asked.append(Asked(one.case_id, one.person_id, packs[one.case_id], one.facts))
    read = counting_contacts(connection, pack, asked, on, some=people is not None)
    found = tuple(
        _owed_of(one, packs[one.case_id], read.get(one.person_id, ()), on, troubles.get(one.case_id, ""))
        for one in cases
    )
    return _with_tries(connection, pack, found, on)


def _with_tries(connection: Connection, pack: Pack, found: tuple[Owed, ...], on: dt.date) -> tuple[Owed, ...]:
    """Attempts never count, so that only those since something fell due are read: for whoever is late."""
    since: dict[str, tuple[Asked, dt.date]] = {}
    for one in found:
        late = [each.last_counted or one.case.facts.start for each in one.obligations if each.overdue]
        if late:
            _, known = since.get(one.person_id, (None, dt.date.max))
            day = max(min(known, *late), one.case.facts.start)
            since[one.person_id] = (Asked(one.case.case_id, one.person_id, one.pack, one.case.facts), day)
    tried = tries_of(connection, pack, since, on)
    return tuple(
        replace(one, contacts=tuple(sorted({*one.contacts, *tried[one.person_id]}))) if one.person_id in tried else one
        for one in found
    )


def owed_by(connection: Connection, pack: Pack, person_id: str, on: dt.date) -> tuple[Owed, ...]:
    """What one person's open cases owe, in whosever caseload the person is."""
    partition = connection.scalar(_PARTITION, {"person": person_id})
    return owed(connection, pack, (partition,), on, (person_id,)) if partition else ()


def _owed_of(case: OwedCase, pack: Pack, contacts: Sequence[Contact], on: dt.date, trouble: str) -> Owed:
    if trouble:
        return Owed(case, pack, on, (), (), trouble)
    return Owed(case, pack, on, obligations(pack, case.facts, contacts, on), tuple(contacts))


def _pack_for(connection: Connection, pack: Pack, facts: CaseFacts, on: dt.date) -> Pack:
    """The pack that the case's policy names, where it is another one than the agency's."""
    if not facts.policy or facts.policy == pack.id or any(one.name == facts.policy for one in pack.policies):
        return pack
    return pack_named(connection, facts.policy, on) or pack


def labels(found: Iterable[Obligation]) -> str:
    """Obligations named in a row: "home visit + employment check"."""
    return " + ".join(dict.fromkeys(one.label for one in found))


def visit(pack: Pack, on: dt.date) -> Contact:
    """A home visit on a day at which the client was seen."""
    met = satisfying(pack)
    outcome = next((each.code for each in pack.outcomes if each.code in met), "")
    return Contact(on, "face_to_face", "home", outcome, CLIENT)
