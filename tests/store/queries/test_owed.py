"""What the contact standards ask of a caseload, read from the vault: few contacts, the same answer, cleared at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection

from fieldpo.store.acting import undo
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.queries.agenda.pressing import owed_items
from fieldpo.store.queries.day.today import today
from fieldpo.store.queries.rules import counting_contacts as reading
from fieldpo.store.queries.rules.owed import Owed, owed
from fieldpo.store.vault import Vault
from fieldpo.supervision.agenda.items import Section
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.packs.reading import shipped
from fieldpo.supervision.standards.engine import Obligation
from fieldpo.sync.protocol.exchange import caseload_partition
from fieldpo.sync.protocol.kinds import Contact, Deferral, Stay
from tests.filled_vault import filled_vault

ON = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.timezone(dt.timedelta(hours=-6)))
PACK = shipped("demo")


def _all(vault: Vault, on: dt.date = ON) -> tuple[Owed, ...]:
    with vault.reading() as connection:
        return owed(connection, PACK, (caseload_partition(vault.identity.user_id),), on)


def _overdue_face_to_face(vault: Vault) -> Owed:
    return next(
        one
        for one in _all(vault)
        if any(each.obligation == "face_to_face" and each.overdue for each in one.obligations)
    )


def _said(one: Obligation) -> tuple[object, ...]:
    """Of what is not due only that it is not; which of a day's two contacts is named does not matter."""
    return (one.obligation, one.due) if one.due is None else tuple(one._replace(satisfied_by=()))


def _agrees(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> int:
    """Compare few contacts with the whole history on several days; how many cases were compared on each."""

    def whole(
        connection: Connection, pack: Pack, cases: Sequence[reading.Asked], on: dt.date, *, some: bool
    ) -> dict[str, tuple[object, ...]]:
        assert not some
        return {
            case.person_id: reading.whole_history(connection, pack, case.person_id, dt.date(2000, 1, 1), on)
            for case in cases
        }

    for days in (0, 40, 200):
        on = ON - dt.timedelta(days=days)
        few = _all(vault, on)
        with monkeypatch.context() as patch:
            patch.setattr("fieldpo.store.queries.rules.owed.counting_contacts", whole)
            every = _all(vault, on)
        assert len(few) == len(every)
        assert sum(len(one.contacts) for one in few) < sum(len(one.contacts) for one in every)
        for one, other in zip(few, every, strict=True):
            assert [_said(each) for each in one.obligations] == [_said(each) for each in other.obligations]
            assert [one.tries(each) for each in one.obligations if each.overdue] == [
                other.tries(each) for each in other.obligations if each.overdue
            ]
    return len(few)


def test_few_contacts_give_the_due_days_of_the_whole_history(
    full_vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For every case and several days the newest few of each sort decide as the whole history does."""
    assert _agrees(full_vault, monkeypatch) > 50


def test_few_contacts_suffice_for_a_dense_history_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With some hundred contacts a client a share of what was done asks for many, and may be long behind."""
    with filled_vault(tmp_path / "vault", clients=30, entries=9_000) as vault:
        assert _agrees(vault, monkeypatch) >= 30


def test_a_logged_contact_clears_at_once_and_its_undoing_brings_it_back(full_vault: Vault) -> None:
    """Offline, with nothing but the vault: the row goes with the contact that satisfies it and returns with undo."""
    late = _overdue_face_to_face(full_vault)
    key = f"owed:{late.person_id}"
    contact = Contact(
        person_id=late.person_id,
        case_id=late.case.case_id,
        occurred_at=NOW,
        contact="face_to_face",
        place="office",
        outcome="reported",
        officer_id=full_vault.identity.user_id,
    )

    def what() -> str:
        with full_vault.reading() as connection:
            rows = today(connection, PACK, full_vault.identity.user_id, NOW).of(Section.OVERDUE)
        return next((row.whole or row.why for row in rows if row.key == key), "")

    assert "Face-to-face" in what()
    rate = next(each for each in late.obligations if each.obligation == "face_to_face")
    saved = [perform(full_vault, Act("Contact", (Create(contact),), NOW), NOW) for _ in range(4)]
    assert "Face-to-face" not in what()
    for one in saved:
        undo.undo(full_vault, one.act_id, NOW)
    assert "Face-to-face" in what()
    assert rate.due == next(
        each.due
        for one in _all(full_vault)
        if one.case.case_id == late.case.case_id
        for each in one.obligations
        if each.obligation == "face_to_face"
    )


def test_a_stay_in_custody_stands_still_and_a_deferral_puts_off(full_vault: Vault) -> None:
    """Records of their own move a due day, and the day before them is answered as it was."""
    late = _overdue_face_to_face(full_vault)
    person, case = late.person_id, late.case.case_id
    deferred = Deferral(
        person_id=person,
        case_id=case,
        obligation="face_to_face",
        to=ON + dt.timedelta(days=10),
        granted_on=ON,
        reason="in hospital",
        approver="Sgt. Imani",
    )
    perform(full_vault, Act("Deferral", (Create(deferred),), NOW), NOW)

    def due(on: dt.date) -> dt.date | None:
        found = next(one for one in _all(full_vault, on) if one.case.case_id == case)
        return next(each.due for each in found.obligations if each.obligation == "face_to_face")

    before = due(ON - dt.timedelta(days=1))
    assert due(ON) == ON + dt.timedelta(days=10)
    assert before is not None
    assert before < ON
    perform(
        full_vault,
        Act("Custody", (Create(Stay(person_id=person, case_id=case, stay="jail_or_prison", start=ON)),), NOW),
        NOW,
    )
    assert due(ON) is None
    assert due(ON - dt.timedelta(days=1)) == before


def test_each_pressing_case_says_why_under_which_rule(full_vault: Vault) -> None:
    """No row without its arithmetic, pack and version."""
    items = [each for one in _all(full_vault) for each in owed_items([one])]
    assert items
    assert all("demo pack 2026.1" in one.why and one.label for one in items)
