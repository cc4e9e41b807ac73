from __future__ import annotations

from pathlib import Path

import pytest

from tests.central_edge.browser import Browser, chromium
from tests.central_edge.conftest import PASSWORD, Served


@pytest.mark.skipif(chromium() is None, reason="no Chromium is installed")
def test_a_real_browser_without_scripts_approves_a_computer(served: Served, tmp_path: Path) -> None:
    """Sign in, look at the computer, approve: with the keyboard and the mouse, scripts switched off."""
    asked = served.ask(label="Field laptop <b>7</b>")
    browser = Browser(chromium() or "", tmp_path / "profile")
    try:
        browser.open(asked["verification_uri_complete"])
        browser.type("#login", "mreyes")
        browser.type("#password", "wrong wrong wrong")
        browser.click("button")
        assert "did not sign you in" in browser.html()
        browser.type("#login", "mreyes")
        browser.type("#password", PASSWORD)
        browser.click("button")
        assert "Type the code" in browser.html()
        browser.click("button")
        assert "Field laptop &lt;b&gt;7&lt;/b&gt;" in browser.html()
        assert "gives this computer your caseload" in browser.html()
        browser.click("button[value=approve]")
        assert "Connected" in browser.html()
    finally:
        browser.close()
    assert served.poll(asked["device_code"]).status_code == 200
