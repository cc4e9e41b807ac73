"""Questions about entries as rows and words: what was typed, what stands at central, what was chosen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from fieldpo.errors import BadInput
from fieldpo.plain import day, moment
from fieldpo.store.acting.outbox_view import OutboxEntry, Place
from fieldpo.store.misfit import misfit
from fieldpo.sync.protocol.body import KINDS, Json

if TYPE_CHECKING:
    from fieldpo.store.acting.answers import Choice
    from fieldpo.store.vault import Vault

WHOLE: Final = ""
"""The field of a question that is about the entry as a whole."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
DELETED: Final = "deleted"
"""The field of a question about a record that somebody took away."""
_CODE: Final = re.compile(r"[a-z]+(_[a-z]+)+")
"""A code of the policy pack, as `face_to_face`."""
_UNTOLD: Final = frozenset({"agency_ids", "written_at", "signed_sha256", "allegations", "response"})


@dataclass(frozen=True)
class Question:
    """One row of Needs your answer: a field of an entry, or a returned entry's value."""

    entry: OutboxEntry
    field: str
    mine: Json
    theirs: Json = None

    @property
    def key(self) -> str:
        """Its row's key."""
        return f"{self.entry.op_id}/{self.field}"

    @property
    def returned(self) -> bool:
        """Whether central gave it back, so that there is no `theirs`."""
        return self.entry.place is Place.RETURNED

    @property
    def editable(self) -> bool:
        """Whether its value can be typed: a text, or a list of texts, that nobody has signed."""
        texts = isinstance(self.mine, list) and all(isinstance(one, str) for one in self.mine)
        return (isinstance(self.mine, str) or texts) and not self.entry.signed


def questions(entries: Iterable[OutboxEntry]) -> list[Question]:
    """Every question of the entries that need an answer, in the order of saving."""
    asked = []
    for entry in entries:
        if entry.place is Place.CONFLICT:
            asked += [Question(entry, one.field, one.yours, one.theirs) for one in entry.questions] or [
                Question(entry, WHOLE, "my change", "as it stands")
            ]
        elif entry.place is Place.RETURNED:
            told = [Question(entry, name, value) for name, value in entry.typed.items() if _told(name)]
            asked += told or [Question(entry, WHOLE, "")]
    return asked


def _told(name: str) -> bool:
    """Whether a field says anything to a person: ids and the machine's own stamps do not."""
    return name not in _UNTOLD and not name.endswith("_id")


def field_words(field: str) -> str:
    """`occurred_at` → `occurred at`; the whole entry is `all of it`."""
    if field == DELETED:
        return "taken away"
    return field.replace("_", " ") or "all of it"


def words(value: Json) -> str:
    """A JSON value as a person reads it; `(empty)` for none."""
    if value is None or value in ("", [], {}):
        return "(empty)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(words(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{field_words(str(name))}: {words(one)}" for name, one in value.items())
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return moment(value)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return day(value)
    if isinstance(value, str) and _CODE.fullmatch(value):
        return field_words(value)
    return str(value)


def entry_words(entry: OutboxEntry) -> str:
    """What kind of entry it is: `contact`, `appointment changed`; one act can hold several."""
    done = {"edit": " changed", "delete": " taken away"}.get(entry.verb, "")
    return f"{field_words(entry.kind)}{done}"


def typed_words(entry: OutboxEntry) -> str:
    """What the officer typed, field by field; ids and stamps of the machine are left out."""
    return "; ".join(f"{field_words(name)}: {words(value)}" for name, value in entry.typed.items() if _told(name))


def both(question: Question) -> str:
    """A text to begin combining with: mine, then theirs; of lists every member once, one a line."""
    if isinstance(question.mine, list):
        theirs = question.theirs if isinstance(question.theirs, list) else []
        return "\n".join(dict.fromkeys(str(one) for one in [*question.mine, *theirs]))
    if question.returned or not isinstance(question.theirs, str) or question.theirs == question.mine:
        return str(question.mine)
    return f"{question.mine}\n{question.theirs}"


def typed_value(question: Question, text: str) -> Json:
    """The edited text as the field's value."""
    if isinstance(question.mine, list):
        return [line.strip() for line in text.splitlines() if line.strip()]
    return text.strip()


def send(vault: Vault, entry: OutboxEntry, choices: Mapping[str, Choice], now: dt.datetime) -> None:
    """Save the answer to one entry. Raises NotFound when it was answered already, BadInput for a value that does not
    fit; nothing is changed then."""
    from fieldpo.store.acting import answers

    if entry.place is Place.CONFLICT:
        if WHOLE in choices:
            whole = choices[WHOLE]
            answers.answer(vault, entry.op_id, whole if isinstance(whole, answers.Keep) else answers.Keep.MINE, now)
        else:
            answers.answer(vault, entry.op_id, choices, now)
        return
    edited: dict[str, Any] = {
        name: choice.value for name, choice in choices.items() if isinstance(choice, answers.Combined)
    }
    if entry.verb == "edit":
        answers.change_returned(vault, entry.op_id, {**entry.typed, **edited}, now)
        return
    try:
        body = KINDS[entry.kind].check({**entry.typed, **edited})
    except msgspec.ValidationError as wrong:
        why = misfit(wrong)
        raise BadInput(f"A value does not fit: {why}. Nothing was sent; what you typed stands here.") from wrong
    answers.replace_returned(vault, entry.op_id, body, now)
