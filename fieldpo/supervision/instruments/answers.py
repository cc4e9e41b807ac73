"""Reading the answers that were given to an instrument: each of its kind and in its range, none missing or unknown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fieldpo.errors import BadInput
from fieldpo.plain import clean
from fieldpo.supervision.instruments.formula import Value
from fieldpo.supervision.written.instruments import Definition, Item

_SHOWN = 40
_FAR = 10**9  # no count, age or weight lies beyond; NaN is not within either
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Answers:
    """Answers as values: every item of the instrument, None where unknown; ``missing`` and ``filled`` by code."""

    values: Mapping[str, Value]
    missing: tuple[str, ...]
    filled: tuple[str, ...]


def wrong(definition: Definition, item: str, said: str) -> BadInput:
    """The error for an answer: instrument, item, what is wrong, and that nothing came of it."""
    return BadInput(f"{definition.id}: {item}: {said}; nothing was scored.")


def read_answers(definition: Definition, given: object) -> Answers:
    """Take one JSON object of answers for what it says.

    Raises BadInput, naming the item, for an unknown name, a missing answer that the instrument's rule does not
    forgive, or one of the wrong kind or out of its range.
    """
    if not isinstance(given, dict):
        raise BadInput(f"{definition.id}: expected an object of answers by item; nothing was scored.")
    codes = [item.code for item in definition.items]
    for name in given:
        if name not in codes:
            raise wrong(definition, _quoted(name), f"no such item; there are {', '.join(codes)}")
    values: dict[str, Value] = {}
    missing: list[str] = []
    filled: list[str] = []
    for item in definition.items:
        answer = given.get(item.code)
        if answer is not None:
            values[item.code] = _value(definition, item, answer)
        else:
            values[item.code] = item.if_missing
            if item.if_missing is not None:
                filled.append(item.code)
            elif not _can_be_absent(definition, item, given):
                missing.append(item.code)
    _refuse_missing(definition, missing)
    unknown = [item.code for item in definition.items if item.optional and given.get(item.code) is None]
    return Answers(values, tuple(code for code in codes if code in {*missing, *filled, *unknown}), tuple(filled))


def _can_be_absent(definition: Definition, item: Item, given: Mapping[str, object]) -> bool:
    if item.optional:
        return True
    partners = {one.code for one in definition.items if one.instead_of == item.code} | {item.instead_of}
    return any(given.get(code) is not None for code in partners)


def _refuse_missing(definition: Definition, missing: list[str]) -> None:
    rule = definition.missing
    if not missing or (rule.rule != "refuse" and len(missing) <= rule.most):
        return
    allowed = "" if rule.rule == "refuse" else f" (at most {rule.most} may be missing)"
    items = {item.code: item for item in definition.items}
    first = [code for code in missing if items[code].instead_of not in missing]
    said = [
        f"{code} (or {', '.join(one.code for one in definition.items if one.instead_of == code)})"
        if any(one.instead_of == code for one in definition.items)
        else code
        for code in first
    ]
    raise wrong(definition, ", ".join(said), f"expected an answer, got none{allowed}")


def _value(definition: Definition, item: Item, answer: object) -> Value:
    match item.kind:
        case "yes_no":
            if isinstance(answer, bool):
                return answer
            raise wrong(definition, item.code, f"expected true or false, got {_quoted(answer)}")
        case "choice":
            if isinstance(answer, str) and answer in item.choices:
                return answer
            raise wrong(definition, item.code, f"expected one of {', '.join(item.choices)}, got {_quoted(answer)}")
        case "text":
            if isinstance(answer, str) and answer:
                return answer
            raise wrong(definition, item.code, f"expected a text, got {_quoted(answer)}")
        case "date":
            return _day(definition, item, answer)
        case _:
            return _number(definition, item, answer)


def _day(definition: Definition, item: Item, answer: object) -> date:
    try:
        if isinstance(answer, str) and _DAY.fullmatch(answer):
            return date.fromisoformat(answer)
    except ValueError as cause:
        raise wrong(definition, item.code, f"expected a day that there is, got {_quoted(answer)}") from cause
    raise wrong(definition, item.code, f"expected a day as 2026-11-22, got {_quoted(answer)}")


def _number(definition: Definition, item: Item, answer: object) -> float:
    whole = item.kind != "number"
    kind = "a whole number" if whole else "a number"
    if isinstance(answer, bool) or not isinstance(answer, int if whole else int | float):
        raise wrong(definition, item.code, f"expected {kind}, got {_quoted(answer)}")
    if not -_FAR <= answer <= _FAR:
        raise wrong(definition, item.code, f"expected {kind} that there can be, got {_quoted(answer)}")
    if item.allowed and answer not in item.allowed:
        allowed = ", ".join(f"{one:g}" for one in item.allowed)
        raise wrong(definition, item.code, f"expected one of {allowed}, got {_quoted(answer)}")
    if item.minimum is not None and answer < item.minimum:
        raise wrong(definition, item.code, f"expected {kind} of {item.minimum:g} or more, got {_quoted(answer)}")
    if item.maximum is not None and answer > item.maximum:
        raise wrong(definition, item.code, f"expected {kind} of {item.maximum:g} or less, got {_quoted(answer)}")
    return answer


def _quoted(answer: object) -> str:
    if isinstance(answer, bool):
        return "true" if answer else "false"
    if isinstance(answer, str):
        return f"“{clean(answer)[:_SHOWN]}”"
    return clean(str(answer))[:_SHOWN]
