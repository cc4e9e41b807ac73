"""An officer's new title on the laptop."""

from __future__ import annotations

import datetime as dt

from fieldpo.central.accounts.users import set_title
from fieldpo.central.books.database import writing
from fieldpo.demo.check_steps.day import a_day
from fieldpo.store.acting.acts import Create
from fieldpo.store.vault import Vault
from fieldpo.sync.protocol.kinds import ViolationReport
from tests.sync.conftest import Device, Field
from tests.sync.test_corrected_reports import laptop

__all__ = ["laptop"]


def signed_with(vault: Vault) -> str:
    """The title under the first report of a day as the demo's check writes it."""
    act = next(act for typed, act in a_day(vault, 0) if typed.what == "violation report")
    [report] = [step.body for step in act.steps if isinstance(step, Create) and isinstance(step.body, ViolationReport)]
    return report.signed_title


def test_a_laptop_signs_with_the_title_that_central_has_now(field: Field, laptop: Device) -> None:
    """After the next sync; until then with the one of before."""
    assert signed_with(laptop.vault) == ""
    with writing(field.central.engine) as conn:
        set_title(conn, "mreyes", "Senior Probation Officer", now=dt.datetime.now(dt.UTC))
    assert signed_with(laptop.vault) == ""
    laptop.sync()
    assert signed_with(laptop.vault) == "Senior Probation Officer"
