"""The caseload as a list: its filters, its orders, its pages."""

from __future__ import annotations

import pytest

from fieldpo.store.acting.acts import Act, Create, perform
from fieldpo.store.queries.caseload.listing import (
    PAGE,
    CaseloadPage,
    Due,
    Flag,
    Sort,
    Wanted,
    caseload,
    choices,
)
from fieldpo.store.vault import Vault
from fieldpo.supervision.packs.reading import shipped
from fieldpo.sync.protocol.kinds import Contact, Person
from tests.filled_vault import NOW, OFFICER, Pulled, fill
from tests.listed import (
    EARLIER_TODAY,
    LATER_TODAY,
    LONG,
    NEIGHBOR,
    OVERDUE,
    QUIET,
    RETURNED,
    THIS_WEEK,
    listed,
)

PACK = shipped("demo")


def asked(vault: Vault, wanted: Wanted | None = None, offset: int = 0) -> CaseloadPage:
    """A page of the list."""
    with vault.reading() as connection:
        return caseload(connection, PACK, OFFICER, NOW, wanted or Wanted(), offset=offset)


def ids(page: CaseloadPage) -> list[str]:
    """Whom the page shows, in order."""
    return [one.name.person_id for one in page.rows]


@pytest.mark.parametrize(
    ("wanted", "who"),
    [
        (Wanted(typed="alv"), [OVERDUE]),
        (Wanted(typed="gomez"), [EARLIER_TODAY]),
        (Wanted(typed="6023"), [RETURNED]),
        (Wanted(area="Ash St N"), [OVERDUE, NEIGHBOR]),
        (Wanted(due=Due.OVERDUE), [OVERDUE, NEIGHBOR]),
        (Wanted(due=Due.TODAY), [LATER_TODAY, EARLIER_TODAY]),
        (Wanted(due=Due.WEEK), [LATER_TODAY, EARLIER_TODAY, THIS_WEEK]),
        (Wanted(due=Due.NONE), [RETURNED, LONG, QUIET]),
        (Wanted(flag=Flag.HAZARD), [OVERDUE, EARLIER_TODAY]),
        (Wanted(flag=Flag.ALERT), [OVERDUE, QUIET]),
        (Wanted(flag=Flag.NOT_SENT), []),
        (Wanted(level="high"), []),
        (Wanted(area="Ash St N", flag=Flag.HAZARD), [OVERDUE]),
    ],
)
def test_a_filter_leaves_whom_it_names(bare_vault: Vault, wanted: Wanted, who: list[str]) -> None:
    """Each filter alone and together leaves the right clients, and the count says so."""
    fill(bare_vault, listed())
    page = asked(bare_vault, wanted)
    assert ids(page) == who
    assert (page.matching, page.everybody) == (len(who), 8)


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        (Sort.NAME, [OVERDUE, NEIGHBOR, RETURNED]),
        (Sort.DUE, [OVERDUE, NEIGHBOR, EARLIER_TODAY, LATER_TODAY, THIS_WEEK]),
        (Sort.AREA, [OVERDUE, NEIGHBOR]),
        (Sort.LAST, [NEIGHBOR, RETURNED, EARLIER_TODAY, THIS_WEEK, QUIET, OVERDUE, LATER_TODAY, LONG]),
    ],
)
def test_an_order(bare_vault: Vault, sort: Sort, first: list[str]) -> None:
    """By name, by the next appointment, by area, by the longest without a contact."""
    fill(bare_vault, listed())
    assert ids(asked(bare_vault, Wanted(sort=sort)))[: len(first)] == first


def test_an_entry_not_sent_flags_its_client(bare_vault: Vault) -> None:
    """A contact saved here and not yet at central brings its client under the flag."""
    fill(bare_vault, listed())
    body = Contact(person_id=QUIET, occurred_at=NOW, contact="phone", outcome="reported", officer_id=OFFICER)
    perform(bare_vault, Act("contact", (Create(body),), NOW), NOW)
    assert ids(asked(bare_vault, Wanted(flag=Flag.NOT_SENT))) == [QUIET]


def test_more_than_a_page(bare_vault: Vault) -> None:
    """500 rows a page, the rest on the next, nobody twice and nobody left out."""
    people = [
        Pulled("person", f"p{n:04d}", f"p{n:04d}", Person(family_name=f"Name{n:04d}", agency_ids={"agency": str(n)}))
        for n in range(PAGE + 7)
    ]
    fill(bare_vault, people)
    first, second = asked(bare_vault), asked(bare_vault, offset=PAGE)
    assert (len(first.rows), len(second.rows), first.matching) == (PAGE, 7, PAGE + 7)
    assert len({*ids(first), *ids(second)}) == PAGE + 7


def test_filters_offer_what_there_is(bare_vault: Vault) -> None:
    """Levels and areas are those of the caseload."""
    fill(bare_vault, listed())
    with bare_vault.reading() as connection:
        found = choices(connection, PACK, OFFICER)
    assert (found.levels, found.areas) == (("medium",), ("Ash St N",))
