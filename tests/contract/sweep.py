"""Every field of every sort of op, and of the envelope, with every odd value: one after another, nothing drawn."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

from tests.contract.almost import FIELDS
from tests.contract.almost_json import NESTED, ODD_NUMBER, ODD_OTHER, ODD_TEXT, nested
from tests.contract.almost_ops import KINDS_MADE, right_op, whole
from tests.contract.served import Served

ODD = (*ODD_TEXT, *ODD_NUMBER, *ODD_OTHER, *(nested(depth) for depth in NESTED if depth <= 1_100))


def spoiled_ops(served: Served) -> Iterator[tuple[str, str]]:
    """The op's text, and what is wrong in it."""
    number = 0
    for kind in KINDS_MADE:
        for verb in ("create", "edit", "delete"):
            fields, body = right_op(served, kind, verb, 0)
            places = [("op", name) for name in (*fields, "body", *_LINKS)] if kind in ("contact", "unheard_of") else []
            places += [("body", name) for name in (*body, "more", *_REFERS)] if verb != "delete" else []
            for where, name in places:
                for value in ODD:
                    number += 1
                    raw, parts = right_op(served, kind, verb, number)
                    (raw if where == "op" else parts)[name] = value
                    yield whole(raw, parts), f"{kind}.{verb} {where}.{name} = {value[:40]}"


_LINKS = ("deps", "group_id", "group_size", "supersedes", "undoes", "resolves")
_REFERS = ("person_id", "case_id", "agency_ids", "aliases")


def spoiled_envelopes(served: Served) -> Iterator[tuple[bytes, str]]:
    """The request's body, and what is wrong in it."""
    right = {"device": json.dumps(served.first.device), "incarnation": '"swept"'}
    for name in FIELDS:
        for value in ODD:
            yield _object(right | {name: value}), f"{name} = {value[:40]}"
    for name in ("n", "text", "hash"):
        for at, value in enumerate(ODD):
            row = {"n": str(at + 1), "text": '"row"', "hash": '"00"'} | {name: value}
            yield _object(right | {"audit": f"[{_object(row).decode()}]"}), f"audit {name} = {value[:40]}"
    for value in ODD:
        yield _object(right | {"ops": f'[[{value},"{{}}"]]'}), f"seq = {value[:40]}"
        yield _object(right | {"cursors": f'{{"agency":{value}}}'}), f"cursor = {value[:40]}"
        for place in range(4):
            parts = ['"e"', '"agency"', "1", '"t"']
            parts[place] = value
            cursor = base64.urlsafe_b64encode(f"[{','.join(parts)}]".encode()).decode()
            yield _object(right | {"cursors": json.dumps({"agency": cursor})}), f"in a cursor {value[:40]}"
        cursor = base64.urlsafe_b64encode(f'["e","agency",1,"t",{value}]'.encode()).decode()
        yield _object(right | {"cursors": json.dumps({"agency": cursor})}), f"behind a cursor {value[:40]}"


def _object(raw: dict[str, str]) -> bytes:
    return ("{" + ",".join(f'"{name}":{value}' for name, value in raw.items()) + "}").encode("utf-8", "surrogatepass")
