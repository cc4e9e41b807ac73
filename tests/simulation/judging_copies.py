"""What stands on a laptop of what central has: base copies, hashes, and nothing beyond. Invariants 10, 11 and 16."""

from __future__ import annotations

from sqlalchemy import text

from fieldpo.sync.protocol.exchange import HASH_MODULUS, hash_text, record_digest

from .books import case_of
from .evidence import OnLaptop, Row, Seen
from .typed import texts_in
from .verdict_words import Found


def base_copy_equals_projection(seen: Seen) -> Found:
    """10. Record by record, up to the cursor."""
    for each in seen.laptops:
        for one in each.partitions.values():
            if one.loading or not one.cursor or not _there(seen, one.id):
                continue
            if not seen.at_rest and (seen.rewritten or each.laptop.syncing or case_of(one.id)):
                continue  # a whole case has the numbers of another feed after each move of its person
            if each.laptop.cut_off and seen.rewritten:
                continue
            yield from _same_up_to(seen, each, one.id, one.number)


def _there(seen: Seen, partition: str) -> bool:
    return partition in seen.central.counters or case_of(partition) in seen.central.records


def projection(seen: Seen, partition: str) -> list[Row]:
    """What stands in a partition at central; for a whole case, one person's records where the person stands."""
    person, records = case_of(partition), seen.central.records
    if person is None:
        return [row for row in records.values() if row["partition_id"] == partition]
    place = records[person]["partition_id"]
    return [row for row in records.values() if (row["person_id"], row["partition_id"]) == (person, place)]


def _same_up_to(seen: Seen, each: OnLaptop, partition: str, number: int) -> Found:
    standing = projection(seen, partition)
    for row in standing:
        record_id = row["id"]
        if row["number"] > number:
            continue
        copy = each.copy_of(record_id)
        if row["deleted"]:
            if copy is not None and copy["partition"] == partition:
                yield f"{each.name} still has {row['kind']} {record_id}, deleted at central"
        elif copy is None:
            yield f"{each.name} lacks {row['kind']} {record_id} of {partition} at {number}"
        elif copy["partition"] != partition:
            yield f"{each.name} has {row['kind']} {record_id} in {copy['partition']}, central in {partition}"
        elif (copy["version"], copy["body"]) != (row["version"], row["body"]):
            yield (
                f"{each.name} has {row['kind']} {record_id} at version {copy['version']} as {copy['body']}, "
                f"central at {row['version']} as {row['body']}"
            )
    yield from _no_more_than(seen, each, partition, number, {row["id"] for row in standing})


def _no_more_than(seen: Seen, each: OnLaptop, partition: str, number: int, standing: set[str]) -> Found:
    for record_id, row in each.rows.items():
        copy = each.copy_of(record_id)
        if copy is None or copy["partition"] != partition:
            continue
        there = seen.central.records.get(record_id)
        if there is None:
            yield f"{each.name} has {row['kind']} {record_id} as central's, and central has none"
        elif record_id not in standing:
            left = seen.central.leaves.get((partition, there["person_id"] or ""), 0)
            alone = [at for at, _ in seen.central.record_leaves.get(record_id, [])]
            if max([left, *alone]) <= number:
                yield f"{each.name} still has {row['kind']} {record_id} in {partition}, which it left"


def hashes_equal_at_rest(seen: Seen) -> Found:
    """11. And the device's hash is that of its records at any time."""
    for each in seen.laptops:
        counted: dict[str, int] = {}
        for record_id in each.rows.keys() | each.bases.keys():
            copy = each.copy_of(record_id)
            if copy is not None:
                place = copy["partition"]
                counted[place] = counted.get(place, 0) + record_digest(record_id, copy["version"])
        for one in each.partitions.values():
            if hash_text(counted.get(one.id, 0) % HASH_MODULUS) != one.hash:
                yield f"{each.name}'s hash of {one.id} is not that of its records"
            if seen.at_rest and not each.laptop.cut_off and _there(seen, one.id) and one.hash != _hash(seen, one.id):
                yield f"{each.name}'s hash of {one.id} is not central's"
        if each.laptop.reloads and not seen.rewritten:
            yield f"{each.name} loaded a partition again because the hashes differed"
    for partition, row in seen.central.counters.items():
        if _hash(seen, partition) != row["hash"]:
            yield f"central's hash of {partition} is not that of its records"


def _hash(seen: Seen, partition: str) -> str:
    live = [row for row in projection(seen, partition) if not row["deleted"]]
    return hash_text(sum(record_digest(row["id"], row["version"]) for row in live) % HASH_MODULUS)


def nothing_readable_after_leaving(seen: Seen) -> Found:
    """16. After leave or revocation, once nothing of the officer's waits on it."""
    if not seen.at_rest:
        return
    for each in seen.laptops:
        if each.laptop.cut_off:
            continue
        granted = seen.granted(each.laptop.user)
        unsettled = {"waiting", "blocked", "parked", "conflict", "rejected"}
        kept = {row["person_id"] for row in each.ops.values() if row["state"] in unsettled}
        own = {row["record_id"] for row in each.ops.values() if row["state"] in unsettled}
        for record_id, row in each.rows.items():
            if row["partition"] in granted or row["person_id"] in kept | each.drafts or record_id in own:
                continue
            yield f"{each.name} still has {row['kind']} {record_id} of {row['partition']}, which it may not read"
        yield from _searchable(seen, each)


def _searchable(seen: Seen, each: OnLaptop) -> Found:
    """The index holds nothing that no row holds."""
    there = {one for row in each.rows.values() for one in texts_in(row["body"])}
    vault = each.laptop.look_into()
    with vault.reading() as connection:
        ids = set(connection.scalars(text("SELECT record_id FROM search_row")))
        gone = " OR ".join(one.text for one in seen.typed.standing() if one.text not in there)
        if gone:
            for row in connection.scalars(text("SELECT rowid FROM search WHERE search MATCH :gone"), {"gone": gone}):
                yield f"{each.name} still finds by search, in row {row}, what it has no more"
        for record_id in ids - each.rows.keys():
            yield f"{each.name}'s index names {record_id}, which it does not have"
