"""Ops that are almost right: real ones in which one thing, or a few, are wrong."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.contract.almost_json import Raw, nested, object_of, odd, short
from tests.contract.served import Served

Json = Any

KINDS_MADE = ("contact", "phone", "case", "stay", "intake", "withdrawal", "person", "appointment", "unheard_of")


def _body(kind: str, served: Served) -> dict[str, Json]:
    moment = "2026-11-22T09:00:00-06:00"
    person = {"person_id": "doe"}
    bodies: dict[str, dict[str, Json]] = {
        "contact": {
            **person,
            "occurred_at": moment,
            "contact": "home",
            "outcome": "reported",
            "officer_id": served.first.user,
            "note": "Talked about work.",
            "minutes": 10,
            "told": {"phone": "changed"},
        },
        "phone": {**person, "number": "515-555-0100"},
        "case": {**person, "case_number": "FECR-1", "facts": {"a": 1}},
        "stay": {**person, "case_id": "case-1", "stay": "absconding", "start": "2026-11-01"},
        "intake": {"family_name": "Roe", "officer_id": served.first.user, "agency_id": "A-1"},
        "withdrawal": {"entry_id": "entry-1", "reason": "by mistake", "officer_id": served.first.user},
        "person": {"family_name": "Poe", "aliases": ["P."], "agency_ids": {"state": "A-1"}},
        "appointment": {**person, "starts_at": moment, "minutes": 15},
        "unheard_of": {**person, "anything": {"at": "all"}},
    }
    if kind == "withdrawal":
        bodies[kind]["written_at"] = moment
    return bodies[kind]


def right_op(served: Served, kind: str, verb: str, number: int) -> tuple[Raw, Raw]:
    """An op's fields and those of its body as JSON texts, nothing wrong in them yet."""
    body = _body(kind, served) if verb == "create" else {}
    if verb == "edit":
        body = {"fields": {next(iter(_body(kind, served))): {"old": None, "new": "x"}}, "add": {"aliases": ["Q."]}}
    fields: dict[str, Json] = {
        "op_id": f"op-{kind}-{verb}-{number}",
        "device_id": served.first.device,
        "author_id": served.first.user,
        "kind": f"{kind}.{verb}",
        "schema_version": 1,
        "record_id": f"{kind}-{number}",
        "base_version": 1,
        "seen": 3,
        "occurred_at": "2026-11-22T09:00:00-06:00",
        "recorded_at": "2026-11-22T09:03:00-06:00",
    }
    return {name: json.dumps(value) for name, value in fields.items()}, {
        name: json.dumps(value) for name, value in body.items()
    }


def whole(raw: Raw, parts: Raw) -> str:
    """The op's text."""
    return object_of({"body": object_of(parts)} | raw)


@st.composite
def op_text(draw: st.DrawFn, served: Served) -> tuple[str, str]:
    """An op's text with up to two things wrong, and what they are."""
    kind = draw(st.sampled_from(KINDS_MADE))
    verb = draw(st.sampled_from(("create", "create", "edit", "delete")))
    number = draw(st.integers(0, 40))
    raw, parts = right_op(served, kind, verb, number)
    raw["op_id"] = json.dumps(draw(st.sampled_from((f"op-{number}", f"op-{kind}-{number}"))))
    raw["record_id"] = json.dumps(draw(st.sampled_from((f"{kind}-{number % 7}", "doe", "roe", "case-1", "entry-1"))))
    if draw(st.booleans()):
        raw |= {name: json.dumps(value) for name, value in draw(_links(number)).items()}
    said = [draw(_spoil(raw, parts, served)) for _ in range(draw(st.integers(0, 2)))]
    text = whole(raw, parts)
    if draw(st.integers(0, 9)) == 0:
        text, what = draw(_twisted(text))
        said.append(what)
    return text, f"{kind}.{verb}: {'; '.join(said) or 'right'}"


def _links(number: int) -> st.SearchStrategy[dict[str, Json]]:
    other = st.integers(0, 40).map(lambda each: f"op-{each}")
    return st.fixed_dictionaries(
        {},
        optional={
            "deps": st.lists(other, max_size=2),
            "group_id": st.sampled_from(("g-1", "g-2")),
            "group_size": st.sampled_from((0, 1, 2, 3, 257)),
            "supersedes": other,
            "undoes": other,
            "resolves": st.just(f"conflict-{number}"),
        },
    )


@st.composite
def _spoil(draw: st.DrawFn, raw: Raw, parts: Raw, served: Served) -> str:
    """Make one field of the op, or of its body, wrong."""
    where, target = draw(st.sampled_from((("op", raw), ("body", parts))))
    way = draw(st.sampled_from(("odd", "odd", "odd", "gone", "more", "theirs", "whole")))
    if way == "theirs":
        name, value = draw(
            st.sampled_from(
                (
                    ("device_id", served.second.device),
                    ("author_id", served.other.user),
                    ("record_id", "roe"),
                    ("op_id", "theirs-1"),
                )
            )
        )
        raw[name] = json.dumps(value)
        return f"{name} is another's"
    if way == "whole":
        value = draw(odd())
        raw["body"] = value
        return f"body = {short(value)}"
    name = draw(st.sampled_from(sorted(target) or ["more"]))
    if way == "gone":
        target.pop(name, None)
        return f"{where} without {name}"
    if way == "more":
        name = draw(st.sampled_from(("more", "", "\\u0000", "x" * 70)))
    value = draw(odd())
    target[name] = value
    return f"{where}.{short(name)} = {short(value)}"


@st.composite
def _twisted(draw: st.DrawFn, text: str) -> tuple[str, str]:
    """The op's text itself made wrong."""
    return draw(
        st.sampled_from(
            (
                (text + "}", "one brace too many"),
                (text[:-1], "cut short"),
                ("[" + text + "]", "in a list"),
                (text.replace("{", '{"op_id":"first",', 1), "two op_ids"),
                ("\ufeff" + text, "a byte order mark"),
                (text + "\x00", "a NUL behind"),
                (text.replace("body", "b\\u006fdy"), "an escaped key"),
                ("", "empty"),
                ("null", "null"),
                (json.dumps(text), "quoted once more"),
                (nested(100_000), "a hundred thousand brackets"),
                (text.replace(":", ": " + " " * 300_000, 1), "too large"),
            )
        )
    )
