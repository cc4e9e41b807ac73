"""The facts about a client as lines, each with the record that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from fieldpo.plain import day
from fieldpo.store.queries.clients.of_kind import Bodies, bodies
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.codes import label_of
from fieldpo.sync.protocol.body import Json


@dataclass(frozen=True)
class Line:
    """One line of the overview. `private` ones are not for the client's eyes (third parties, date of birth).

    `kind` and `record_id` name the record behind it; empty where no officer changes it. `ended` ones stand no more.
    """

    label: str
    words: str
    private: bool = False
    kind: str = ""
    record_id: str = ""
    ended: bool = False


def fact_lines(connection: Connection, pack: Pack, person_id: str) -> list[Line]:
    """Addresses, phones, jobs and collaterals; what has ended stands last, with the day."""
    lines = [
        *_homes(pack, bodies(connection, "address", person_id)),
        *_phones(pack, bodies(connection, "phone", person_id)),
        *_jobs(pack, bodies(connection, "employment", person_id)),
        *_collaterals(bodies(connection, "collateral", person_id)),
    ]
    return sorted(lines, key=lambda line: line.ended)


def _homes(pack: Pack, addresses: Bodies) -> list[Line]:
    lines = []
    for key, one in addresses.items():
        where = _joined(one, "line1", "line2", "city", "state", "postal_code")
        label = label_of(pack.address_uses, one.get("use", "home")).capitalize()
        lines.append(_line(pack, "address", key, one, label, where))
        if one.get("until"):
            continue
        if one.get("directions"):
            lines.append(Line("Directions", one["directions"], kind="address", record_id=key))
        if one.get("household"):
            lines.append(Line("Household", one["household"], private=True, kind="address", record_id=key))
    return lines


def _phones(pack: Pack, phones: Bodies) -> list[Line]:
    lines = []
    for key, one in phones.items():
        parts = (one["number"], label_of(pack.phone_uses, one.get("use", "mobile")), one.get("note", ""))
        lines.append(_line(pack, "phone", key, one, "Phone", ", ".join(part for part in parts if part)))
    return lines


def _jobs(pack: Pack, jobs: Bodies) -> list[Line]:
    lines = []
    for key, one in jobs.items():
        hours = f"{one['hours_per_week']:g} h a week" if one.get("hours_per_week") else ""
        said = ", ".join(part for part in (_joined(one, "employer", "position"), hours) if part)
        lines.append(_line(pack, "employment", key, one, "Work", said))
    return lines


def _collaterals(people: Bodies) -> list[Line]:
    lines = []
    for key, one in people.items():
        home = "lives there" if one.get("in_household") else ""
        parts = [one["name"], one.get("relationship", ""), one.get("phone", ""), home, one.get("note", "")]
        label = "BARRED" if one.get("barred") else "Collateral"
        lines.append(Line(label, ", ".join(part for part in parts if part), True, "collateral", key))
    return lines


def _line(pack: Pack, kind: str, key: str, one: Mapping[str, Json], label: str, words: str) -> Line:
    until = one.get("until")
    said = f"{words}. Ended {day(until)}." if until else f"{words}. {_proof(pack, one)}"
    return Line(label, said, kind=kind, record_id=key, ended=bool(until))


def _proof(pack: Pack, one: Mapping[str, Json]) -> str:
    if one.get("verified_on"):
        how = f" ({label_of(pack.verified_hows, one['verified_how'])})" if one.get("verified_how") else ""
        return f"Verified {day(one['verified_on'])}{how}."
    return f"Told {day(one['told_on'])}, not verified." if one.get("told_on") else "Not verified."


def _joined(one: Mapping[str, Json], *names: str) -> str:
    return ", ".join(one[name] for name in names if one.get(name))
