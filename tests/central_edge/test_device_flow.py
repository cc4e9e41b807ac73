from __future__ import annotations

import datetime as dt

import httpx
import pytest
import sqlalchemy as sa

from fieldpo.central.accounts import device_flow
from fieldpo.central.accounts.enrolled import restore, revoke
from fieldpo.central.accounts.users import add_user, disable_user
from fieldpo.central.books.auth_tables import device_code
from fieldpo.central.books.database import reading, writing
from fieldpo.central.books.rows import insert_rows
from fieldpo.errors import Offline
from fieldpo.sync.enrol import ask
from fieldpo.sync.transport import Transport
from tests.central_edge.conftest import PASSWORD, Served


def _approve(served: Served, user_code: str, *, approve: bool = True) -> None:
    with writing(served.engine) as conn:
        found = device_flow.find(conn, user_code, served.clock())
        assert found is not None
        assert device_flow.answer(conn, found.sha, served.user, approve=approve, now=served.clock())


def test_an_approved_device_gets_its_tokens_and_all_that_its_vault_needs(served: Served) -> None:
    """The token answer names device, user, training, partitions and epoch."""
    asked = served.ask()
    assert asked["verification_uri"] == served.url + "/device"
    assert served.poll(asked["device_code"]).json() == {"error": "authorization_pending"}
    _approve(served, asked["user_code"].lower().replace("-", " "))
    answer = served.poll(asked["device_code"])
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told["user_id"] == served.user.id
    assert (told["user_name"], told["user_title"], told["training"]) == ("Maria Reyes", "Probation Officer", True)
    assert told["granted"] == ["agency", f"caseload:{served.user.id}"]
    assert told["token_type"] == "Bearer"
    me = served.me(told["access_token"]).json()
    assert me["device_id"] == told["device_id"]
    assert me["epoch"] == told["epoch"]
    assert "access_token" not in me


def test_a_hasty_device_is_told_to_slow_down_and_to_wait_longer(served: Served) -> None:
    """Each poll before the pause is over lengthens it by five seconds (RFC 8628)."""
    code = served.ask()["device_code"]
    assert served.poll(code).json() == {"error": "authorization_pending"}
    served.clock.pass_(seconds=4)
    assert served.poll(code).json() == {"error": "slow_down"}
    served.clock.pass_(seconds=6)
    assert served.poll(code).json() == {"error": "slow_down"}
    served.clock.pass_(seconds=15)
    assert served.poll(code).json() == {"error": "authorization_pending"}


def test_a_code_ends_after_fifteen_minutes(served: Served) -> None:
    """A late device is told expired_token, and its code can no longer be approved."""
    asked = served.ask()
    served.clock.pass_(minutes=15)
    assert served.poll(asked["device_code"]).json() == {"error": "expired_token"}
    with reading(served.engine) as conn:
        assert device_flow.find(conn, asked["user_code"], served.clock()) is None


def test_a_denied_device_gets_nothing(served: Served) -> None:
    """A denied code answers access_denied for good."""
    asked = served.ask()
    _approve(served, asked["user_code"], approve=False)
    assert served.poll(asked["device_code"]).json() == {"error": "access_denied"}
    with reading(served.engine) as conn:
        assert device_flow.find(conn, asked["user_code"], served.clock()) is None


def test_a_device_whose_user_was_disabled_meanwhile_is_denied(served: Served) -> None:
    """Approved, then disabled before the poll: no tokens."""
    asked = served.ask()
    _approve(served, asked["user_code"])
    with writing(served.engine) as conn:
        disable_user(conn, "mreyes", disabled=True, now=served.clock())
    assert served.poll(asked["device_code"]).json() == {"error": "access_denied"}


