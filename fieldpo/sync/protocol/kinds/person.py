"""A person under supervision: who they are, what can hurt, where they live and work, and who knows them."""

from __future__ import annotations

from fieldpo.sync.protocol.body import Body, Code, Day, Line, Merging, OfPerson, Prose, kind


@kind("person", Merging.FIELDS, sets=("aliases", "needs"), prose=("family_name", "given_name", "aliases"))
class Person(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A person under supervision. On screen: the pack's word, "client" by default."""

    family_name: Line
    given_name: Line = ""
    middle_name: Line = ""
    suffix: Line = ""
    aliases: list[Line] = []
    birth_date: Day | None = None
    sex: Code = ""
    race: Line = ""
    language: Line = ""
    interpreter: bool = False
    needs: list[Line] = []
    """Accommodations: "hard of hearing, left side", "reads large print"."""
    notice: Prose = ""


@kind("hazard", Merging.FIELDS, prose=("text",))
class Hazard(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """Something that can hurt an officer or be hurt: read before the door."""

    hazard: Code
    text: Prose
    source: Line = ""
    observed_on: Day | None = None
    review_on: Day | None = None
    active: bool = True


@kind("address", Merging.FIELDS, prose=("line1", "city", "directions"))
class Address(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """Where a person lives, receives mail or can be found. `area` groups addresses for one trip."""

    line1: Line
    line2: Line = ""
    city: Line = ""
    state: Line = ""
    postal_code: Line = ""
    latitude: float | None = None
    longitude: float | None = None
    use: Code = "home"
    area: Line = ""
    directions: Prose = ""
    household: Prose = ""
    since: Day | None = None
    until: Day | None = None
    told_on: Day | None = None
    verified_on: Day | None = None
    verified_how: Code = ""


@kind("phone", Merging.FIELDS, prose=("number",))
class Phone(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A telephone number that reaches the person."""

    number: Line
    use: Code = "mobile"
    note: Line = ""
    since: Day | None = None
    until: Day | None = None
    told_on: Day | None = None
    verified_on: Day | None = None
    verified_how: Code = ""


@kind("employment", Merging.FIELDS, prose=("employer", "position"))
class Employment(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """A job, with the hours that a condition may ask for."""

    employer: Line
    position: Line = ""
    address: Line = ""
    phone: Line = ""
    hours_per_week: float | None = None
    since: Day | None = None
    until: Day | None = None
    told_on: Day | None = None
    verified_on: Day | None = None
    verified_how: Code = ""


@kind("collateral", Merging.FIELDS, prose=("name", "note"))
class Collateral(OfPerson, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who knows the person: family, employer, treatment, or one barred from contact."""

    name: Line
    relationship: Line = ""
    phone: Line = ""
    address: Line = ""
    note: Prose = ""
    in_household: bool = False
    barred: bool = False
