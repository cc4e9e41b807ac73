"""Links between the pages, and what no page may name."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import DOCS, NAMES, ROOT, without_fences

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HOST = re.compile(r"\b(?:https?|wss?|ftp)://([^\s/\"'<>()`:\]]+)")
_LOCAL = {"127.0.0.1", "localhost", "[::1]", "…", "host"}
_SVG_NAMESPACE = "www.w3.org"


def _anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", without_fences(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    """Each relative link of a page names a file that is there, and a heading of it."""
    page = ROOT / name
    for link in _LINK.findall(without_fences(page.read_text("utf-8"))):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in _anchors(target.read_text("utf-8")), link


def test_every_page_is_reached_from_the_readme() -> None:
    """Following links from the README, one comes to each page of docs/."""
    reached, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        for link in _LINK.findall(without_fences(page.read_text("utf-8"))):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.is_file():
                todo.append(target)
            elif target.is_dir():
                todo += sorted(target.glob("*.md"))
    assert {str(page.relative_to(ROOT)) for page in DOCS.rglob("*.md") if page.resolve() not in reached} == set()


@pytest.mark.parametrize("name", [*NAMES, *(str(one.relative_to(ROOT)) for one in sorted(DOCS.rglob("*.svg")))])
def test_no_page_names_a_host(name: str) -> None:
    """No page or picture names a host but loopback and made-up ones."""
    hosts = {host.rstrip(".,") for host in _HOST.findall((ROOT / name).read_text("utf-8"))}
    made_up = {host for host in hosts if host in _LOCAL or host.split(".")[-1] == "example"}
    if name.endswith(".svg"):
        made_up.add(_SVG_NAMESPACE)
    assert not hosts - made_up
