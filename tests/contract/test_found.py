"""What the fuzz has found, each kept as a test of its own."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import httpx

from fieldpo.sync.protocol.ops import MAX_OP_DEPTH
from tests.contract.almost_json import LONG, nested
from tests.contract.almost_ops import right_op, whole
from tests.contract.served import Served


def _sync(served: Served, *texts: str, **more: Any) -> httpx.Response:
    asked = {
        "device": served.first.device,
        "incarnation": "found",
        "ops": [[at + 1, text] for at, text in enumerate(texts)],
        **more,
    }
    headers = {**served.first.headers, "Fieldpo-Protocol": "1"}
    return httpx.post(f"{served.url}/v1/sync", json=asked, headers=headers, trust_env=False)


def _verdicts(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    told = sorted(answer.json()["verdicts"], key=lambda one: int(one["rev"]))
    return [(one["verdict"], one.get("problem", {}).get("type", "")) for one in told]


def test_what_the_fuzz_has_found_stays_found(served: Served) -> None:
    """Each request that once was answered 5xx, or kept its device from getting on, is answered by the contract."""
    _a_deep_cursor(served)
    _deep_ops(served)
    _long_names(served)
    _a_long_hash(served)
    _forms(served)


def _a_deep_cursor(served: Served) -> None:
    """A cursor of ten thousand brackets is one that central never gave: a reload, not a 500."""
    text = base64.urlsafe_b64encode(f'["e","agency",1,"t",{nested(10_000)}]'.encode()).decode()
    answer = _sync(served, cursors={"agency": text})
    assert [page.get("reload", False) for page in answer.json()["partitions"]] == [True, False]


def _deep_ops(served: Served) -> None:
    """An op may be nested so deep and no deeper: one that could be stored but never be sent would end every pull."""
    texts = []
    for number, depth in enumerate((MAX_OP_DEPTH - 2, MAX_OP_DEPTH - 1, 900, 960, 990)):
        raw, parts = right_op(served, "contact", "create", number)
        texts.append(whole(raw, parts | {"more": nested(depth), "note": json.dumps("[" * 200)}))
    raw, parts = right_op(served, "contact", "create", 9)
    verdicts = _verdicts(_sync(served, *texts, whole(raw, parts | {"note": json.dumps('\\"[' * 200)})))
    assert verdicts == [("accepted", ""), *[("rejected", "unreadable")] * 4, ("accepted", "")]
    assert _sync(served).status_code == 200


def _long_names(served: Served) -> None:
    """An op that names a person, or another record, by what is no id waits for nothing; the one behind it goes on."""
    raw, parts = right_op(served, "contact", "create", 20)
    again, right = right_op(served, "contact", "create", 21)
    other, stay = right_op(served, "stay", "create", 19)
    verdicts = _verdicts(
        _sync(
            served,
            whole(raw, parts | {"person_id": json.dumps(LONG)}),
            whole(other, stay | {"case_id": json.dumps(LONG)}),
            whole(again, right),
            incarnation="names",
            verdicts_after=6,
        )
    )
    assert verdicts == [("rejected", "invalid-body"), ("rejected", "invalid-body"), ("accepted", "")]


def _a_long_hash(served: Served) -> None:
    """A row's hash is a SHA-256: PostgreSQL could not even index a longer one."""
    digest = hashlib.sha256(b"row").hexdigest()
    assert _sync(served, audit=[{"n": 1, "text": "row", "hash": digest}]).json()["audit_through"] == 1
    answer = _sync(served, audit=[{"n": 2, "text": "row", "hash": LONG}])
    assert (answer.status_code, answer.json()["type"]) == (400, "bad-request")


def _forms(served: Served) -> None:
    """A form that cannot be read, or names a device that cannot be, is told so in the words of OAuth or on the page."""
    with httpx.Client(base_url=served.url, trust_env=False) as client:
        many = {f"field{number}": "x" for number in range(20)}
        for path in ("/oauth/device_authorization", "/oauth/token"):
            answer = client.post(path, data=many)
            assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
        answer = client.post("/oauth/device_authorization", data={"label": "x", "device_id": "\x00"})
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
        answer = client.post("/device/sign-in", data=many)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
