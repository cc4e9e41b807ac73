"""Which instruments, response matrix, workload weights and laboratory rules an agency works with.

Each is one of the pack's own, or one that comes with fieldpo. Where the pack names none, its own come first, and
what ships stands in.
"""

from __future__ import annotations

from typing import Final

from fieldpo.errors import NotFound
from fieldpo.supervision.drug_tests.rules_file import LABORATORIES
from fieldpo.supervision.instruments.instrument import Instrument, ready, shipped, shipped_names
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.responses.matrix_file import MATRICES
from fieldpo.supervision.workload.weights import WEIGHTS
from fieldpo.supervision.written.drug_tests import TestRules
from fieldpo.supervision.written.responses import Matrix
from fieldpo.supervision.written.workload import Weights

STAND_IN_MATRIX: Final = "demo"
STAND_IN_WEIGHTS: Final = "appa"
STAND_IN_TESTS: Final = "dot40"


def instruments_of(pack: Pack) -> tuple[Instrument, ...]:
    """The instruments that an officer may choose from, in the pack's order; all there are where it names none.

    Raises NotFound for a name that neither the pack nor fieldpo has.
    """
    own = tuple(one.id for one in pack.instruments)
    named = pack.uses.instruments or own or shipped_names()
    return tuple(instrument_of(pack, name) for name in named)


def instrument_of(pack: Pack, name: str, version: str = "") -> Instrument:
    """An instrument by its id, of the pack first; in this version where one is named.

    Raises NotFound where there is none, or none in this version.
    """
    own = next((one for one in pack.instruments if one.id == name and version in ("", one.version)), None)
    found = ready(own, pack.name) if own else shipped(name)
    if version and found.definition.version != version:
        raise NotFound(
            f"{found.definition.title}: the version {version} is not on this laptop, only {found.definition.version}."
        )
    return found


def matrix_of(pack: Pack) -> Matrix:
    """The response matrix. Raises NotFound where the one named is not there."""
    own = next((one for one in pack.matrices if pack.uses.matrix in ("", one.id)), None)
    return own or MATRICES.shipped(pack.uses.matrix or STAND_IN_MATRIX)


def weights_of(pack: Pack) -> Weights:
    """The workload weights. Raises NotFound where those named are not there."""
    own = next((one for one in pack.workloads if pack.uses.workload in ("", one.id)), None)
    return own or WEIGHTS.shipped(pack.uses.workload or STAND_IN_WEIGHTS)


def test_rules_of(pack: Pack) -> TestRules:
    """The laboratory's rules. Raises NotFound where those named are not there."""
    own = next((one for one in pack.drug_tests if pack.uses.drug_tests in ("", one.id)), None)
    return own or LABORATORIES.shipped(pack.uses.drug_tests or STAND_IN_TESTS)
