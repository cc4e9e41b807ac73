"""An officer's title at central: given by the shell, kept by the files that come after."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from fieldpo.central.accounts import users
from fieldpo.central.books import audit
from fieldpo.central.books.database import reading, writing
from fieldpo.central.importing.mapping import parse_mapping
from fieldpo.cli import main
from tests.central_edge.conftest import PASSWORD, START
from tests.central_edge.county_files import HEADINGS, PEOPLE, imported, only

NEW = "Senior Probation Officer"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Two officers, each with a client."""
    path = tmp_path / "people.csv"
    path.write_text(HEADINGS + "C-1,Fahey,Robert,,,,O-1,Ann Lee\nC-2,Nguyen,Thi,,,,O-2,Jo Chen\n", "utf-8")
    return path


def titles(database: Engine) -> tuple[str, str]:
    """Lee's and Chen's."""
    lee, chen = (only(database, "officer", name=name).body["title"] for name in ("Ann Lee", "Jo Chen"))
    return str(lee), str(chen)


def test_the_shell_gives_a_user_another_title(
    database: Engine, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cleaned and logged without the words; name, role and what else stands stay; a title that is none is refused."""
    with writing(database) as conn:
        reyes = users.add_user(conn, "mreyes", PASSWORD, name="Maria Reyes", title="Officer", role="boss", now=START)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["central", "user", *words, "--db", database_url])
        told = capsys.readouterr()
        return code, told.out, told.err

    assert run("title", "MReyes", f" {NEW}\x1b[31m ")[:2] == (
        0,
        f"mreyes is {NEW}; laptops learn of it with their next sync.\n",
    )
    for words in (("mreyes", " "), ("mreyes", "x" * 101), ("nobody", NEW)):
        code, _, said = run("title", *words)
        assert (code, said.count("\n")) == (2, 1)
    (user,) = json.loads(run("list", "--json")[1])
    assert (user["title"], user["name"], user["role"]) == (NEW, "Maria Reyes", "boss")
    with reading(database) as conn:
        rows = [(row.who, row.what, row.subject) for row in audit.rows(conn)]
    assert rows[-1] == (audit.operator(), "user title", reyes.id)


def test_a_title_given_by_hand_outlives_the_next_file(database: Engine, people: Path) -> None:
    """The others get what the file's mapping says, also where it says something new."""
    mapping = parse_mapping(PEOPLE, "people")
    imported(database, mapping, people)
    lee = only(database, "officer", name="Ann Lee")
    with writing(database) as conn:
        users.add_user(conn, "alee", PASSWORD, officer_id=lee.id, now=START)
        users.set_title(conn, "alee", NEW, now=START)
    imported(database, mapping, people)
    assert titles(database) == (NEW, "Probation Officer")
    imported(database, parse_mapping(PEOPLE.replace("Probation Officer", "Agent"), "people"), people)
    assert titles(database) == (NEW, "Agent")
