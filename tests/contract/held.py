"""Almost valid requests sent to a real central, and what must hold of every answer."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

import httpx
import jsonschema_rs
import msgspec
from hypothesis import HealthCheck, Phase, given, seed, settings

from fieldpo.central.contract.openapi import description
from fieldpo.sync.protocol.exchange import PROTOCOL, SyncResponse, hash_text, record_digest
from tests.contract.almost import Wire, requests
from tests.contract.served import Served, SignedIn
from tests.contract.sweep import spoiled_envelopes, spoiled_ops

T = TypeVar("T")

LOOK_AROUND = 25
"""How many requests between two looks at whether everybody still gets on."""


class Against:
    """The description's answers to `POST /v1/sync`, as schemas by status."""

    def __init__(self) -> None:
        whole = description()
        responses = whole["paths"]["/v1/sync"]["post"]["responses"]
        self.media: dict[int, str] = {}
        self.schemas: dict[int, Any] = {}
        for status, told in responses.items():
            ((media, found),) = told["content"].items()
            root = {"components": whole["components"], **found["schema"]}
            self.media[int(status)] = media
            self.schemas[int(status)] = jsonschema_rs.validator_for(root)

    def check(self, answer: httpx.Response, why: str) -> None:
        """Raises AssertionError for an answer that the description does not have."""
        assert answer.status_code in self.schemas, f"{answer.status_code} is not told of ({why}): {answer.text[:500]}"
        assert answer.headers["content-type"] == self.media[answer.status_code], why
        self.schemas[answer.status_code].validate(answer.json())


def fuzz_almost(served: Served, examples: int, name: str) -> int:
    """Send that many requests; gives how many went. Raises AssertionError, or what the schema says is wrong."""
    against = Against()
    seen: dict[str, int] = {}
    count = 0
    with httpx.Client(base_url=served.url, trust_env=False, timeout=120) as client:

        def ask(wire: Wire) -> None:
            nonlocal count
            count += 1
            headers = {**dict(wire.headers), **served.first.headers}
            answer = client.post("/v1/sync", content=wire.body, headers=headers)
            assert answer.status_code < 500, f"{answer.status_code} ({wire.why}): {answer.text[:500]}"
            against.check(answer, wire.why)
            if answer.status_code == 200:
                _sound(answer, wire.why)
            if count % LOOK_AROUND == 0:
                look_around(served, client, seen)

        run = given(requests(served))(ask)
        run = settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )(run)
        seed(zlib.crc32(name.encode()))(run)()
        look_around(served, client, seen)
    return count


def sweep(served: Served, part: slice) -> int:
    """Send every odd value of that part of the list, the ops a hundred a request; gives how many requests went."""
    against = Against()
    seen: dict[str, int] = {}
    headers = {**served.first.headers, "Fieldpo-Protocol": PROTOCOL, "Content-Type": "application/json"}
    count = 0
    with httpx.Client(base_url=served.url, trust_env=False, timeout=120) as client:
        for body, why in [*_op_batches(served, part), *islice(spoiled_envelopes(served), part.start, None, part.step)]:
            count += 1
            answer = client.post("/v1/sync", content=body, headers=headers)
            assert answer.status_code < 500, f"{answer.status_code} ({why}): {answer.text[:500]}"
            against.check(answer, why)
            if answer.status_code == 200:
                _sound(answer, why)
        look_around(served, client, seen)
    return count


def _op_batches(served: Served, part: slice) -> Iterator[tuple[bytes, str]]:
    for at, batch in enumerate(batched(islice(spoiled_ops(served), part.start, None, part.step), 100)):
        ops = [[at * 100 + place + 1, text] for place, (text, _) in enumerate(batch)]
        asked = {"device": served.first.device, "incarnation": "sweeping", "ops": ops}
        yield json.dumps(asked).encode(), "; ".join(why for _, why in batch)


def batched(every: Iterator[T], size: int) -> Iterator[list[T]]:
    """The items, so many at a time."""
    while batch := list(islice(every, size)):
        yield batch


def _sound(answer: httpx.Response, why: str) -> None:
    """No verdict says that central did not know what to do."""
    read = msgspec.json.decode(answer.content, type=SyncResponse)
    for each in read.verdicts:
        assert each.verdict != "retry", why
        lost = each.problem is not None and each.problem.type == "not-applicable" and not each.problem.detail
        assert not lost, f"central failed within {each.op_id} ({why[:300]})"


def look_around(served: Served, client: httpx.Client, seen: dict[str, int]) -> None:
    """Each device can load everything anew, and the hashes say that it got everything. `seen`: verdicts it has."""
    for device in (served.first, served.second, served.other):
        _load(device, client, seen)


def _load(device: SignedIn, client: httpx.Client, seen: dict[str, int]) -> None:
    cursors: dict[str, str] = {}
    copies: dict[str, dict[str, int]] = {}
    while True:
        asked = {
            "device": device.device,
            "incarnation": "looking",
            "cursors": cursors,
            "verdicts_after": seen.get(device.device, 0),
        }
        answer = client.post("/v1/sync", json=asked, headers={**device.headers, "Fieldpo-Protocol": PROTOCOL})
        assert answer.status_code == 200, f"{device.device} cannot load: {answer.status_code} {answer.text[:500]}"
        read = msgspec.json.decode(answer.content, type=SyncResponse)
        seen[device.device] = read.verdict_rev
        for page in read.partitions:
            copy = copies.setdefault(page.id, {})
            for change in page.changes:
                copy.pop(change.id, None)
                if not change.deleted:
                    copy[change.id] = change.version
            cursors[page.id] = page.cursor
        if not (read.more_verdicts or any(page.more for page in read.partitions)):
            for page in read.partitions:
                assert hash_text(sum(record_digest(*each) for each in copies[page.id].items())) == page.hash
            return
