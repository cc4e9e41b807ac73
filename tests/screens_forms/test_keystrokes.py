"""Plays the flows of an officer's day on the real lists and counts keys; `docs/keystrokes.md` is what it counted.

`pytest tests/screens_forms/test_keystrokes.py --snapshot-update` writes the page anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from textual.pilot import Pilot

from fieldpo.app import FieldpoApp
from fieldpo.screens.form import FormScreen
from fieldpo.screens.row_screen import RowScreen
from fieldpo.store.acting.sheet_marks import marked
from fieldpo.store.vault import Vault
from tests.filled_vault import PASSPHRASE, Template, open_copy
from tests.screens_forms.caseload import ALVAREZ, FAHEY, LONG
from tests.screens_forms.playing import NOW, bodies, play, settle, type_in

PAGE: Final = Path(__file__).parents[2] / "docs" / "keystrokes.md"
PROSE: Final = "prose"
SIGN: Final = "passphrase"


@dataclass(frozen=True)
class Flow:
    """One flow: where it starts, whose row, the keys (prose and passphrase stand as words), how many are allowed."""

    name: str
    start: str
    person_id: str
    keys: str
    most: int
    saved: Callable[[Vault], bool]


def _marked(vault: Vault) -> tuple[str, ...]:
    with vault.reading() as connection:
        return marked(connection, NOW.date())


FLOWS: Final = (
    Flow("office check-in, booked, with next appointment", "today", FAHEY, "n r 1 2 ctrl+s", 5,
         lambda v: len(bodies(v, "appointment", FAHEY)) == 2 and len(bodies(v, "contact", FAHEY)) == 4),
    Flow("the same, walk-in, after the name", "caseload", LONG, "enter n f o r 1 2 ctrl+s", 8,
         lambda v: len(bodies(v, "appointment", LONG)) == 2 and len(bodies(v, "contact", LONG)) == 4),
    Flow("attempted, no contact", "today", ALVAREZ, "x 1 ctrl+s", 3,
         lambda v: bodies(v, "contact", ALVAREZ)[-1]["outcome"] == "no_answer"),
    Flow("the same, card left", "today", ALVAREZ, "x 1 d ctrl+s", 4,
         lambda v: bodies(v, "contact", ALVAREZ)[-1]["card_left"]),
    Flow("home visit, eight-item checklist", "today", ALVAREZ, "enter a l y y y y y y y y 1 2 ctrl+s", 14,
         lambda v: len(bodies(v, "contact", ALVAREZ)[-1]["checklist"]) == 8),
    Flow("next appointment", "today", FAHEY, "p 2 enter", 3,
         lambda v: len(bodies(v, "appointment", FAHEY)) == 2),
    Flow("a day's field sheet, for each visit `space`", "today", ALVAREZ, "space i", 2,
         lambda v: _marked(v) == (ALVAREZ,)),
    Flow("violation report from existing evidence", "caseload", FAHEY,
         f"v space enter space space space enter {PROSE} tab enter enter S {SIGN} enter", 12,
         lambda v: len(bodies(v, "violation_report", FAHEY)[0]["allegations"][0]["evidence"]) == 3),
    Flow("the same with another response of the range, 2 days", "caseload", FAHEY,
         f"v space enter space space space enter {PROSE} tab m s 2 enter S {SIGN} enter", 14,
         lambda v: bodies(v, "violation_report", FAHEY)[0]["response"]["amount"] == 2),
    Flow("DAST-10, ten answers", "caseload", FAHEY, "enter r 1 y n y n n n n n n n ctrl+s", 14,
         lambda v: len(bodies(v, "assessment", FAHEY)[0]["items"]) == 10),
    Flow("drug test, sample given", "caseload", FAHEY, "enter d s c u 9 ctrl+s", 7,
         lambda v: bodies(v, "drug_test", FAHEY)[0]["panel"] == "nine"),
    Flow("drug test, negative at once", "caseload", FAHEY, "enter d s c u 9 N ctrl+s", 8,
         lambda v: len(bodies(v, "drug_test", FAHEY)[0]["results"]) == 9),
    Flow("drug test, no-show", "caseload", FAHEY, "enter d s n ctrl+s", 5,
         lambda v: bodies(v, "drug_test", FAHEY)[0]["outcome"] == "no_show"),
)  # fmt: skip
"""The table of the design, for the flows of these forms."""


async def _to_row(pilot: Pilot[Any], flow: Flow) -> None:
    """On Today the row of the appointment, which stands below what is overdue."""
    await settle(pilot)
    if flow.start == "caseload":
        await play(pilot, "c")
    for _ in range(30):
        screen = pilot.app.screen
        if (
            isinstance(screen, RowScreen)
            and screen.person_here() == flow.person_id
            and (flow.start == "caseload" or screen.appointment_here())
        ):
            return
        await play(pilot, "down")
    raise AssertionError(f"{flow.person_id} has no row on {flow.start}")


async def _counted(pilot: Pilot[Any], flow: Flow) -> tuple[int, int, int]:
    """Screens seen beside the list, choices made, keys pressed."""
    start = pilot.app.screen
    seen: set[int] = set()
    keys = choices = 0
    for word in flow.keys.split():
        if word == PROSE:
            await type_in(pilot, "He did not report, and did not call.")
        elif word == SIGN:
            await type_in(pilot, PASSPHRASE)
        else:
            keys += 1
            choices += pilot.app.screen is not start and (len(word) == 1 or word == "space")
            await play(pilot, word)
        if pilot.app.screen is not start:
            seen.add(id(pilot.app.screen))
    return len(seen), choices, keys


async def test_flows_take_no_more_keys_and_the_page_says_so(
    template: Template, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """From the row under the cursor each flow saves what it should with no more keys than the design says."""
    counted: dict[str, tuple[int, int, int]] = {}
    for number, flow in enumerate(FLOWS):
        with open_copy(template, tmp_path / str(number)) as vault:
            app = FieldpoApp(vault=vault, clock=lambda: NOW, sync=False)
            async with app.run_test(size=(80, 24)) as pilot:
                await _to_row(pilot, flow)
                counted[flow.name] = await _counted(pilot, flow)
                assert not isinstance(app.screen, FormScreen), flow.name
            assert flow.saved(vault), flow.name
            assert counted[flow.name][2] <= flow.most, flow.name
    page = _page(counted)
    if request.config.getoption("update_snapshots", default=False):
        PAGE.write_text(page, "utf-8")
    assert PAGE.read_text("utf-8") == page


def _page(counted: dict[str, tuple[int, int, int]]) -> str:
    lines = [
        "# Keystrokes",
        "",
        "How many keys the flows of an officer's day take, from the row under the cursor on a list; prose and",
        "passphrases are not counted. A test plays them (`tests/screens_forms/test_keystrokes.py`), and this page is",
        "what it counted. *Screens* are those seen beside the list, a signature among them; *choices* are the keys",
        "that decide something.",
        "",
        "| flow | from | keys | screens | choices | keys in all |",
        "| --- | --- | --- | ---: | ---: | ---: |",
    ]
    for flow in FLOWS:
        screens, choices, keys = counted[flow.name]
        lines.append(f"| {flow.name} | {flow.start} | {_shown(flow.keys)} | {screens} | {choices} | {keys} |")
    return "\n".join(lines) + "\n"


def _shown(keys: str) -> str:
    return " ".join(f"*{word}*" if word in (PROSE, SIGN) else f"`{word}`" for word in keys.split())
