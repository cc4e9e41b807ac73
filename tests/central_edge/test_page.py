from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.central_edge.conftest import PASSWORD, Served


class Visitor:
    """A browser without scripts: keeps cookies, follows redirects, posts the form that the page shows."""

    def __init__(self, served: Served) -> None:
        self.client = httpx.Client(base_url=served.url, follow_redirects=True)
        self.page = self.client.get("/device")

    def open(self, url: str) -> None:
        """Go to a page."""
        self.page = self.client.get(url)

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the form that the page shows."""
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.page.text))

    def submit(self, path: str, **words: str) -> httpx.Response:
        """Post the form with these words in it."""
        origin = str(self.client.base_url).rstrip("/")
        self.page = self.client.post(path, data={**self.hidden(), **words}, headers={"Origin": origin})
        return self.page

    def sign_in(self, password: str = PASSWORD) -> httpx.Response:
        """Fill in the sign-in form."""
        return self.submit("/device/sign-in", login="MReyes", password=password)


@pytest.fixture
def visitor(served: Served) -> Iterator[Visitor]:
    """Somebody at the page, not signed in."""
    made = Visitor(served)
    yield made
    made.client.close()


def test_an_officer_signs_in_types_the_code_and_approves(served: Served, visitor: Visitor) -> None:
    """The page says which computer it is and what approving gives, and the device then gets its tokens."""
    asked = served.ask(label="Field laptop 7", posture="passphrase")
    assert "Type the code" in visitor.sign_in().text
    page = visitor.submit("/device/code", user_code=asked["user_code"].lower())
    assert "Field laptop 7" in page.text
    assert "Maria Reyes, Probation Officer" in page.text
    assert "gives this computer your caseload" in page.text
    assert "passphrase only" in page.text
    assert "Connected" in visitor.submit("/device/answer", answer="approve").text
    assert served.poll(asked["device_code"]).status_code == 200
    visitor.open("/device")
    assert "Sign in" in visitor.page.text, "the session ended with the answer"


def test_an_officer_denies_a_computer(served: Served, visitor: Visitor) -> None:
    """Deny refuses the device for good."""
    asked = served.ask()
    visitor.sign_in()
    visitor.submit("/device/code", user_code=asked["user_code"])
    assert "was refused" in visitor.submit("/device/answer", answer="deny").text
    assert served.poll(asked["device_code"]).json() == {"error": "access_denied"}


def test_the_code_in_the_address_is_carried_through_the_sign_in(served: Served, visitor: Visitor) -> None:
    """verification_uri_complete fills the code in; it still has to be approved."""
    asked = served.ask()
    visitor.open(asked["verification_uri_complete"])
    page = visitor.sign_in()
    assert f'value="{asked["user_code"]}"' in page.text
    assert served.poll(asked["device_code"]).json() == {"error": "authorization_pending"}


def test_a_hostile_computer_name_stands_as_text(served: Served, visitor: Visitor) -> None:
    """Markup and controls in a device's label reach the page escaped and cleaned."""
    asked = served.ask(label='<script>alert(1)</script>"\x1b[31m\u202e laptop')
    visitor.sign_in()
    page = visitor.submit("/device/code", user_code=asked["user_code"])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot; laptop" in page.text
    assert "<script" not in page.text
    assert "\x1b" not in page.text
    assert "\u202e" not in page.text


def test_every_page_is_kept_by_nobody_and_runs_no_scripts(served: Served, visitor: Visitor) -> None:
    """The headers that keep the page out of caches, frames and other sites' hands."""
    for answer in (visitor.page, visitor.sign_in("wrong wrong wrong"), visitor.sign_in()):
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "<script" not in answer.text


