"""Back online: an acknowledgement is lost on purpose, the laptop sends again, and central has everything once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from fieldpo.demo.check_steps.coming_down import same_on_both_sides
from fieldpo.demo.check_steps.lossy import losing_one
from fieldpo.demo.check_steps.trial import Failed, Line, Trial, Typed, require
from fieldpo.demo.laptop import sync_laptop
from fieldpo.errors import Offline
from fieldpo.store.acting.outbox import counts


def lose_an_acknowledgement(trial: Trial) -> str:
    """Central commits, its answer is cut off; the laptop calls nothing sent that was not answered."""
    trial.central.start()
    trial.central.wait()
    before = _waiting(trial)
    with losing_one(trial.ground.port) as lossy:
        try:
            sync_laptop(trial.laptop, lossy.url, attempts=1)
        except Offline:
            pass
        else:
            raise Failed("a sync whose answer was cut off called itself done")
        require(lossy.lost, "no acknowledgement was lost")
    require(_waiting(trial) == before, "the laptop took entries for sent that were never acknowledged")
    lines = trial.export(trial.ground)
    missing = [typed for typed in trial.saved if not _lines_with(lines, typed)]
    require(not missing, f"{len(missing)} entries were not committed before the answer was cut off")
    return f"central committed {len(trial.saved)} entries, the laptop did not hear of it and keeps {before} ops"


def sync_again(trial: Trial) -> str:
    """The same bytes again; central answers as if for the first time."""
    before = _waiting(trial)
    receipt = sync_laptop(trial.laptop, trial.ground.url)
    require(receipt.not_sent == 0, f"{receipt.not_sent} ops still wait")
    require(receipt.need_answer == 0, f"{receipt.need_answer} ops need an answer where nothing was in their way")
    require(receipt.received == before, f"{receipt.received} of {before} ops were acknowledged")
    return f"{receipt.words}; {same_on_both_sides(trial, trial.laptop)}"


def everything_once(trial: Trial) -> str:
    """Compare what was typed with `central export --json`."""
    lines = trial.export(trial.ground)
    ids = Counter(line["id"] for line in lines)
    for typed in trial.saved:
        require_once(lines, typed)
        for record_id in typed.made:
            require(ids[record_id] == 1, f"a record of a {typed.what} stands at central {ids[record_id]} times")
    for typed in trial.unsure:
        count = len(_lines_with(lines, typed))
        require(count <= 1, f"a {typed.what} that was being written when the program was killed stands {count} times")
    reports = {line["id"]: line for line in lines if line["kind"] == "violation_report"}
    mine = [reports[typed.record_id] for typed in trial.saved if typed.kind == "violation_report"]
    evidence = [each for report in mine for one in report["body"]["allegations"] for each in one["evidence"]]
    require(evidence and all(ids[each] == 1 for each in evidence), "evidence that a report names is not at central")
    texts = len(trial.saved)
    return (
        f"each of {texts} texts stands in exactly one of {len(lines):,} lines; {len(evidence)} pieces of evidence too"
    )


def require_once(lines: Sequence[Line], typed: Typed) -> Line:
    """The one line that has the text, whole and in its own record. Raises `Failed`."""
    found = _lines_with(lines, typed)
    require(len(found) == 1, f"a {typed.what} stands at central {len(found)} times, not once")
    require(found[0]["id"] == typed.record_id, f"a {typed.what} stands in another record than it was typed into")
    return found[0]


def _lines_with(lines: Sequence[Line], typed: Typed) -> list[Line]:
    return [line for line in lines if any(typed.text in one for one in strings(line["body"]))]


def strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def _waiting(trial: Trial) -> int:
    with trial.laptop.reading() as connection:
        return counts(connection).not_sent
