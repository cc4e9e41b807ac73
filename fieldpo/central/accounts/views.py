"""The sign-in and code page as HTML: plain forms, no scripts, everything that a person wrote escaped."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib import resources
from string import Template

from starlette.responses import HTMLResponse, Response

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with that, browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

POSTURE_WORDS = {
    "keyring": "needs its passphrase and this computer's own keyring",
    "passphrase": "needs its passphrase only; this computer offers no keyring",
}


@cache
def _file(name: str) -> str:
    return (resources.files("fieldpo.central.accounts") / "html" / name).read_text("utf-8")


def page(
    name: str, title: str, *, status: int = 200, notice: str = "", training: bool = False, **words: str
) -> HTMLResponse:
    """One page inside the frame; every word is escaped."""
    content = Template(_file(name)).substitute({key: escape(word) for key, word in words.items()})
    frame = Template(_file("frame.html")).substitute(
        title=escape(title),
        training=" – training" if training else "",
        notice=f'<p class="notice" role="alert">{escape(notice)}</p>' if notice else "",
        content=content,
    )
    return HTMLResponse(frame, status, dict(HEADERS))


def style() -> Response:
    """The page's style sheet."""
    return Response(_file("style.css"), media_type="text/css", headers={"Cache-Control": "max-age=3600"})
