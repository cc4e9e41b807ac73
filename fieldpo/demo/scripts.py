"""The kinds of contact that a synthetic history is made of, with their shares, places, outcomes and what is
written."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

_OFFICE, _EVENING = (8 * 60, 16 * 60 + 45), (7 * 60 + 30, 19 * 60 + 30)


class Script(NamedTuple):
    """One way that a contact goes. ``opens``, ``may`` and ``closes`` are topics of the phrases, drawn in
    that order."""

    share: float
    contact: str
    place: str
    outcome: str
    opens: tuple[str, ...]
    may: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    minutes: tuple[int, int] = (5, 15)
    hours: tuple[int, int] = _OFFICE
    template: str = ""
    appointment: str = ""
    present: tuple[str, ...] = ()
    attempt: bool = False
    violation: bool = False
    visit: bool = False
    confidentiality: str = ""


_TALK = ("work", "talk", "treatment", "use", "proof", "talk")
_CLIENT = ("client",)

KEPT = (
    Script(
        34,
        "face_to_face",
        "office",
        "reported",
        ("open_office", "told"),
        _TALK,
        ("close",),
        (10, 35),
        template="office_no_change",
        appointment="office",
        present=_CLIENT,
    ),
    Script(
        6,
        "face_to_face",
        "office",
        "reported",
        ("open_office", "use"),
        _TALK,
        ("close",),
        (15, 40),
        template="after_ua",
        appointment="office_ua",
        present=_CLIENT,
    ),
    Script(
        4,
        "face_to_face",
        "office",
        "late",
        ("open_office",),
        _TALK,
        ("close",),
        (10, 25),
        appointment="office",
        present=_CLIENT,
    ),
    Script(
        14,
        "face_to_face",
        "home",
        "seen",
        ("open_home", "home"),
        ("home", "told", *_TALK),
        ("close",),
        (10, 45),
        _EVENING,
        "home_as_expected",
        "home",
        _CLIENT,
        visit=True,
    ),
    Script(2, "face_to_face", "work", "seen", ("work",), ("talk", "proof"), ("close",), (5, 20), present=_CLIENT),
    Script(2, "face_to_face", "court", "seen", ("talk",), ("proof",), ("close",), (10, 60), present=_CLIENT),
    Script(2, "face_to_face", "treatment", "seen", ("treatment",), ("talk",), ("close",), (15, 40), present=_CLIENT),
    Script(
        12,
        "phone",
        "",
        "reported",
        ("open_phone", "told"),
        ("work", "talk"),
        ("close",),
        (4, 18),
        _EVENING,
        "phone_no_change",
        "phone",
        _CLIENT,
    ),
    Script(3, "video", "", "reported", ("open_phone",), ("talk", "treatment"), ("close",), (8, 25), present=_CLIENT),
    Script(5, "text", "", "reported", ("told",), (), (), (1, 4), _EVENING, present=_CLIENT),
    Script(6, "phone", "", "reported", ("collateral",), ("collateral",), (), (3, 15), present=("collateral",)),
    Script(
        0.8,
        "phone",
        "",
        "reported",
        ("private",),
        ("collateral",),
        (),
        (5, 20),
        present=("collateral",),
        confidentiality="third_party",
    ),
    Script(
        1.6,
        "face_to_face",
        "office",
        "reported",
        ("open_office", "private"),
        ("talk",),
        ("close",),
        (20, 45),
        present=_CLIENT,
        confidentiality="sensitive",
    ),
    Script(6, "records", "", "record_clear", ("records",), (), (), (3, 8)),
    Script(1, "records", "", "record_found", ("records",), ("records",), (), (4, 12), violation=True),
    Script(2, "mail", "", "sent", ("mail",), (), (), (2, 5)),
)
FAILED = (
    Script(
        26,
        "face_to_face",
        "office",
        "did_not_report",
        ("missed",),
        ("message",),
        (),
        (2, 5),
        appointment="office",
        violation=True,
    ),
    Script(12, "face_to_face", "office", "excused", ("excused",), (), (), (1, 4), appointment="office"),
    Script(4, "face_to_face", "office", "we_cancelled", ("cancelled",), (), (), (1, 3), appointment="office"),
    Script(24, "face_to_face", "home", "no_answer", ("attempt",), (), (), (3, 9), _EVENING, attempt=True),
    Script(
        9, "face_to_face", "home", "someone_else", ("attempt",), ("collateral",), (), (4, 12), _EVENING, attempt=True
    ),
    Script(1, "face_to_face", "home", "refused", ("attempt",), (), (), (3, 9), _EVENING, attempt=True, violation=True),
    Script(1, "face_to_face", "home", "moved", ("attempt",), (), (), (3, 9), _EVENING, attempt=True, violation=True),
    Script(1, "face_to_face", "home", "unsafe", ("attempt",), (), (), (2, 5), _EVENING, attempt=True),
    Script(22, "phone", "", "left_message", ("message",), (), (), (1, 4), _EVENING, attempt=True),
)
GONE = tuple(one for one in FAILED if one.outcome not in {"excused", "we_cancelled", "unsafe"})
"""What is left of the contacts with somebody who has slipped away."""
CUSTODY = (
    Script(3, "face_to_face", "jail", "seen", ("talk",), ("treatment", "told"), ("close",), (15, 40), present=_CLIENT),
    Script(3, "records", "", "record_clear", ("records",), (), (), (3, 8)),
    Script(2, "phone", "", "reported", ("collateral",), (), (), (3, 15), present=("collateral",)),
)


class Deck:
    """Scripts to draw from by their shares, each with its notes' topics laid out beforehand."""

    def __init__(self, scripts: Sequence[Script]) -> None:
        self._scripts = scripts
        self._bounds = list(accumulate(one.share for one in scripts))

    def draw(self, number: float) -> Script:
        """Return the script that a number from 0 up to 1 falls on."""
        return self._scripts[bisect(self._bounds, number * self._bounds[-1])]


def topics(script: Script, number: float) -> tuple[str, ...]:
    """Lay out a note's topics; a number from 0 up to 1 picks how many of the script's optional ones and
    which first."""
    may = script.may
    if not may:
        return script.opens + script.closes
    # The power makes short notes usual and long ones rare, as in real case notes.
    count = int(number**1.4 * (len(may) + 1))
    first = int(number * 7919) % len(may)
    turned = may[first:] + may[:first]
    return script.opens + turned[:count] + script.closes
