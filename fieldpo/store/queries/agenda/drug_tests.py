"""Random tests that were drawn and not yet recorded, and positive results of late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

import msgspec
from sqlalchemy import Connection

from fieldpo.errors import FieldpoError
from fieldpo.plain import day as day_words
from fieldpo.store.queries.clients.whose import People, listed, of_people
from fieldpo.store.queries.rules.draws import plans
from fieldpo.store.queries.rules.policy import main_pack
from fieldpo.supervision.agenda.items import Item, Source
from fieldpo.supervision.agenda.words import dates_in_words
from fieldpo.supervision.drug_tests.draw_plans import drawn
from fieldpo.supervision.drug_tests.reading import Reading
from fieldpo.supervision.pack import Pack

DRAWN_DAYS = 7
"""Days back on which a drawn test that nobody recorded is asked for."""
REPORTED_DAYS = 14
"""Days for which a positive result is called out."""

_DRAWN = (
    "SELECT t.person_id, t.drawn_on FROM r_drug_test t WHERE t.drawn_on BETWEEN :first AND :last AND t.hidden = 0 "
    "AND +t.partition IN (SELECT value FROM json_each(:own)) "
    "AND NOT EXISTS (SELECT 1 FROM r_withdrawal w WHERE w.entry_id = t.id AND w.hidden = 0)"
)
_RESULTS = (
    "SELECT t.id, t.person_id, t.body FROM r_drug_test t WHERE t.hidden = 0 "
    "AND json_extract(t.body, '$.reported_on') BETWEEN :since AND :last "
    "AND +t.partition IN (SELECT value FROM json_each(:own)) "
    "AND NOT EXISTS (SELECT 1 FROM r_withdrawal w WHERE w.entry_id = t.id AND w.hidden = 0)"
)
_PLANNED = "SELECT count(*) AS n FROM r_draw_plan t WHERE t.hidden = 0"


def tests_asked(
    connection: Connection,
    pack: Pack,
    partitions: Collection[str],
    on: dt.date,
    people: People,
    supervised: Collection[str],
) -> Iterator[Item]:
    """The tests drawn for a local day or in the week before, without a test on record, of those with an open case."""
    asked = {
        "own": listed(partitions),
        "people": listed(people or ()),
        "first": (on - dt.timedelta(days=DRAWN_DAYS)).isoformat(),
        "since": (on - dt.timedelta(days=REPORTED_DAYS)).isoformat(),
        "last": on.isoformat(),
    }
    yield from _positives(of_people(_RESULTS, people, "t.person_id").rows(connection, asked))
    if of_people(_PLANNED, people, "t.person_id").values(connection, asked) == [0]:
        return
    taken = {(row.person_id, row.drawn_on) for row in of_people(_DRAWN, people, "t.person_id").rows(connection, asked)}
    every = plans(connection, pack) if people is None else _plans_of(connection, pack, people)
    pack_on = cache(partial(main_pack, connection))
    for person, theirs in every.items():
        if person not in supervised:
            continue
        for back in range(DRAWN_DAYS + 1):
            that = on - dt.timedelta(days=back)
            try:
                made = drawn(theirs, that, pack_on)
            except FieldpoError:
                break  # said beside the plan
            if made is not None and made[1].drawn and (person, that.isoformat()) not in taken:
                yield _drawn(person, made[0].plan_id, that, dates_in_words(made[1].why, on))


def _plans_of(connection: Connection, pack: Pack, people: Collection[str]) -> Mapping[str, Any]:
    return {person: one for each in people for person, one in plans(connection, pack, person_id=each).items()}


def _drawn(person: str, plan_id: str, that: dt.date, why: str) -> Item:
    said = f"Drawn for {day_words(that)}: {why.removesuffix('.')}. No test of that day is on record."
    return Item(
        f"draw:{person}:{that}", Source.DRAW, "random drug test", person, plan_id, that, place="office", why=said
    )


def _positives(rows: Sequence[Any]) -> Iterator[Item]:
    for row in rows:
        body = msgspec.json.decode(row.body)
        found = [
            one["substance"].replace("_", " ")
            for one in body.get("results", ())
            if not one.get("prescribed") and _verdict(one) in ("positive", "presumptive")
        ]
        if found:
            reported = dt.date.fromisoformat(body["reported_on"])
            why = f"Reported {day_words(reported)}: {', '.join(found)}. Sample of {day_words(body['at'])}."
            yield Item(
                f"positive:{row.id}", Source.POSITIVE, "positive drug test", row.person_id, row.id, reported, why=why
            )


def _verdict(one: Mapping[str, Any]) -> str:
    return Reading(substance=one["substance"], initial=one.get("initial", ""), confirm=one.get("confirm", "")).verdict
