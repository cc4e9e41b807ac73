"""`python -m tests.contract.conforming`: every clause against central on SQLite and PostgreSQL, then against each wrong
server; exit code 1 where central fails one, or a wrong server fails another than it should."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from fieldpo.cli.conformance.device import Device
from fieldpo.cli.conformance.running import Result, chosen, run
from fieldpo.cli.conformance.trial import Trial
from fieldpo.cli.conformance.wire import Server
from tests.contract.fault import Fault
from tests.contract.fuzz import database
from tests.contract.served import Served, serving
from tests.contract.wrong import FAULTS
from tests.contract.wrong_server import Wrong


def tried(served: Served, only: Sequence[str] = ()) -> list[Result]:
    """Run clauses with the four devices of a served central."""
    signed = (*served.devices, served.supervisor)
    with closing(Server(served.url)) as server:
        first, second, other, boss = (Device(server, each.token, each.device, each.user) for each in signed)
        return run(Trial(server, first, second, other, boss), chosen(only), lambda _: None)


def failures(results: Sequence[Result]) -> set[str]:
    """The clauses that failed."""
    return {each.id for each in results if each.outcome == "failed"}


def wrongly(served: Served, proxy: Wrong, fault: type[Fault], only: Sequence[str] = ()) -> set[str]:
    """The clauses that fail while the proxy has that fault."""
    proxy.fault, proxy.kept = fault(), {}
    try:
        return failures(tried(served, only))
    finally:
        proxy.fault = None


def main() -> int:
    """Run all of it, a line each."""
    bad = False
    for kind in ("sqlite", "postgres"):
        with database(kind) as url, serving(url) as served:
            found = failures(tried(served))
            bad |= bool(found)
            print(f"{kind}: {found or 'every clause holds'}", flush=True)  # noqa: T201 - a command
    with database("sqlite") as url:
        proxies: list[Wrong] = []

        def between(app: object) -> Wrong:
            proxies.append(Wrong(app))  # type: ignore[arg-type]
            return proxies[0]

        with serving(url, between) as served:
            for fault in FAULTS:
                found = wrongly(served, proxies[0], fault)
                bad |= found != fault.breaks
                said = "as it should" if found == fault.breaks else f"should be {sorted(fault.breaks)}"
                print(f"{fault.__name__}: fails {sorted(found)}, {said}", flush=True)  # noqa: T201 - as above
    return int(bad)


if __name__ == "__main__":
    raise SystemExit(main())
