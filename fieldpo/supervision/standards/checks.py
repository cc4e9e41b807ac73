"""What must hold in a pack's contact standards: every code is known, every span and rate can be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from fieldpo.errors import BadInput
from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.policies import whole
from fieldpo.supervision.standards.spans import read_rate, read_span
from fieldpo.supervision.standards.suspension import KINDS
from fieldpo.supervision.toml.lines import Path
from fieldpo.supervision.written.standards import (
    AssessmentRule,
    Bands,
    Counts,
    Fits,
    LevelFromScore,
    ObligationRule,
    Policy,
    ScoreBand,
)

RECORD_KINDS = ("drug_test", "case_review", "employment_check")
"""Records other than contacts that an obligation may count."""

Said = tuple[Path, str]


class _Codes(NamedTuple):
    kinds: frozenset[str]
    places: frozenset[str]
    verified: frozenset[str]
    levels: frozenset[str]
    case_types: frozenset[str]
    supervision_types: frozenset[str]
    quirks: frozenset[str]


def standards_problems(pack: Pack) -> Iterator[Said]:
    """List what is wrong with the pack's standards, its policies as written: where, and what was expected."""
    codes = _Codes(
        _set(pack.contact_kinds) | frozenset(RECORD_KINDS),
        _set(pack.places),
        _set(pack.verified_items),
        _set(pack.levels),
        _set(pack.case_types),
        _set(pack.supervision_types),
        frozenset(quirk.name for quirk in pack.quirks),
    )
    names: set[str] = set()
    begun: dict[date, str] = {}
    wholes = whole(pack.policies)
    for at, policy in enumerate(pack.policies):
        path: Path = ("policies", at)
        if policy.name in names:
            yield (*path, "name"), f"expected a name used once, but “{policy.name}” stands above already"
        if policy.based_on and policy.based_on not in names:
            yield (*path, "based_on"), f"expected the name of a policy above, got “{policy.based_on}”"
        if policy.effective_from in begun:
            said = f"expected a day on which no other policy begins, but “{begun[policy.effective_from]}” does"
            yield (*path, "effective_from"), said
        names.add(policy.name)
        begun[policy.effective_from] = policy.name
        yield from _policy(path, policy, wholes[at], codes)
    for at, band in enumerate(pack.score_bands):
        yield from _bands(("score_bands", at), band)


def _policy(path: Path, policy: Policy, filled: Policy, codes: _Codes) -> Iterator[Said]:
    if not filled.obligations and filled.assessment is None:
        yield path, f"expected obligations or an assessment in “{policy.name}”, got neither"
    for at, row in enumerate(policy.applies):
        yield from _fits((*path, "applies", at), row, codes)
    yield from _known((*path, "past_maximum_by_quirk"), _if(policy.past_maximum_by_quirk), codes.quirks, "quirks")
    rules = [rule.code for rule in filled.obligations]
    own = [rule.code for rule in policy.obligations]
    for at, rule in enumerate(policy.obligations):
        here = (*path, "obligations", at)
        if rule.code in own[:at] or rule.code == "assessment":
            yield (*here, "code"), f"expected a code used once, but “{rule.code}” is taken"
        yield from _obligation(here, rule, codes, rules)
    if policy.assessment is not None:
        yield from _assessment((*path, "assessment"), policy.assessment, codes)
    if policy.level_from_score is not None:
        yield from _levels((*path, "level_from_score"), policy.level_from_score, codes)


