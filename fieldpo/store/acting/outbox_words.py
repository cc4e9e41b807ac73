"""An entry's story in the officer's words: where it is, what happened to it, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fieldpo.plain import clean, count
from fieldpo.store.acting.stuck import PARENT_SET_ASIDE
from fieldpo.store.database.ledger_tables import OpState
from fieldpo.sync.protocol.exchange import Verdict

OVER: Final = frozenset({"own-report", "not-supervisor", "already-decided"})
"""Why central would return an entry again, however it is sent."""

_HERE = "On this computer only, in the vault."
WHERE: Final[Mapping[OpState, str]] = {
    OpState.WAITING: _HERE,
    OpState.PARKED: _HERE,
    OpState.BLOCKED: "At central, not in the record yet, and here.",
    OpState.CONFLICT: "At central beside the newer value, and here.",
    OpState.REJECTED: "At central with the entries to be reviewed, and here.",
}

Story = tuple[str, str]
"""What happened, and what to do."""

_CONFLICT: Mapping[str, Story] = {
    "record-deleted": (
        "Somebody else took the record away while you changed it.",
        "Keep theirs, or put yours back.",
    ),
    "group-conflict": (
        "It was saved together with an entry that somebody else changed first, so central took neither.",
        "Answer that one; then send this as it is (mine), or let it go (theirs).",
    ),
    "changed-since": (
        "Somebody else changed the record that you took away.",
        "Keep theirs, or take it away all the same.",
    ),
}
_CONFLICT_OTHERWISE = ("Somebody else changed the same thing first.", "Choose theirs, yours, or combine the two.")
_RETURNED: Mapping[str, Story] = {
    "not-granted": ("Central says this client is not in your caseload.", "Ask your supervisor, or set it aside."),
    "after-leave": (
        "The client had left your caseload when this was written. Your supervisor has it.",
        "Nothing: your supervisor decides. Set it aside when you have spoken.",
    ),
    "invalid-body": ("A value does not fit what central takes.", "Edit it and send it again."),
    "control-characters": ("It holds characters that central does not take.", "Edit it and send it again."),
    "too-large": ("It is longer than central takes.", "Shorten it or split it, and send it again."),
    "group-refused": ("Another entry saved with it was returned.", "Answer that one first; then send this again."),
    PARENT_SET_ASIDE: (
        "It belongs to an entry that you set aside, so central would hold it for good.",
        "Send it alone, edited if need be, or set it aside too.",
    ),
    "own-report": ("Nobody decides on a report of their own.", "Another supervisor has to. Set it aside."),
    "not-supervisor": (
        "The officer is in no team of yours, or left it before this came to central.",
        "Set it aside; the officer's supervisor decides.",
    ),
    "already-decided": ("It was decided before yours came to central.", "Set it aside."),
    "wrong-author": ("It was written under another user.", "Tell your administrator."),
    "wrong-device": ("It was written on another computer.", "Tell your administrator."),
}
_RETURNED_OTHERWISE = ("Central did not take it.", "Edit it and send it again, or set it aside.")
_SIGNED: Mapping[str, str] = {
    "violation_report": (
        "It is signed and stays as it is. Correct it in a draft that you sign anew (3 under Needs your answer), or set "
        "it aside."
    ),
    "report_step": (
        "It is signed and stays as it is; the report waits as before. Decide anew (3 under Needs your answer; what you "
        "wrote stands there), or set it aside."
    ),
}
_SIGNED_OTHERWISE = "It is signed, so nothing in it can be changed: set it aside, and write it anew."
_TO_EDIT = frozenset({"invalid-body", "control-characters", "too-large"})
_DETAILED = frozenset({"already-decided", "invalid-body"})


def story(state: OpState, tries: int, problem: str, verdict: Verdict | None, *, signed: str = "") -> Story:
    """What happened to an entry that is not done, and what to do. `problem` is why a try failed, or central's code;
    `signed` the kind of what bears a signature.
    """
    match state:
        case OpState.PARKED:
            refused = f"It was refused even alone, {tries} times ({problem or 'no answer'})"
            return (
                f"{refused}, so no sync takes it along any more. It delays nothing but what belongs to it.",
                "r tries it again (from the shell, fieldpo outbox --try-again). Tell your administrator if it stays.",
            )
        case OpState.BLOCKED:
            return _held(problem, _detail(verdict))
        case OpState.CONFLICT:
            code = verdict.problem.type if verdict is not None and verdict.problem is not None else ""
            return _CONFLICT.get(code, _CONFLICT_OTHERWISE)
        case OpState.REJECTED:
            return _returned(problem, _detail(verdict), signed)
    tried = f"It was tried {count(tries, 'time')} and goes again." if tries else "It waits for the next sync."
    return tried, "Nothing: it goes by itself. s, or fieldpo sync, sends it now."


def for_its_content(problem: str) -> bool:
    """Whether central returned an entry for what it says, or for a reason that this fieldpo does not know."""
    return problem in _TO_EDIT or problem not in _RETURNED


def _held(problem: str, came: str) -> Story:
    if problem == "group-incomplete":
        return (
            f"It was saved together with others, of which central has {came or 'some'}. It takes all or none.",
            "Sync: the rest goes by itself. If it cannot come any more, your supervisor decides.",
        )
    return (
        "It belongs to an entry that central has not taken yet.",
        "Answer that entry first, or try it again if it was not taken. Then this one goes on by itself.",
    )


def _returned(problem: str, detail: str, signed: str) -> Story:
    happened, to_do = _RETURNED.get(problem, _RETURNED_OTHERWISE)
    if detail and problem in _DETAILED:
        happened = f"{happened.rstrip('.')}: {detail}."
    if signed and for_its_content(problem):
        to_do = _SIGNED.get(signed, _SIGNED_OTHERWISE)
    return happened, to_do


def _detail(verdict: Verdict | None) -> str:
    """What central adds to its code, as one line."""
    return clean(verdict.problem.detail)[:200] if verdict is not None and verdict.problem is not None else ""
