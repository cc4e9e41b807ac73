"""What must hold of the rules that a pack brings or names: its instruments, matrices, weights and laboratories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from fieldpo.supervision.drug_tests.rules_file import LABORATORIES
from fieldpo.supervision.drug_tests.rules_file import problems as laboratory_problems
from fieldpo.supervision.instruments.checks import problems as instrument_problems
from fieldpo.supervision.instruments.instrument import shipped_names
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.responses.checks import problems as matrix_problems
from fieldpo.supervision.responses.matrix_file import MATRICES
from fieldpo.supervision.toml.reading import Wrong
from fieldpo.supervision.workload.weights import WEIGHTS
from fieldpo.supervision.workload.weights import problems as weight_problems


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def rules_problems(pack: Pack) -> Iterator[Wrong]:
    """List what is wrong with a pack's rules, each at its place in the pack; nothing means sound."""
    yield from _used(pack)
    for at, one in enumerate(pack.instruments):
        yield from _within(("instruments", at), instrument_problems(one))
        for place, table in enumerate(one.tables):
            if table.file:
                path = ("instruments", at, "tables", place, "file")
                yield Wrong(path, "expected rows: a pack travels alone, without files beside it")
    for at, matrix in enumerate(pack.matrices):
        yield from _within(("matrices", at), matrix_problems(matrix))
    for at, weighed in enumerate(pack.workloads):
        yield from _within(("workloads", at), weight_problems(weighed))
    for at, laboratory in enumerate(pack.drug_tests):
        yield from _within(("drug_tests", at), laboratory_problems(laboratory))
    for name in ("instruments", "matrices", "workloads", "drug_tests"):
        yield from _ids(name, [one.id for one in getattr(pack, name)])


def _within(where: tuple[str, int], found: Iterator[Wrong]) -> Iterator[Wrong]:
    for path, said in found:
        yield Wrong((*where, *path), said)


def _used(pack: Pack) -> Iterator[Wrong]:
    """What the pack says that it works with is its own, or comes with fieldpo."""
    uses = pack.uses
    yield from _known("instruments", uses.instruments, pack.instruments, shipped_names())
    yield from _known("matrix", filter(None, [uses.matrix]), pack.matrices, MATRICES.shipped_names())
    yield from _known("workload", filter(None, [uses.workload]), pack.workloads, WEIGHTS.shipped_names())
    yield from _known("drug_tests", filter(None, [uses.drug_tests]), pack.drug_tests, LABORATORIES.shipped_names())


def _known(key: str, names: Iterable[str], own: Sequence[_Named], ships: Sequence[str]) -> Iterator[Wrong]:
    known = (*(one.id for one in own), *ships)
    for name in names:
        if name not in known:
            said = f"expected one of the pack's own or of those that come with fieldpo ({', '.join(known)})"
            yield Wrong(("uses", key), f"{said}, got “{name}”")


def _ids(name: str, ids: list[str]) -> Iterator[Wrong]:
    for at, id_ in enumerate(ids):
        if id_ in ids[:at]:
            yield Wrong((name, at, "id"), f"expected an id used once, but “{id_}” stands above already")