def test_the_session_cookie_is_for_this_page_only(served: Served, visitor: Visitor) -> None:
    """HttpOnly, SameSite=Strict, and only under /device."""
    answer = visitor.client.post(
        "/device/sign-in",
        data={**visitor.hidden(), "login": "mreyes", "password": PASSWORD},
        follow_redirects=False,
    )
    cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith("fieldpo_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/device" in cookie


def test_five_wrong_passwords_give_the_user_name_a_rest(served: Served, visitor: Visitor) -> None:
    """After five failures even the right password is refused, in the same words, for fifteen minutes."""
    for _ in range(5):
        assert visitor.sign_in("wrong wrong wrong").status_code == 403
    refused = visitor.sign_in()
    assert (refused.status_code, "did not sign you in" in refused.text) == (403, True)
    served.clock.pass_(minutes=16)
    assert "Type the code" in visitor.sign_in().text


def test_an_unknown_user_reads_the_same_words_as_a_wrong_password(served: Served, visitor: Visitor) -> None:
    """The page does not tell who has a user name."""
    wrong = visitor.sign_in("wrong wrong wrong").text
    unknown = visitor.submit("/device/sign-in", login="nobody", password="wrong wrong wrong").text
    assert "did not sign you in" in wrong
    assert re.sub(r'value="[^"]*"', "", wrong) == re.sub(r'value="[^"]*"', "", unknown)


def test_ten_wrong_codes_are_enough(served: Served, visitor: Visitor) -> None:
    """Codes cannot be guessed: after ten wrong ones even the right one waits."""
    asked = served.ask()
    visitor.sign_in()
    for _ in range(10):
        assert "No computer waits" in visitor.submit("/device/code", user_code="BBBB-BBBB").text
    assert "Too many wrong codes" in visitor.submit("/device/code", user_code=asked["user_code"]).text


def test_a_form_without_its_token_does_nothing(served: Served, visitor: Visitor) -> None:
    """Another page cannot post in the officer's name, signed in or not."""
    asked = served.ask()
    data = {"login": "mreyes", "password": PASSWORD, "csrf": "guessed"}
    assert visitor.client.post("/device/sign-in", data=data).status_code == 403
    visitor.open("/device")
    visitor.sign_in()
    data = {"user_code": asked["user_code"], "answer": "approve", "csrf": "guessed"}
    assert visitor.client.post("/device/answer", data=data).status_code == 403
    assert served.poll(asked["device_code"]).json() == {"error": "authorization_pending"}


def test_a_form_from_another_site_does_nothing(served: Served, visitor: Visitor) -> None:
    """A foreign Origin is refused even with the right token."""
    data = {**visitor.hidden(), "login": "mreyes", "password": PASSWORD}
    answer = visitor.client.post("/device/sign-in", data=data, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, "another site" in answer.text) == (403, True)


def test_a_session_ends_after_ten_minutes(served: Served, visitor: Visitor) -> None:
    """A page left open asks for the password again before it approves."""
    asked = served.ask()
    visitor.sign_in()
    visitor.submit("/device/code", user_code=asked["user_code"])
    served.clock.pass_(minutes=11)
    answer = visitor.submit("/device/answer", answer="approve")
    assert (answer.status_code, "Sign in" in answer.text) == (403, True)
    assert served.poll(asked["device_code"]).json() == {"error": "authorization_pending"}


def test_a_code_is_answered_once(served: Served, visitor: Visitor) -> None:
    """Two officers cannot both take one computer."""
    asked = served.ask()
    other = Visitor(served)
    for each in (visitor, other):
        each.sign_in()
        each.submit("/device/code", user_code=asked["user_code"])
    visitor.submit("/device/answer", answer="approve")
    assert "No computer waits" in other.submit("/device/answer", answer="deny").text
    assert served.poll(asked["device_code"]).status_code == 200
    other.client.close()


def test_signing_out_ends_the_session(served: Served, visitor: Visitor) -> None:
    """After Sign out the page asks for the password."""
    visitor.sign_in()
    visitor.submit("/device/sign-out")
    assert "Sign in" in visitor.page.text
    visitor.open("/device")
    assert "Sign in" in visitor.page.text
