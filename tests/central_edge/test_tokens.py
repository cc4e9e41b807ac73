from __future__ import annotations

import httpx
import pytest
import sqlalchemy as sa

from fieldpo.central.accounts import device_flow
from fieldpo.central.accounts.enrolled import revoke
from fieldpo.central.accounts.users import disable_user
from fieldpo.central.books.auth_tables import bearer
from fieldpo.central.books.database import reading, writing
from tests.central_edge.conftest import Served


@pytest.fixture
def tokens(served: Served) -> dict[str, str]:
    """The token answer of a device just enrolled."""
    asked = served.ask()
    with writing(served.engine) as conn:
        found = device_flow.find(conn, asked["user_code"], served.clock())
        assert found is not None
        device_flow.answer(conn, found.sha, served.user, approve=True, now=served.clock())
    answer: dict[str, str] = served.poll(asked["device_code"]).json()
    return answer


def test_a_refresh_gives_other_tokens_for_the_same_device(served: Served, tokens: dict[str, str]) -> None:
    """Refreshing rotates the refresh token and keeps the device."""
    served.clock.pass_(minutes=61)
    assert served.me(tokens["access_token"]).status_code == 401
    fresh = served.refresh(tokens["refresh_token"]).json()
    assert fresh["device_id"] == tokens["device_id"]
    assert fresh["refresh_token"] != tokens["refresh_token"]
    assert served.me(fresh["access_token"]).status_code == 200


def test_a_lost_answer_to_a_refresh_costs_nothing(served: Served, tokens: dict[str, str]) -> None:
    """The previous refresh token stays good until what it gave is used."""
    lost = served.refresh(tokens["refresh_token"]).json()
    lost_too = served.refresh(tokens["refresh_token"]).json()
    arrived = served.refresh(tokens["refresh_token"]).json()
    assert served.me(lost["access_token"]).status_code == 401
    assert served.me(lost_too["access_token"]).status_code == 401
    assert served.me(arrived["access_token"]).status_code == 200
    assert served.refresh(arrived["refresh_token"]).status_code == 200


def test_a_spent_refresh_token_that_comes_back_ends_every_token_of_the_device(
    served: Served, tokens: dict[str, str]
) -> None:
    """Somebody has a copy: the device must sign in again."""
    first = served.refresh(tokens["refresh_token"]).json()
    second = served.refresh(first["refresh_token"]).json()
    assert served.me(second["access_token"]).status_code == 200
    assert served.refresh(tokens["refresh_token"]).json() == {"error": "invalid_grant"}
    assert served.me(second["access_token"]).status_code == 401
    assert served.refresh(second["refresh_token"]).json() == {"error": "invalid_grant"}


def test_using_the_new_access_token_spends_the_old_refresh_token(served: Served, tokens: dict[str, str]) -> None:
    """The answer arrived, so the previous refresh token has done its work."""
    fresh = served.refresh(tokens["refresh_token"]).json()
    assert served.me(fresh["access_token"]).status_code == 200
    assert served.refresh(tokens["refresh_token"]).json() == {"error": "invalid_grant"}


def test_the_token_of_an_answer_that_was_lost_is_a_copy_if_it_comes(served: Served, tokens: dict[str, str]) -> None:
    """Whoever shows the token of an answer that the device never got is not the device."""
    stolen = served.refresh(tokens["refresh_token"]).json()
    arrived = served.refresh(tokens["refresh_token"]).json()
    assert served.refresh(stolen["refresh_token"]).json() == {"error": "invalid_grant"}
    assert served.me(arrived["access_token"]).status_code == 401


def test_a_refresh_token_lasts_ninety_days(served: Served, tokens: dict[str, str]) -> None:
    """After ninety days the officer signs in again."""
    served.clock.pass_(days=90)
    assert served.refresh(tokens["refresh_token"]).json() == {"error": "invalid_grant"}


def test_a_revoked_device_is_refused_at_once(served: Served, tokens: dict[str, str]) -> None:
    """Revocation answers 401 to the bearer and refuses the refresh."""
    assert served.me(tokens["access_token"]).status_code == 200
    with writing(served.engine) as conn:
        revoke(conn, tokens["device_id"], served.clock())
    answer = served.me(tokens["access_token"])
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert served.refresh(tokens["refresh_token"]).json() == {"error": "invalid_grant"}


def test_a_disabled_user_is_refused_and_an_enabled_one_goes_on(served: Served, tokens: dict[str, str]) -> None:
    """Disabling holds for all of a user's devices, and can be taken back."""
    for disabled, status in ((True, 401), (False, 200)):
        with writing(served.engine) as conn:
            disable_user(conn, "mreyes", disabled=disabled, now=served.clock())
        assert served.me(tokens["access_token"]).status_code == status


@pytest.mark.parametrize("header", ["", "Basic bXJleWVzOng=", "Bearer", "Bearer made-up", "bearer\t"])
def test_nothing_under_v1_answers_without_a_good_token(served: Served, header: str) -> None:
    """Every other Authorization is a 401 that says how to sign in."""
    for path in ("/v1/me", "/v1/sync", "/v1/nothing"):
        answer = httpx.get(served.url + path, headers={"Authorization": header.strip()} if header else {})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_refresh_token_is_no_access_token(served: Served, tokens: dict[str, str]) -> None:
    """Each token is good for its own purpose only."""
    assert served.me(tokens["refresh_token"]).status_code == 401
    assert served.refresh(tokens["access_token"]).json() == {"error": "invalid_grant"}


def test_no_token_stands_in_the_database_in_the_clear(served: Served, tokens: dict[str, str]) -> None:
    """Only hashes of tokens are stored."""
    with reading(served.engine) as conn:
        rows = conn.execute(sa.select(bearer)).all()
    assert rows
    stored = repr(rows)
    assert tokens["access_token"] not in stored
    assert tokens["refresh_token"] not in stored


def test_a_device_exchanges_with_its_token(served: Served, tokens: dict[str, str]) -> None:
    """The token that the device flow gave opens POST /v1/sync for its own device."""
    answer = httpx.post(
        served.url + "/v1/sync",
        headers={"Authorization": f"Bearer {tokens['access_token']}", "Fieldpo-Protocol": "1"},
        json={"device": tokens["device_id"], "incarnation": "0197-first"},
    )
    assert answer.status_code == 200
    assert answer.json()["granted"] == ["agency", f"caseload:{served.user.id}"]
