"""The records of one invented person: case, conditions, hazards, addresses, work, collaterals, assessments."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from fieldpo.demo.drawing import Json, Record, picked, record_id
from fieldpo.demo.names import STREETS, full_name
from fieldpo.demo.prose import say
from fieldpo.supervision.calendar import add_months
from fieldpo.supervision.instruments.instrument import shipped
from fieldpo.supervision.instruments.scoring import score
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.written.lists import ConditionText
from fieldpo.sync.protocol import kinds as _declared  # noqa: F401 - fills KINDS
from fieldpo.sync.protocol.body import KINDS

COURT = "Meridian County Circuit Court"
_TYPES = (("probation", 62.0), ("parole", 22.0), ("conditional_release", 5.0), ("pretrial", 6.0), ("deferred", 5.0))
_OFFENSES = {
    "general": (
        "Burglary 2",
        "Possession of a controlled substance",
        "Theft over $1,000",
        "Forgery",
        "Assault 3",
        "Driving under the influence, third",
        "Robbery 2",
        "Unlawful use of a weapon",
        "Fraud by check",
        "Criminal damage to property",
        "Delivery of a controlled substance",
        "Vehicle taken without consent",
    ),
    "sex_offense": ("Failure to register", "Sexual abuse 3"),
    "domestic_violence": ("Domestic assault 2", "Violation of a protection order", "Stalking"),
    "em": ("Escape from custody", "Burglary 1"),
}
_HAZARDS = {
    "weapon": ("Shotgun in the hall closet, said to be the brother's.", "Knife collection on the living-room wall."),
    "violence_to_staff": ("Pushed an officer at the door in 2023.", "Threatened staff at intake, charge dropped."),
    "two_staff": ("Two staff at this address, by the supervisor's order.",),
    "order": ("No contact with R. A. If there: leave, call dispatch.",),
    "dog": ("Large, loose in the yard.", "Two pit mixes behind a low fence.", "Small but bites; ask to shut it in."),
    "group": ("Group affiliation (county intelligence unit).", "Affiliation denied; tattoo noted by the jail."),
    "health": ("Health precaution: gloves and mask.", "Bed bugs reported by the landlord."),
    "household": ("Brother uses and turns loud; ask who is home first.",),
    "site": ("Rear stairs are rotten; use the front.", "No phone signal in the basement unit."),
}
_STAYS = {"in_custody": "jail_or_prison", "absconded": "absconding"}
"""The stay that a case's status tells of."""
_SOURCES = ("Seen by Ofc. Reyes", "Client said", "County jail", "Neighbor", "City police", "Landlord", "Earlier file")
_EMPLOYERS = (
    "Prairie Roofing",
    "Halvorsen Tire",
    "Eastgate Foods",
    "Northline Logistics",
    "Bluebird Laundry",
    "Ferry Street Bakery",
    "Kiln & Sons Concrete",
    "Midtown Temp",
    "Sparrow Landscaping",
    "Depot Auto Body",
)
_POSITIONS = ("laborer", "line cook", "packer", "driver", "cleaner", "mechanic's help", "picker", "dishwasher")
_RELATIONS = ("mother", "father", "sister", "brother", "spouse", "employer", "counselor", "sponsor", "landlord")


