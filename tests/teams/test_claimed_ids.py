"""An officer types the agency's ID of somebody else on a person of their own: nothing leaks, merges or moves by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.books.database import reading, writing
from fieldpo.central.deciding.identifiers import confirm_claim, confirm_identifiers
from fieldpo.central.importing.load import import_file
from fieldpo.central.importing.mapping import load_mapping
from fieldpo.central.office import intake
from fieldpo.central.office.intake_waiting import waiting
from fieldpo.central.office.records import place_of, read_record
from fieldpo.cli import main
from fieldpo.cli.central_cases import person_id
from fieldpo.errors import BadInput
from fieldpo.sync.protocol.exchange import VerdictKind
from fieldpo.sync.protocol.ops import Op
from tests.central.laptop import NOW, Laptop, put_person
from tests.teams.agency import BOSS, OKAFOR, RIVERA, found, live

IDENTIFIER = "26755"


@pytest.fixture
def rivera(database: Engine) -> Laptop:
    """Who types it, on a client of her own."""
    put_person(database, RIVERA, "own", agency_ids={"doc": "1"})
    laptop = Laptop(database)
    laptop.send()
    return laptop


@pytest.fixture
def okafor(database: Engine) -> Laptop:
    """Whose client really carries it, or will."""
    laptop = Laptop(database, user=OKAFOR, device="okafor-1")
    laptop.send()
    return laptop


@pytest.fixture
def lane(database: Engine) -> Laptop:
    """Who meets that client at the door."""
    return Laptop(database, user="lane", device="lane-1")


def claim(laptop: Laptop, value: str = IDENTIFIER) -> None:
    """The identifier is typed on the own client, as far as central can see."""
    before, after = {"doc": "1"}, {"doc": "1", "other": value}
    op = laptop.edit("person", "own", 1, fields={"agency_ids": (before, after)})
    laptop.send(op)
    assert laptop.verdicts[op.op_id].verdict is VerdictKind.ACCEPTED


def met(laptop: Laptop) -> Op:
    """Someone not listed, with a note that is nobody's business but their officer's."""
    body = {"family_name": "Doe", "officer_id": laptop.user, "agency_id": IDENTIFIER, "note": "Afraid of her brother."}
    return laptop.op("intake.create", body=body)


def everything(laptop: Laptop) -> str:
    """All that a laptop holds."""
    return str([change.body for copy in laptop.copy.values() for change in copy.values()])


def test_a_claim_gets_nothing_that_others_write(database: Engine, rivera: Laptop, lane: Laptop) -> None:
    """Nobody at central knows the identifier: what Lane writes waits for a person, also before a supervisor looks."""
    north = found(database, officers=(RIVERA, "lane"))
    boss = Laptop(database, user=BOSS, device="boss")
    claim(rivera)
    op = met(lane)
    lane.send(op)
    assert lane.verdicts[op.op_id].verdict is VerdictKind.ACCEPTED
    boss.send()
    assert [(item.body or {})["reason"] for item in live(boss, north, "held_item")] == ["intake-claimed"]
    rivera.send()
    assert "brother" not in everything(rivera)
    assert op.record_id in lane.copy[lane.caseload]
    with reading(database) as conn:
        (one,) = waiting(conn)
        assert (one.candidates, one.claimed) == ((), ("own",))
        with pytest.raises(BadInput, match="typed by an officer"):
            person_id(conn, IDENTIFIER)


def test_a_claim_takes_nothing_from_who_carries_the_identifier(
    database: Engine, rivera: Laptop, okafor: Laptop, lane: Laptop
) -> None:
    """What Lane writes goes to Okafor's client, as it did before; an administrator's word means them too."""
    put_person(database, OKAFOR, "theirs", agency_ids={"doc": IDENTIFIER}, notice="Dog in the yard")
    claim(rivera)
    op = met(lane)
    lane.send(op)
    okafor.send()
    rivera.send()
    assert okafor.copy[okafor.caseload][op.record_id].person_id == "theirs"
    assert "brother" not in everything(rivera)
    assert "Dog" not in everything(rivera)
    with reading(database) as conn:
        assert person_id(conn, IDENTIFIER) == "theirs"
        assert place_of(conn, "own") == rivera.caseload
        assert place_of(conn, "theirs") == okafor.caseload


def test_who_waits_is_matched_to_who_carries_it_not_to_who_claimed_it_first(
    database: Engine, rivera: Laptop, okafor: Laptop, lane: Laptop
) -> None:
    """The agency's file brings the person later."""
    claim(rivera)
    op = met(lane)
    lane.send(op)
    assert intake.match_known(database, NOW) == 0
    put_person(database, OKAFOR, "theirs", agency_ids={"doc": IDENTIFIER})
    assert intake.match_known(database, NOW) == 1
    okafor.send()
    assert okafor.copy[okafor.caseload][op.record_id].person_id == "theirs"


