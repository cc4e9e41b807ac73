from __future__ import annotations

import datetime as dt

from fieldpo.central.accounts.users import set_title
from fieldpo.central.books.database import writing
from fieldpo.demo.check_steps.day import a_day
from fieldpo.store.acting.acts import Create
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import Case, Condition, Person, ViolationReport
from tests.sync.conftest import Field


def signed_with(vault: Vault) -> str:
    """The title under the first report of a day as the demo's check writes it."""
    act = next(act for typed, act in a_day(vault, 0) if typed.what == "violation report")
    [report] = [step.body for step in act.steps if isinstance(step, Create) and isinstance(step.body, ViolationReport)]
    return report.signed_title


def test_a_laptop_signs_with_the_title_that_central_has_now(field: Field) -> None:
    """After the next sync; until then with the one of before."""
    reyes = field.central.user("mreyes")
    field.central.put(
        reyes.id,
        [
            ("p1", Person(family_name="Fahey")),
            ("c1", Case(person_id="p1", supervision_type="probation")),
            ("k1", Condition(person_id="p1", case_id="c1", category="curfew", text="In by nine")),
        ],
    )
    laptop = field.enrol(reyes)
    laptop.sync()
    assert signed_with(laptop.vault) == ""
    with writing(field.central.engine) as conn:
        set_title(conn, "mreyes", "Senior Probation Officer", now=dt.datetime.now(dt.UTC))
    assert signed_with(laptop.vault) == ""
    laptop.sync()
    assert signed_with(laptop.vault) == "Senior Probation Officer"
