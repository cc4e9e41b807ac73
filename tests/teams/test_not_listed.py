"""Two laptops and a running central: someone not listed goes to whoever has them, and is decided by a supervisor."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from fieldpo.central.books.database import writing
from fieldpo.central.office import intake as intakes
from fieldpo.central.office.intake_waiting import waiting
from fieldpo.central.teams import team
from fieldpo.errors import BadInput
from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.acting.outbox_view import Place, outbox_entries
from fieldpo.store.acting.undo import last_act, undo
from fieldpo.store.entries.held_decision import OnHeld, held_decision_act
from fieldpo.store.entries.report import IntakeForm, intake_act
from fieldpo.store.queries.supervisor.held import Held, held_for
from fieldpo.store.queries.supervisor.offers import offered, takers
from fieldpo.sync.protocol.kinds import Withdrawal
from tests.sync.conftest import Device, Field
from tests.teams.laptops import NOW, PACK, PERSON, stood_up


def test_someone_not_listed_goes_to_whoever_has_them(field: Field) -> None:
    """Two whom nobody knows: one is matched and leaves the laptop, with what hangs on them; both are told of."""
    officer, boss, _ = stood_up(field)
    okafor = field.enrol(field.central.user("okafor"))
    user = okafor.vault.identity.user_id
    ids = []
    for family in ("Doe", "Roe"):
        form = IntakeForm(
            family_name=family, officer_id=user, note=f"{family} came to the desk.", agency_id=f"X-{family}"
        )
        perform(okafor.vault, intake_act(PACK, form, NOW), NOW)
        ids.append(form.entry_id)
    okafor.sync()
    boss.sync()
    withdrawn = Withdrawal(entry_id=ids[0], reason="twice", officer_id=user, written_at=NOW)
    perform(okafor.vault, Act("In error", (Create(withdrawn),), NOW), NOW)
    with writing(field.central.engine) as conn:
        assert [one.intake.family_name for one in waiting(conn)] == ["Doe", "Roe"]
        assert intakes.match(conn, ids[0], PERSON, NOW) == 1
        made = intakes.create(conn, ids[1], officer.vault.identity.user_id, "parole", NOW)
    assert okafor.sync().returned == 0
    with okafor.vault.reading() as connection:
        assert [
            connection.scalar(text("SELECT count(*) FROM r_intake WHERE id = :id"), {"id": each}) for each in ids
        ] == [
            0,
            0,
        ]
        told = connection.execute(text("SELECT body FROM r_intake_outcome")).scalars()
        assert {(said["name"], said["became"]) for said in map(msgspec.json.decode, told)} == {
            ("Doe", "matched"),
            ("Roe", "created"),
        }
    officer.sync()
    with officer.vault.reading() as connection:
        rows = connection.execute(text("SELECT id, person_id FROM r_intake")).all()
        assert {(row.id, row.person_id) for row in rows} == {(ids[0], PERSON), (ids[1], made)}
        held = connection.scalar(text("SELECT person_id FROM r_withdrawal WHERE hidden = 0"))
        assert held == PERSON
    for device in (officer, okafor):
        with device.vault.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM op WHERE state <> 'done'")) == 0


def held_here(device: Device) -> list[Held]:
    """What the supervisor's laptop shows as held."""
    with device.vault.reading() as connection:
        return list(held_for(connection, PACK, device.vault.identity.user_id))


def on_held(device: Device, item: Held, decision: str, **more: Any) -> None:
    """What the supervisor decides on it."""
    decided = OnHeld(held_op_id=item.op_id, what=item.reason, decision=decision, **more)
    user = device.vault.identity.user_id
    perform(device.vault, held_decision_act(PACK, decided, officer_id=user, now=NOW), NOW)


def test_a_supervisor_decides_on_someone_not_listed(field: Field) -> None:
    """Matched to the client of that name, made a new case, refused: decided offline, done with one sync, told of."""
    officer, boss, _ = stood_up(field)
    user = officer.vault.identity.user_id
    for family in ("Fahy", "Roe", "Poe"):
        form = IntakeForm(family_name=family, given_name="Brendan", officer_id=user, note="At the desk.")
        perform(officer.vault, intake_act(PACK, form, NOW), NOW)
    officer.sync()
    boss.sync()
    by_name = {one.subject.split(",")[0]: one for one in held_here(boss)}
    fahy, roe, poe = (by_name[family] for family in ("Fahy", "Roe", "Poe"))
    with boss.vault.reading() as connection:
        (whom,) = offered(connection, fahy.key)
        assert (whom.id, whom.why) == (PERSON, "called alike, C-1")
        assert [one.id for one in takers(connection, boss.vault.identity.user_id, user)] == [user]
    with pytest.raises(BadInput):
        on_held(boss, poe, "refuse")
    on_held(boss, fahy, "match", whom=(whom.id, whom.name))
    on_held(boss, roe, "create", whom=(user, "Rivera"), supervision="parole")
    on_held(boss, poe, "refuse", reason="Another county's")
    assert sorted(one.unsent for one in held_here(boss)) == ["match", "new case", "refuse"]
    with boss.vault.reading() as connection:
        first = outbox_entries(connection)[0]
        assert (first.label, first.place) == (f"Matched: not listed to {whom.name}", Place.NOT_SENT)
        last = last_act(connection)
    assert last is not None
    with pytest.raises(BadInput, match="stands"):
        undo(boss.vault, last.act_id, NOW)
    assert boss.sync().returned == 0
    assert held_here(boss) == []
    officer.sync()
    with officer.vault.reading() as connection:
        told = connection.execute(text("SELECT body FROM r_intake_outcome")).scalars()
        assert {(said["name"], said["became"], said.get("reason", "")) for said in map(msgspec.json.decode, told)} == {
            ("Fahy, Brendan", "matched", ""),
            ("Roe, Brendan", "created", ""),
            ("Poe, Brendan", "refused", "Another county's"),
        }
        supervised = connection.execute(text("SELECT body FROM r_case")).scalars()
        assert "parole" in {msgspec.json.decode(body).get("supervision_type") for body in supervised}


def test_what_another_has_decided_comes_back(field: Field) -> None:
    """Two supervisors decide on one: the second reads that it is over, and nothing is held on their laptop."""
    officer, boss, north = stood_up(field)
    other = field.central.user("lane")
    with writing(field.central.engine) as conn:
        team.supervise(conn, north, other.id, now=NOW)
    lane = field.enrol(other)
    user = officer.vault.identity.user_id
    form = IntakeForm(family_name="Doe", officer_id=user, note="At the desk.")
    perform(officer.vault, intake_act(PACK, form, NOW), NOW)
    for device in (officer, boss, lane):
        device.sync()
    for device in (boss, lane):
        on_held(device, held_here(device)[0], "refuse", reason="Not ours")
    assert boss.sync().returned == 0
    assert lane.sync().returned == 1
    assert held_here(lane) == []
    with lane.vault.reading() as connection:
        (entry,) = outbox_entries(connection)
    assert (entry.place, entry.problem) == (Place.RETURNED, "already-decided")