def test_a_claim_outlives_neither_edits_nor_the_agencys_word(database: Engine, rivera: Laptop) -> None:
    """Other edits leave it a claim, and what central brought stays; a file that says the same confirms it."""
    claim(rivera)
    rivera.send(rivera.edit("person", "own", 2, fields={"notice": ("", "Knock loudly")}))
    with reading(database) as conn:
        assert person_id(conn, "1") == "own"
        with pytest.raises(BadInput, match="typed by an officer"):
            person_id(conn, IDENTIFIER)
    with writing(database) as conn:
        confirm_identifiers(conn, {(IDENTIFIER, "own"), ("3", "nobody")})
        assert person_id(conn, IDENTIFIER) == "own"


def test_a_person_at_central_confirms_a_claim(
    database: Engine, database_url: str, rivera: Laptop, lane: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    """Listed with who else carries the identifier; where nobody does it may be confirmed, and who waited is matched."""
    claim(rivera)
    op = met(lane)
    lane.send(op)

    def run(*words: str) -> tuple[int, str]:
        code = main(["central", "intake", *words, "--db", database_url])
        told = capsys.readouterr()
        return code, told.out + told.err

    assert run("claims") == (0, f"{IDENTIFIER}  own  caseload:{RIVERA}\n")
    put_person(database, OKAFOR, "theirs", agency_ids={"doc": IDENTIFIER})
    assert "but theirs carries it" in run("claims")[1]
    assert run("confirm", IDENTIFIER, "own") == (
        2,
        "fieldpo: The person theirs carries that identifier. Nothing was changed.\n",
    )
    put_person(database, OKAFOR, "theirs", agency_ids={})
    assert run("confirm", IDENTIFIER, "theirs")[0] == 2
    assert run("confirm", IDENTIFIER, "own") == (0, "Confirmed; 1 who waited were matched by it.\n")
    assert run("claims") == (0, "None.\n")
    rivera.send()
    assert rivera.copy[rivera.caseload][op.record_id].person_id == "own"


def test_two_do_not_carry_what_an_administrator_made_of_a_wrong_number(
    database: Engine, okafor: Laptop, lane: Laptop
) -> None:
    """Lane typed the ID of Okafor's client for somebody else: the person made of it goes without."""
    op = met(lane)
    lane.send(op)
    put_person(database, OKAFOR, "theirs", agency_ids={"doc": IDENTIFIER})
    with writing(database) as conn:
        made = intake.create(conn, op.record_id, "lane", "probation", NOW)
        assert read_record(conn, made).body.get("agency_ids", {}) == {}
        assert person_id(conn, IDENTIFIER) == "theirs"


def test_a_file_brings_nobody_into_the_caseload_of_who_made_up_the_persons_id(
    database: Engine, rivera: Laptop, tmp_path: Path
) -> None:
    """Records of a file have ids that follow from the agency's keys; who makes one first gets none of the row."""
    mapping = load_mapping("nij")
    heading = (Path(__file__).parents[1] / "data" / "caseloads" / "nij_200.csv").read_text().splitlines()
    file = tmp_path / "some.csv"
    file.write_text("\n".join(heading[:4]) + "\n")
    key = heading[2].split(",")[0]
    person = mapping.record_id("person", key)
    rivera.send(rivera.op("person.create", person, {"family_name": "Decoy"}))
    report = import_file(database, mapping, file, now=NOW)
    assert (report.loaded, report.bad) == (2, 1)
    assert "no file brought" in report.complaints[0].reason
    rivera.send()
    assert rivera.copy[rivera.caseload].keys() == {"own", person}


def test_a_case_made_of_a_typed_number_gets_nothing_that_others_write(
    database: Engine, rivera: Laptop, lane: Laptop
) -> None:
    """Rivera typed it for a stranger, and got the case: the number is hers to claim until somebody confirms it."""
    first, second = met(rivera), met(lane)
    rivera.send(first)
    with writing(database) as conn:
        made = intake.create(conn, first.record_id, RIVERA, "probation", NOW)
    lane.send(second)
    rivera.send()
    assert lane.user not in {(each.body or {}).get("officer_id") for each in live(rivera, rivera.caseload, "intake")}
    with reading(database) as conn:
        assert read_record(conn, made).body["agency_ids"] == {"agency": IDENTIFIER}
        (one,) = waiting(conn)
        assert (one.id, one.candidates, one.claimed) == (second.record_id, (), (made,))
        with pytest.raises(BadInput, match="typed by an officer"):
            person_id(conn, IDENTIFIER)
    with writing(database) as conn:
        confirm_claim(conn, IDENTIFIER, made, NOW)
    assert intake.match_known(database, NOW) == 1
    rivera.send()
    assert rivera.copy[rivera.caseload][second.record_id].person_id == made
