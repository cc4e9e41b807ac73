"""Search as you type over the large caseload: what the screen asks for after each letter."""

from __future__ import annotations

from benchmarks.large_vault import opened
from benchmarks.timing import Result, Stopwatch, ratio
from fieldpo.store.queries.clients.find_entries import find_entries
from fieldpo.store.queries.clients.find_people import find_people

TYPED = ("smith", "reported late", "bus pass", "moved to sister", "urine", "next step pay stub", "zzz", "garcia ana")


def run() -> Result:
    """Time people and entries together after each letter; the peer is the same index asked for one row."""
    both, people, entries, bare = Stopwatch(), Stopwatch(), Stopwatch(), Stopwatch()
    with opened() as vault:
        for _ in range(3):
            for whole in TYPED:
                for end in range(1, len(whole) + 1):
                    typed = whole[:end]
                    with both.running(), vault.reading() as connection:
                        with people.running():
                            find_people(connection, typed)
                        with entries.running():
                            find_entries(connection, typed)
                    with bare.running(), vault.reading() as connection:
                        connection.exec_driver_sql(
                            "SELECT rowid FROM search WHERE search MATCH ? LIMIT 1", (f'"{typed.split()[-1]}"*',)
                        ).fetchall()
    return Result(
        "p95 ≤ 20 ms",
        {
            "people_and_entries": both.summary(),
            "people": people.summary(),
            "entries": entries.summary(),
            "index_alone": bare.summary(),
            "ratio": ratio(both.times, bare.times),
        },
    )
