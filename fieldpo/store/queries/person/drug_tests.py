"""A person's drug and alcohol tests, as the tab and the shell show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection

from fieldpo.plain import day, moment
from fieldpo.store.database.at_once import AtOnce
from fieldpo.store.queries.clients.names import officers_named
from fieldpo.supervision.calendar import local
from fieldpo.supervision.drug_tests.reading import Reading, reading_words, test_words
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs.uses import test_rules_of
from fieldpo.supervision.written.codes import label_of
from fieldpo.supervision.written.drug_tests import Substance, TestRules

_TESTS = AtOnce(
    "SELECT t.id, t.id IN (SELECT id FROM base) AS not_sent, t.body, w.body AS withdrawal FROM r_drug_test t "
    "LEFT JOIN r_withdrawal w ON w.entry_id = t.id AND w.hidden = 0 "
    "WHERE t.person_id = :person AND t.hidden = 0 ORDER BY t.at_utc DESC, t.id DESC"
)


@dataclass(frozen=True)
class TestTaken:
    """One test. `lines` say it in full, label and words."""

    record_id: str
    at: dt.datetime
    reason: str
    sample: str
    result: str
    lines: tuple[tuple[str, str], ...]
    withdrawn: bool
    not_sent: bool


TestTaken.__test__ = False  # type: ignore[attr-defined]  # no test class, for all its name


def drug_tests(connection: Connection, pack: Pack, person_id: str) -> tuple[TestTaken, ...]:
    """Tests, the newest first, read by the cut-offs that each record keeps."""
    rows = _TESTS.rows(connection, {"person": person_id})
    bodies = [msgspec.json.decode(row.body) for row in rows]
    officers = officers_named(connection, [one["officer_id"] for one in bodies])
    rules = test_rules_of(pack) if rows else None
    if rules is None:
        return ()
    return tuple(_taken(row, body, pack, rules, officers) for row, body in zip(rows, bodies, strict=True))


def _taken(row: Any, body: dict[str, Any], pack: Pack, rules: TestRules, officers: dict[str, str]) -> TestTaken:
    at = local(dt.datetime.fromisoformat(body["at"]), pack)
    readings = [_reading(one) for one in body.get("results", ())]
    then = _rules_then(rules, body)
    reason = label_of(rules.reasons, body["reason"])
    panel = rules.panel(body.get("panel", ""))
    missing = [Reading(substance=one) for one in panel.substances] if panel and readings else []
    missing = [one for one in missing if one.substance not in {read.substance for read in readings}]
    result = test_words(then, body["outcome"], body.get("validity", ""), [*readings, *missing])
    lines = [
        ("TEST", f"{moment(at)}, {reason}{_drawn(body)}. {officers.get(body['officer_id'], 'another officer')}"),
        ("RESULT", f"{result}{_reported(body)}"),
        *(("", f"{label_of(rules.substances, one.substance)}: {reading_words(then, one)}") for one in readings),
        ("SAMPLE", _sample(rules, body)),
        ("SAYS", body.get("admitted", "")),
        ("SCRIPT", body.get("prescription", "")),
        ("NOTE", body.get("note", "")),
        ("RULES", _rules_words(rules, body.get("rules", ""))),
    ]
    return TestTaken(
        row.id,
        at,
        reason,
        label_of(rules.outcomes, body["outcome"]),
        result,
        tuple((label, words) for label, words in lines if words),
        row.withdrawal is not None,
        bool(row.not_sent),
    )


def _rules_words(rules: TestRules, kept: str) -> str:
    """Whose cut-offs it was read by, in words where those are still the agency's."""
    return f"cut-offs: {rules.called if kept == rules.name else kept}" if kept else ""


def _rules_then(rules: TestRules, body: dict[str, Any]) -> TestRules:
    """The rules with the cut-offs that the record itself was read by."""
    kept = {one["substance"]: one for one in body.get("results", ())}
    substances = tuple(_then(one, kept.get(one.code)) for one in rules.substances)
    return msgspec.structs.replace(rules, substances=substances, unit=body.get("unit") or rules.unit)


def _then(one: Substance, kept: dict[str, Any] | None) -> Substance:
    if kept is None:
        return one
    return msgspec.structs.replace(one, initial=kept.get("initial_cutoff"), confirm=kept.get("confirm_cutoff"))


def _reading(one: dict[str, Any]) -> Reading:
    return Reading(**{name: value for name, value in one.items() if not name.endswith("_cutoff")})


def _drawn(body: dict[str, Any]) -> str:
    return f", drawn for {day(body['drawn_on'])}" if body.get("drawn_on") else ""


def _reported(body: dict[str, Any]) -> str:
    return f", reported {day(body['reported_on'])}" if body.get("reported_on") else ""


def _sample(rules: TestRules, body: dict[str, Any]) -> str:
    span, warm = rules.temperature, body.get("temperature")
    parts = [
        label_of(rules.specimens, body["specimen"]) if body.get("specimen") else "",
        label_of(rules.panels, body["panel"]) if body.get("panel") else "",
        label_of(rules.validities, body["validity"]) if body.get("validity") else "",
        "" if warm is None else f"{warm:g} °F" + ("" if not span or span[0] <= warm <= span[1] else ", OUT OF RANGE"),
        "observed" if body.get("observed") else "",
        f"custody {body['custody_number']}" if body.get("custody_number") else "",
        body.get("laboratory", ""),
    ]
    return ", ".join(part for part in parts if part)
