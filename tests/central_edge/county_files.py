"""A small agency's files, the mappings that read them, and what central holds after an import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading
from fieldpo.central.books.partitions import numbers
from fieldpo.central.deciding.world import Standing
from fieldpo.central.importing.load import import_file
from fieldpo.central.importing.mapping import Mapping
from fieldpo.central.importing.report import ImportReport
from tests.central_edge.conftest import CASELOADS, START
from tests.central_records import every_record

NIJ = CASELOADS / "nij_200.csv"


IOWA = CASELOADS / "iowa_200.csv"


PEOPLE = """
title = "People"
[source]
encodings = ["utf-8-sig", "cp1252"]
time_zone = "America/Chicago"
missing = ["N/A"]
[identity]
agency = "county"
system = "cms"
columns = ["Client No"]
[caseloads]
officer = "Officer No"
officer_name = "Officer"
title = "Probation Officer"
[[records]]
kind = "person"
[records.fields]
family_name = { column = ["Last Name", "Surname"], required = true }
given_name = { column = "First Name" }
birth_date = { column = "DOB", read = "date", format = ["%m/%d/%Y", "%Y-%m-%d"] }
aliases = { column = "Aliases", read = "list", separator = ";" }
[[records]]
kind = "case"
[records.fields]
level = { column = "Level", values = { "Max" = "max", "Med" = "medium", "Court–ordered" = "high" }, default = "low" }
history_complete_from = { today = true }
"""


CONTACTS = """
title = "Contacts"
[source]
time_zone = "America/Chicago"
[identity]
agency = "county"
system = "cms"
columns = ["Entry"]
[[records]]
kind = "contact"
[records.fields]
person_id = { find = { kind = "person", column = "Client No" } }
case_id = { find = { kind = "case", column = "Client No" } }
occurred_at = { column = "When", read = "moment", format = "%m/%d/%Y %H:%M" }
contact = { column = "Kind", values = { "FTF" = "face_to_face", "TEL" = "phone" }, required = true }
outcome = { value = "reported" }
officer_id = { officer = "caseload" }
minutes = { column = "Min", read = "whole" }
note = { column = "Note", read = "text" }
"""


STAYS = """
title = "Stays"
[identity]
agency = "county"
system = "cms"
columns = ["Stay"]
[[records]]
kind = "stay"
[records.fields]
person_id = { find = { kind = "person", column = "Client No" } }
case_id = { find = { kind = "case", column = "Client No" } }
stay = { column = "Status", values = { JAIL = "jail_or_prison", ABSC = "absconding" }, required = true }
start = { column = "From", read = "date", format = "%m/%d/%Y", required = true }
until = { column = "To", read = "date", format = "%m/%d/%Y" }
"""


HEADINGS = "Client No,Last Name,First Name,DOB,Aliases,Level,Officer No,Officer\n"


def imported(database: Engine, mapping: Mapping, path: Path, **more: Any) -> ImportReport:
    """Read a file in."""
    return import_file(database, mapping, path, now=more.pop("now", START), **more)


def all_standing(database: Engine) -> list[Standing]:
    """Every record that central holds."""
    with reading(database) as conn:
        return list(every_record(conn))


def only(database: Engine, kind: str, **fields: str) -> Standing:
    """The only record of a kind whose body says so."""
    (found,) = [
        each
        for each in all_standing(database)
        if each.kind == kind and all(each.body.get(name) == value for name, value in fields.items())
    ]
    return found


def feed_numbers(database: Engine) -> dict[str, int]:
    """How far each feed has come."""
    with reading(database) as conn:
        return numbers(conn, sorted({each.partition for each in all_standing(database)}))