class PersonRecords:
    """Makes one person's records in order, each with an id of its own."""

    def __init__(self, rng: Random, pack: Pack, began: int, today: date, start: date) -> None:
        self.rng, self.pack, self.today, self.start = rng, pack, today, start
        self.records: list[Record] = []
        self.person_id = ""
        self.case_type = ""
        self._began = began

    def new_id(self) -> str:
        """Make an id a millisecond after the last one."""
        self._began += 1
        return record_id(self.rng, self._began)

    def add(self, kind: str, id_: str, body: dict[str, Json]) -> str:
        """Add a record, leaving out what its kind means anyway; return its id."""
        owned = {"person_id": self.person_id, **body} if self.person_id else body
        kind_of = KINDS[kind]
        kept = {name: value for name, value in owned.items() if value != kind_of.default(name) and value != ""}
        self.records.append(Record(kind, id_, {name: value for name, value in kept.items() if value is not None}))
        return id_

    def between(self, first: date, last: date) -> str:
        """Draw a day from the first up to, not with, the last."""
        span = max(1, (last - first).days)
        return (first + timedelta(days=self.rng.randrange(span))).isoformat()

    def case(self, seed: int, place: int, level: str, status: str, complete_from: date) -> str:
        """Add the case, and for one in eight a second one beside it; return the first one's id."""
        rng = self.rng
        case_type = picked(rng, (("general", 82.0), ("domestic_violence", 9.0), ("sex_offense", 5.0), ("em", 4.0)))
        self.case_type = case_type
        length = rng.choice((12, 24, 36, 60)) + (self.today.year - self.start.year) * 12
        body: dict[str, Json] = {
            "case_number": f"{self.start.year}-CR-{(seed * 17 + place * 37) % 9000 + 1000:04}",
            "court": COURT,
            "supervision_type": picked(rng, _TYPES),
            "case_type": case_type,
            "offense": rng.choice(_OFFENSES[case_type]),
            "level": level,
            "level_since": self.between(max(self.start, self.today - timedelta(days=300)), self.today),
            "status": status,
            "status_since": self.start.isoformat() if status == "active" else self.between(self.start, self.today),
            "start_on": self.start.isoformat(),
            "end_on": add_months(self.start, length).isoformat(),
            "history_complete_from": complete_from.isoformat(),
            "policy": self.pack.id,
        }
        case_id = self.add("case", self.new_id(), body)
        self._moves(case_id, body, place)
        # One in eight has a second, older case that runs beside the first.
        if rng.random() < 0.12:
            older = {**body, "case_number": f"{self.start.year - 1}-CR-{place + 1000:04}"}
            self.add("case", self.new_id(), {**older, "offense": rng.choice(_OFFENSES["general"])})
        return case_id

    def _moves(self, case_id: str, case: dict[str, Json], place: int) -> None:
        """Add what moves a due day: the stay that a status says, and for some an earlier level."""
        about: dict[str, Json] = {"case_id": case_id}
        if stay := _STAYS.get(case["status"]):
            self.add("stay", self.new_id(), {**about, "stay": stay, "start": case["status_since"]})
        if place % 9 == 2:
            before = "high" if case["level"] == "medium" else "medium"
            self.add("level_change", self.new_id(), {**about, "since": case["start_on"], "level": before})
            self.add("level_change", self.new_id(), {**about, "since": case["level_since"], "level": case["level"]})

    def conditions(self, case_id: str) -> tuple[str, ...]:
        """Add the standard conditions and up to four special ones; return their ids."""
        special = [one for one in self.pack.conditions if not one.standard]
        chosen = self.rng.sample(special, min(len(special), self.rng.randrange(5)))
        ids = []
        for condition in (*self.pack.standard_conditions(), *chosen):
            values = {name: self._parameter(name) for name in condition.parameters}
            ids.append(self.add("condition", self.new_id(), self._condition(case_id, condition, values)))
        return tuple(ids)

    def _condition(self, case_id: str, condition: ConditionText, values: dict[str, str]) -> dict[str, Json]:
        expires = add_months(self.today, self.rng.randrange(1, 12)).isoformat()
        state = picked(self.rng, (("not_reviewed", 25.0), ("complying", 60.0), ("partly", 8.0), ("not_complying", 7.0)))
        return {
            "case_id": case_id,
            "category": condition.category,
            "text": condition.text.format(**values),
            "standard": condition.standard,
            "court": COURT,
            "ordered_on": self.start.isoformat(),
            "expires_on": expires if values and self.rng.random() < 0.3 else None,
            "parameters": values,
            "compliance": state,
            "compliance_since": self.between(self.start, self.today),
        }

    def _parameter(self, name: str) -> str:
        rng = self.rng
        made = {
            "from": rng.choice(("20:00", "21:00", "22:00")),
            "to": rng.choice(("05:00", "06:00")),
            "person": full_name(rng),
            "until": add_months(self.today, rng.randrange(3, 36)).isoformat(),
            "by": add_months(self.today, rng.randrange(1, 10)).isoformat(),
            "feet": rng.choice(("300", "500", "1000")),
            "place": rng.choice(("any school", "the Depot Lounge", "1400 Ferry St", "Riverside Park")),
            "program": rng.choice(("Northside Recovery", "Willow House", "Bridgeway", "Second Mile", "Harbor Light")),
            "weeks": rng.choice(("26", "36", "52")),
            "times": rng.choice(("2", "4", "8")),
            "hours": rng.choice(("40", "80", "120", "200")),
            "total": str(rng.randrange(200, 9000, 50)),
            "monthly": str(rng.randrange(25, 150, 5)),
            "days": rng.choice(("60", "90", "180")),
        }
        return made.get(name, "as ordered")

    def hazards(self) -> None:
        """Add one to three hazards for about a quarter of the people."""
        if self.rng.random() >= 0.27:
            return
        known = [kind.code for kind in self.pack.hazard_kinds if kind.code in _HAZARDS]
        for code in self.rng.sample(known, min(len(known), self.rng.choice((1, 1, 1, 2, 3)))):
            observed = self.today - timedelta(days=self.rng.randrange(5, 400))
            self.add(
                "hazard",
                self.new_id(),
                {
                    "hazard": code,
                    "text": self.rng.choice(_HAZARDS[code]),
                    "source": self.rng.choice(_SOURCES),
                    "observed_on": observed.isoformat(),
                    "review_on": add_months(observed, 12).isoformat(),
                },
            )

    def address(self) -> str:
        """Add the home, verified or not, and perhaps an earlier one; return the home's id."""
        rng = self.rng
        home = self._address(rng.randrange(20, 29), self.today)
        if rng.random() < 0.35:
            ended = self.today - timedelta(days=rng.randrange(60, 500))
            self.add("address", self.new_id(), {**self._address(30, ended), "until": ended.isoformat()})
        verified = rng.random() < 0.7
        told = {
            "told_on": self.between(self.start, self.today),
            "verified_on": self.between(self.start, self.today) if verified else None,
            "verified_how": rng.choice(("went_there", "saw_paper", "called")) if verified else "",
            "household": rng.choice(("mother, child 6, brother", "alone", "spouse and two children", "roommate", "")),
            "directions": rng.choice(("", "", "rear stairs", "ring twice", "last trailer on the left, blue door")),
        }
        return self.add("address", self.new_id(), {**home, **told})

    def _address(self, hundred: int, last: date) -> dict[str, Json]:
        rng = self.rng
        # A quarter of the streets holds most people, as in a town, so that one trip clears several.
        street = rng.choice(STREETS[:6] if rng.random() < 0.7 else STREETS)
        side = rng.choice("NS")
        unit = f"Unit {rng.randrange(1, 40)}" if rng.random() < 0.35 else ""
        return {
            "line1": f"{rng.randrange(100, hundred * 100)} {side} {street} St",
            "line2": unit,
            "city": "Meridian Falls",
            "state": "MO",
            "postal_code": f"6{rng.randrange(3000, 5999)}",
            "area": f"{street} St {side}",
            "since": self.between(*self._lived(last)),
        }

    def _lived(self, last: date) -> tuple[date, date]:
        """Between which days somebody moved in: for nearly all before the case began."""
        if self.rng.random() < 0.04:
            return max(self.start, last - timedelta(days=20)), last
        until = min(self.start, last)
        return until - timedelta(days=900), until

    def phones(self) -> None:
        """Add one or two telephone numbers."""
        for use in ("mobile", "message") if self.rng.random() < 0.2 else ("mobile",):
            number = f"(555) 01{self.rng.randrange(100):02}-{self.rng.randrange(10_000):04}"
            told = self.between(self.start, self.today)
            self.add("phone", self.new_id(), {"number": number, "use": use, "told_on": told})

    def employment(self) -> None:
        """Add a job for two people in three, one in seven of them ended."""
        if self.rng.random() >= 0.68:
            return
        ended = self.rng.random() < 0.15
        self.add(
            "employment",
            self.new_id(),
            {
                "employer": self.rng.choice(_EMPLOYERS),
                "position": self.rng.choice(_POSITIONS),
                "hours_per_week": float(self.rng.randrange(12, 46)),
                "since": self.between(self.start - timedelta(days=200), self.today - timedelta(days=40)),
                "until": self.between(self.today - timedelta(days=30), self.today) if ended else None,
                "told_on": self.between(self.start, self.today),
            },
        )

    def collaterals(self) -> tuple[str, ...]:
        """Add one to four people who can be asked, and sometimes one barred; return the ids of the first."""
        ids = []
        for _ in range(self.rng.choice((1, 1, 2, 2, 3, 4))):
            relation = self.rng.choice(_RELATIONS)
            ids.append(
                self.add(
                    "collateral",
                    self.new_id(),
                    {
                        "name": full_name(self.rng),
                        "relationship": relation,
                        "phone": f"(555) 01{self.rng.randrange(100):02}-{self.rng.randrange(10_000):04}",
                        "in_household": relation in {"mother", "father", "spouse"} and self.rng.random() < 0.6,
                        "note": say("collateral", self.rng.random, self.today) if self.rng.random() < 0.3 else "",
                    },
                )
            )
        if self.rng.random() < 0.08:
            self.add("collateral", self.new_id(), {"name": full_name(self.rng), "barred": True, "note": "Court order."})
        return tuple(ids)

    def assessments(self) -> None:
        """Add an assessment soon after the start and again every half to whole year."""
        when = self.start + timedelta(days=self.rng.randrange(5, 45))
        while when < self.today:
            scored = score(shipped("dast10"), {f"q{item}": self.rng.random() < 0.4 for item in range(1, 11)})
            self.add(
                "assessment",
                self.new_id(),
                {
                    "instrument": "dast_10",
                    "done_on": when.isoformat(),
                    "score": scored.total,
                    "level": scored.level or "",
                    "items": scored.answers_json(),
                },
            )
            when += timedelta(days=self.rng.randrange(170, 340))