def _obligation(path: Path, rule: ObligationRule, codes: _Codes, rules: Collection[str]) -> Iterator[Said]:
    yield from _counts((*path, "counts"), rule.counts, codes)
    for at, fitting in enumerate(rule.applies):
        yield from _fits((*path, "applies", at), fitting, codes)
    for at, row in enumerate(rule.rates):
        here = (*path, "rates", at)
        yield from _fits(here, row, codes)
        yield from _known((*here, "by_level"), row.by_level, codes.levels, "levels")
        for words in (*row.by_level.values(), *_if(row.every)):
            yield from _readable(here, words, rate=True)
        if bool(row.every) == bool(row.by_level):
            yield here, "expected one of: by_level; every"
    yield from _readable((*path, "initial"), rule.initial)
    for quirk, words in rule.initial_by_quirk.items():
        yield from _known((*path, "initial_by_quirk"), (quirk,), codes.quirks, "quirks")
        yield from _readable((*path, "initial_by_quirk"), words)
    for quirk, other in rule.compliance_rates_by_quirk.items():
        yield from _known((*path, "compliance_rates_by_quirk"), (quirk,), codes.quirks, "quirks")
        yield from _known((*path, "compliance_rates_by_quirk"), (other,), rules, "obligations")
    yield from _known((*path, "suspended_by"), rule.suspended_by, KINDS, "kinds of suspension")
    if bool(rule.on_event) != bool(rule.within):
        yield (*path, "within"), "expected on_event and within together"
    yield from _readable((*path, "within"), rule.within)
    if bool(rule.share_of) != bool(rule.share) or not 0 <= rule.share <= 1:
        yield (*path, "share"), "expected share_of with a share above 0 and up to 1"
    yield from _known(
        (*path, "share_of"), _if(rule.share_of), [code for code in rules if code != rule.code], "obligations"
    )
    if not 0 <= rule.at_share_of_term <= 1:
        yield (*path, "at_share_of_term"), f"expected a share from 0 to 1, got {rule.at_share_of_term}"
    if rule.initial_for_all and not rule.initial:
        yield (*path, "initial_for_all"), "expected initial with it"


def _assessment(path: Path, rule: AssessmentRule, codes: _Codes) -> Iterator[Said]:
    for at, row in enumerate(rule.initial):
        yield from _fits((*path, "initial", at), row, codes)
        yield from _readable((*path, "initial", at), row.after)
    yield from _readable((*path, "again"), rule.again)
    for at, exempt in enumerate(rule.exempt):
        yield from _fits((*path, "exempt", at), exempt, codes)
    yield from _known((*path, "suspended_by"), rule.suspended_by, KINDS, "kinds of suspension")
    yield from _known((*path, "zero_is_none_by_quirk"), _if(rule.zero_is_none_by_quirk), codes.quirks, "quirks")


def _levels(path: Path, rule: LevelFromScore, codes: _Codes) -> Iterator[Said]:
    yield from _known((*path, "order"), rule.order, codes.levels, "levels")
    yield from _known((*path, "case_types"), rule.case_types, codes.case_types, "case_types")
    yield from _known((*path, "intake_grace_at"), _if(rule.intake_grace_at), rule.order, "order")
    if rule.never_assessed is not None:
        yield from _known((*path, "never_assessed"), (rule.never_assessed.level,), rule.order, "order")
    for at, bands in enumerate(rule.bands):
        yield from _known((*path, "bands", at), bands.bands, rule.order, "order")
        yield from _bands((*path, "bands", at), bands)


def _bands(path: Path, one: Bands | ScoreBand) -> Iterator[Said]:
    if not one.bands or len(set(one.bands.values())) != len(one.bands):
        yield path, "expected bands, each with a lowest score of its own"
    yield from _order(path, one)


def _fits(path: Path, row: Fits, codes: _Codes) -> Iterator[Said]:
    yield from _known((*path, "case_types"), row.case_types, codes.case_types, "case_types")
    yield from _known((*path, "levels"), row.levels, codes.levels, "levels")
    yield from _known((*path, "supervision_types"), row.supervision_types, codes.supervision_types, "supervision_types")
    yield from _order(path, row)


def _order(path: Path, row: Fits | Bands | ScoreBand) -> Iterator[Said]:
    if row.from_ and row.until and row.until <= row.from_:
        yield (*path, "until"), f"expected a day after from ({row.from_}), got {row.until}"


def _counts(path: Path, counts: Counts, codes: _Codes) -> Iterator[Said]:
    yield from _known((*path, "kinds"), counts.kinds, codes.kinds, "contact_kinds")
    yield from _known((*path, "places"), counts.places, codes.places, "places")
    yield from _known((*path, "verified"), _if(counts.verified), codes.verified, "verified_items")


def _readable(path: Path, words: str, *, rate: bool = False) -> Iterator[Said]:
    try:
        if words and rate:
            read_rate(words)
        elif words:
            read_span(words)
    except BadInput as wrong:
        yield path, wrong.message


def _known(path: Path, codes: Iterable[str], known: Collection[str], where: str) -> Iterator[Said]:
    for code in codes:
        if code not in known:
            yield path, f"expected a code of {where}, got “{code}”"


def _set(entries: Iterable[object]) -> frozenset[str]:
    return frozenset(str(getattr(entry, "code", "")) for entry in entries)


def _if(code: str) -> tuple[str, ...]:
    return (code,) if code else ()
