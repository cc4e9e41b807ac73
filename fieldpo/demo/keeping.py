"""How an invented officer keeps up with the demo pack's standards: which contact is made before one falls due."""

from __future__ import annotations

from datetime import date

from fieldpo.demo.scripts import KEPT, Script

_CLOSER = {"sex_offense", "em"}
_ASKING = {"sex_offense", "domestic_violence"}
_FACE = {"max": 13, "high": 13, "medium": 45, "low": 100}
_FACE_CLOSER = {"max": 6, "high": 13, "medium": 26, "low": 52}
_HOME = {"max": 50, "high": 78, "medium": 330}
_HOME_SEX = {"max": 26, "high": 50, "medium": 80, "low": 165}
_COLLATERAL = {"max": 50, "high": 78}
_COLLATERAL_ASKING = {"max": 26, "high": 26, "medium": 78, "low": 165}
_JOB = {"max": 165, "high": 345}
_FIRST, _FIRST_JOB, _NEVER = 22, 40, 100_000
"""Days that an officer lets pass, a little fewer than the standards do."""


def _of(contact: str, place: str, present: tuple[str, ...]) -> Script:
    return next(one for one in KEPT if (one.contact, one.place, one.present) == (contact, place, present))


OFFICE = _of("face_to_face", "office", ("client",))
HOME = _of("face_to_face", "home", ("client",))
WORK = _of("face_to_face", "work", ("client",))
COLLATERAL = _of("phone", "", ("collateral",))


class Keeping:
    """What one client's officer did last of each sort. For one client in fifteen a sort is forgotten in the end."""

    def __init__(self, level: str, case_type: str, place: int, start: date, forgets_from: date) -> None:
        face = (_FACE_CLOSER if case_type in _CLOSER else _FACE).get(level, _NEVER)
        home = (_HOME_SEX if case_type == "sex_offense" else _HOME).get(level, _NEVER)
        asked = (_COLLATERAL_ASKING if case_type in _ASKING else _COLLATERAL).get(level, _NEVER)
        self._within = {OFFICE: face, HOME: home, COLLATERAL: asked, WORK: _FIRST_JOB}
        if level == "max":
            self._within[HOME] = 13  # half of the contacts lie outside the office
        self._forgotten = {4: COLLATERAL, 13: HOME, 22: COLLATERAL}.get(place % 30)
        self._forgets_from = forgets_from
        self._again = {**self._within, WORK: _JOB.get(level, _NEVER)}
        for script in (HOME, COLLATERAL):
            if self._within[script] < _NEVER:
                self._within[script] = min(self._within[script], _FIRST)
        self._last = {OFFICE: start, HOME: start, COLLATERAL: start, WORK: start}

    def due(self, day: date, following: date) -> Script | None:
        """The contact to make on a day, where the next one would come too late for it; the longest over first."""
        late = [
            (spare, at)
            for at, (script, days) in enumerate(self._within.items())
            if not (script is self._forgotten and day > self._forgets_from)
            and (spare := days - (following - self._last[script]).days) < 0
            and self._last[script] < day
        ]
        return list(self._within)[min(late)[1]] if late else None

    def made(self, script: Script, day: date) -> None:
        """A contact was made."""
        if script.contact == "face_to_face" and not script.attempt and script.present == ("client",):
            self._last[OFFICE] = day
            if script.place == "home":
                self._done(HOME, day)
        if script.present == ("collateral",):
            self._done(COLLATERAL, day)
        if script is WORK:
            self._done(WORK, day)

    def _done(self, script: Script, day: date) -> None:
        self._last[script], self._within[script] = day, self._again[script]
