"""The pack that docs/policy-packs.md builds from nothing, built and run."""

from __future__ import annotations

from pathlib import Path

import pytest

from fieldpo.cli import main
from tests.docs.pages import ROOT, fences


def test_the_pack_from_nothing_passes_its_own_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Typed as the page says, the pack is sound and its four cases pass."""
    page = (ROOT / "docs" / "policy-packs.md").read_text("utf-8").partition("## A pack from nothing")[2]
    blocks = dict(reversed(list(fences(page))))
    pack = tmp_path / "river-county.toml"
    pack.write_text(blocks["toml"], encoding="utf-8")
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "river-county.json").write_text(blocks["json"], encoding="utf-8")
    assert main(["policy", "check", str(pack)]) == 0
    assert main(["policy", "test", str(pack)]) == 0
    assert capsys.readouterr().out.endswith("4 passed, 0 failed\n")
