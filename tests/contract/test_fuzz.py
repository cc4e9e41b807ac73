"""The fuzz of the contract, a short run; `python -m tests.contract.fuzz` is the long one."""

from __future__ import annotations

from tests.contract.described import fuzz, operations
from tests.contract.held import fuzz_almost, sweep
from tests.contract.served import Served


def test_no_request_gets_an_answer_that_the_contract_does_not_have(served: Served) -> None:
    """From the description, almost valid, and with odd values: no 5xx, no status or body beyond the OpenAPI."""
    few = 3 if served.engine.dialect.name == "sqlite" else 2
    for name, operation in operations():
        assert fuzz(served, operation, few, name) > 0
    assert fuzz_almost(served, 40, "short") >= 40
    assert sweep(served, slice(7, None, 90)) > 10