def test_a_lost_token_answer_can_be_asked_for_again_until_a_token_was_used(served: Served) -> None:
    """The same device gets other tokens, the lost ones end; after the first use the code is spent."""
    asked = served.ask()
    _approve(served, asked["user_code"])
    lost = served.poll(asked["device_code"]).json()
    again = served.poll(asked["device_code"]).json()
    assert again["device_id"] == lost["device_id"]
    assert served.me(lost["access_token"]).status_code == 401
    assert served.me(again["access_token"]).status_code == 200
    assert served.poll(asked["device_code"]).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "made up"}, "invalid_grant"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"}, "invalid_grant"),
        ({"client_id": "fieldpo"}, "unsupported_grant_type"),
    ],
)
def test_what_central_does_not_know_is_refused_by_name(served: Served, words: dict[str, str], error: str) -> None:
    """A wrong token request is a 400 with the error's name of RFC 6749."""
    answer = served.post("/oauth/token", **words)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_request_that_is_no_form_is_refused(served: Served) -> None:
    """JSON to the token endpoint is an invalid request, not a crash."""
    answer = httpx.post(served.url + "/oauth/token", json={"grant_type": "refresh_token"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_posture_that_nobody_knows_is_refused(served: Served) -> None:
    """The posture is keyring or passphrase."""
    answer = served.post("/oauth/device_authorization", client_id="fieldpo", label="x", posture="sticky note")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def _ask_from(served: Served, *addresses: str, **words: str) -> httpx.Response:
    """Codes asked for through a proxy on this machine, by whoever has those addresses; gives the last answer."""
    form = {"label": "x", "posture": "keyring", **words}
    with httpx.Client(base_url=served.url) as proxy:
        answers = [
            proxy.post("/oauth/device_authorization", data=form, headers={"X-Forwarded-For": address})
            for address in addresses
        ]
    assert {each.status_code for each in answers[:-1]} <= {200}
    return answers[-1]


def test_codes_of_one_address_run_out_and_no_other_address_notices(served: Served) -> None:
    """Fifty of them wait: it is told to slow down; when they have ended, or were answered, it gets codes again."""
    last = _ask_from(served, *["198.51.100.7"] * device_flow.MOST_OF_A_SOURCE).json()["user_code"]
    refused = _ask_from(served, "198.51.100.7")
    assert (refused.status_code, refused.json()["error"]) == (429, "slow_down")
    assert refused.headers["retry-after"] == "60"
    assert _ask_from(served, "198.51.100.8").status_code == 200
    _approve(served, last, approve=False)
    assert _ask_from(served, "198.51.100.7").status_code == 200
    served.clock.pass_(minutes=16)
    assert _ask_from(served, "198.51.100.7").status_code == 200


def test_the_laptop_says_that_central_is_busy(served: Served) -> None:
    """Its officer reads to try again, not that there is no central."""
    _ask_from(served, *["127.0.0.1"] * device_flow.MOST_OF_A_SOURCE)
    transport = Transport(served.url)
    with pytest.raises(Offline, match="Try again in a minute"):
        ask(transport, with_keyring=False)
    transport.close()


def test_a_network_of_many_addresses_is_one_source(served: Served) -> None:
    """Whoever has one IPv6 network has 2⁶⁴ addresses in it."""
    _ask_from(served, *(f"2001:db8:1:2::{number:x}" for number in range(device_flow.MOST_OF_A_SOURCE)))
    assert _ask_from(served, "2001:db8:1:2:ffff::1").status_code == 429
    assert _ask_from(served, "2001:db8:1:3::1").status_code == 200


def test_codes_asked_for_and_answered_run_out_too(served: Served) -> None:
    """After 200 in a quarter of an hour from one address, whatever became of them."""
    for _ in range(4):
        assert _ask_from(served, *["127.0.0.1"] * device_flow.MOST_OF_A_SOURCE).status_code == 200
        with writing(served.engine) as conn:
            conn.execute(device_code.update().values(state="denied"))
    assert _ask_from(served, "127.0.0.1").status_code == 429
    served.clock.pass_(minutes=16)
    served.ask()


def test_an_enrolled_laptop_gets_its_code_however_many_strangers_ask(served: Served) -> None:
    """All codes that may wait do: a new computer is told to come later, one that shows its last token is not."""
    laptop = _enrol(served)
    ends = (served.clock() + dt.timedelta(minutes=15)).isoformat(timespec="milliseconds")
    like = {"label": "x", "posture": "keyring", "state": "pending", "pause": 2, "generation": 0, "expires_at": ends}
    more = {"user_id": None, "device_id": None, "polled_at": None, "source": "elsewhere"}
    with writing(served.engine) as conn:
        rows = [{"sha": str(at), "user_code": str(at), **like, **more} for at in range(device_flow.MOST_WAITING)]
        insert_rows(conn, device_code, rows)
    refused = _ask_from(served, "198.51.100.7")
    assert (refused.status_code, refused.json()["error"]) == (503, "temporarily_unavailable")
    words = {"device_id": laptop["device_id"], "refresh_token": laptop["refresh_token"]}
    assert [_ask_from(served, "198.51.100.7", **words).status_code for _ in range(3)] == [200, 200, 200]
    with reading(served.engine) as conn:
        query = sa.select(device_code.c.sha).where(
            device_code.c.device_id == laptop["device_id"], device_code.c.state == "pending"
        )
        assert len(conn.execute(query).all()) == 1, "its last code stands, and those before are gone"
    served.clock.pass_(minutes=16)
    assert _ask_from(served, "198.51.100.7").status_code == 200, "codes that have ended count no more"
    served.clock.pass_(hours=2)
    served.ask()
    with reading(served.engine) as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(device_code)).scalar_one() == 1


def _enrol(served: Served) -> dict[str, str]:
    asked = served.ask()
    _approve(served, asked["user_code"])
    told: dict[str, str] = served.poll(asked["device_code"]).json()
    return told


def _ask_again(served: Served, device_id: str, refresh_token: str) -> httpx.Response:
    words = {"label": "x", "posture": "keyring", "device_id": device_id, "refresh_token": refresh_token}
    return served.post("/oauth/device_authorization", **words)


def test_an_enrolled_device_signs_in_again_as_itself(served: Served) -> None:
    """With a refresh token long past its end it gets new tokens of the same device; a lost answer comes again."""
    first = _enrol(served)
    served.clock.pass_(days=120)
    assert served.refresh(first["refresh_token"]).status_code == 400
    asked = _ask_again(served, first["device_id"], first["refresh_token"]).json()
    _approve(served, asked["user_code"])
    lost = served.poll(asked["device_code"]).json()
    again = served.poll(asked["device_code"]).json()
    assert lost["device_id"] == again["device_id"] == first["device_id"]
    assert served.me(lost["access_token"]).status_code == 401
    assert served.me(again["access_token"]).json()["device_id"] == first["device_id"]
    assert served.poll(asked["device_code"]).json() == {"error": "invalid_grant"}
    assert served.refresh(first["refresh_token"]).status_code == 400
    assert served.me(again["access_token"]).status_code == 200, "an old token is no sign of a copied one"


def test_only_the_devices_own_user_can_sign_in_on_it_again(served: Served) -> None:
    """Another user's approval changes nothing."""
    first = _enrol(served)
    with writing(served.engine) as conn:
        other = add_user(conn, "jchen", PASSWORD, name="J Chen", now=served.clock())
    asked = _ask_again(served, first["device_id"], first["refresh_token"]).json()
    with writing(served.engine) as conn:
        found = device_flow.find(conn, asked["user_code"], served.clock())
        assert found is not None
        assert found.user_id == served.user.id
        assert not device_flow.answer(conn, found.sha, other, approve=True, now=served.clock())
    assert served.poll(asked["device_code"]).json() == {"error": "authorization_pending"}


def test_a_device_must_prove_which_one_it_is(served: Served) -> None:
    """Another device's token, or none, is no proof."""
    first, second = _enrol(served), _enrol(served)
    for token in (second["refresh_token"], first["access_token"], ""):
        answer = _ask_again(served, first["device_id"], token)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_revoked_device_signs_in_again_only_after_an_administrator_restored_it(served: Served) -> None:
    """Revoked before it asks or before it is told: denied. Restored: it signs in again."""
    first = _enrol(served)
    asked = _ask_again(served, first["device_id"], first["refresh_token"]).json()
    _approve(served, asked["user_code"])
    with writing(served.engine) as conn:
        revoke(conn, first["device_id"], served.clock())
    assert served.poll(asked["device_code"]).json() == {"error": "access_denied"}
    answer = _ask_again(served, first["device_id"], first["refresh_token"])
    assert (answer.status_code, answer.json()["error"]) == (400, "access_denied")
    with writing(served.engine) as conn:
        restore(conn, first["device_id"])
    assert served.me(first["access_token"]).status_code == 401
    asked = _ask_again(served, first["device_id"], first["refresh_token"]).json()
    _approve(served, asked["user_code"])
    assert served.poll(asked["device_code"]).json()["device_id"] == first["device_id"]
