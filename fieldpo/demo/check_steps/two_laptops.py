"""A second laptop of the same officer: it sees the day's work, and an edit on both is asked about, not lost."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import text

from fieldpo.demo import laptop
from fieldpo.demo.check_steps.coming_down import same_on_both_sides
from fieldpo.demo.check_steps.trial import Trial, Typed, require
from fieldpo.store.acting.acts import Act, Change, perform
from fieldpo.store.acting.outbox import counts
from fieldpo.store.records import find_record
from fieldpo.store.vault import Vault

HERE, THERE = "555-0142 since Tuesday", "555-0177, her sister's"


def second_laptop(trial: Trial) -> str:
    """Another laptop of the officer is enrolled and has what was typed on the first."""
    trial.second = laptop.enrol_laptop(trial.ground, trial.ground.folder / "second" / "data")
    laptop.load_laptop(trial.second, trial.ground)
    with trial.second.reading() as connection:
        for typed in trial.saved:
            record = find_record(connection, typed.record_id)
            require(record and typed.text in record.body.values(), f"the second laptop lacks a {typed.what}")
    return f"has all {len(trial.saved)} entries; {same_on_both_sides(trial, trial.second)}"


def conflict(trial: Trial) -> str:
    """Both laptops change one telephone number; the later one to sync is asked, and both numbers are kept."""
    second = trial.second
    require(second is not None, "there is no second laptop")
    if second is None:
        return ""
    phone = _phone(trial.laptop)
    _set_number(trial.laptop, phone, HERE)
    _set_number(second, phone, THERE)
    laptop.sync_laptop(second, trial.ground.url)
    receipt = laptop.sync_laptop(trial.laptop, trial.ground.url)
    require(receipt.conflicts == 1, f"the sync told of {receipt.conflicts} conflicts, not of one")
    with trial.laptop.reading() as connection:
        asked = counts(connection).need_answer
        kept = connection.scalar(text("SELECT count(*) FROM op_text WHERE instr(text, :words)"), {"words": HERE})
    require(asked == 1 and kept, "the laptop does not ask the officer")
    lines = trial.export(trial.ground)
    record = next(line for line in lines if line["id"] == phone)
    require(record["body"]["number"] == THERE, "central's value did not stay")
    losing = [line for line in lines if line["kind"] == "conflict" and line["body"]["record_id"] == phone]
    require([line["body"].get("yours") for line in losing] == [HERE], "the losing value cannot be fetched")
    return "one question; the number in place and the losing one both stand at central"


def at_rest(trial: Trial) -> str:
    """With nothing under way both laptops and central have the same."""
    vaults = [vault for vault in (trial.laptop, trial.second) if vault is not None]
    for vault in vaults:
        laptop.sync_laptop(vault, trial.ground.url)
    return [same_on_both_sides(trial, vault) for vault in vaults][-1] + f", on {len(vaults)} laptops"


def _phone(vault: Vault) -> str:
    with vault.reading() as connection:
        return str(connection.scalar(text("SELECT id FROM r_phone WHERE hidden = 0 ORDER BY id LIMIT 1")))


def _set_number(vault: Vault, phone: str, number: str) -> Typed:
    now = dt.datetime.now().astimezone()
    perform(vault, Act("Telephone number", (Change("phone", phone, {"number": number}),), now))
    return Typed("edit", number, "phone", phone, (phone,))
