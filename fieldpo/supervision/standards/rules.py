"""The arithmetic of one obligation: rates over windows, first deadlines, shares, events, milestones."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.assessments import latest_scored
from fieldpo.supervision.standards.case import CaseFacts, Contact, LevelChange
from fieldpo.supervision.standards.counting import counted, counts_of
from fieldpo.supervision.standards.overrides import override_on
from fieldpo.supervision.standards.policies import rate_words
from fieldpo.supervision.standards.spans import Rate, Span, end_of, read_rate, read_span, window_start
from fieldpo.supervision.standards.suspension import last_end
from fieldpo.supervision.written.standards import ObligationRule, Policy

_EVENTS = {"released": "release"}
"""Events whose code is no noun, as a sentence names them."""


class Setting(NamedTuple):
    """Everything that one day's answer is made from."""

    pack: Pack
    policy: Policy
    case: CaseFacts
    level: LevelChange
    contacts: tuple[Contact, ...]
    on: date
    quirks: Collection[str]
    outcomes: frozenset[str]

    def in_stage(self, rule: ObligationRule) -> bool:
        """Say whether the rule is for the case as it stands: before or after its first assessment of this term."""
        if not rule.stage:
            return True
        latest = latest_scored(self.policy, self.case, self.on)
        assessed = latest is not None and latest.day is not None and latest.day >= self.case.start
        return assessed == (rule.stage == "after_assessment")


class Found(NamedTuple):
    """What the arithmetic gave: the due day, all that counted (the latest first), and those that hold the due day.

    ``span`` is the obligation's period and ``used`` the span that made this due day; ``words`` the rate as written.
    """

    due: date | None
    counted: list[Contact]
    held: list[Contact]
    span: Span | None
    used: Span | None
    words: str
    why: str


def find(setting: Setting, rule: ObligationRule) -> Found:
    """Work out one obligation. Suspension, deferral and what else moves a due day are not asked here."""
    base = base_of(setting, rule)
    contacts = counted(counts_of(setting.policy, rule), setting.contacts, base, setting.on, setting.outcomes)
    if rule.on_event:
        return _after_event(setting, rule, contacts)
    if rule.at_share_of_term:
        return _milestone(setting, rule, contacts)
    words = rate_of(setting, rule)
    rate = read_rate(words)
    if rule.share_of and rate is not None:
        rate = share_of(setting, rule, rate, base)
    return by_rate(setting, rule, rate, words, contacts, base)


def base_of(setting: Setting, rule: ObligationRule) -> date:
    """Return the day that deadlines count from: the start, or the end of a suspension where the rule starts anew."""
    start = setting.case.start
    if rule.after_suspension != "restart":
        return start
    end = last_end(setting.case, rule.code, rule.suspended_by, setting.on)
    return max(start, end) if end else start


def rate_of(setting: Setting, rule: ObligationRule) -> str:
    """Return the rate as written: a supervisor's own where one is in force, else the policy's for the level."""
    override = override_on(setting.case, rule.code, setting.on)
    if override is not None:
        return override.rate
    rows = rule.rates
    if rule.share_of and not rows:
        rows = next((one.rates for one in setting.policy.obligations if one.code == rule.share_of), ())
    return rate_words(rows, setting.case, setting.level, setting.on)


def by_rate(
    setting: Setting, rule: ObligationRule, rate: Rate | None, words: str, contacts: list[Contact], base: date
) -> Found:
    """Say when n contacts in each span are next due; ``contacts`` are those that count, the latest first."""
    pack = setting.pack
    initial = _initial(setting, rule)
    if rate is None and not (rule.initial_for_all and not contacts):
        return Found(None, contacts, [], None, None, words, "nothing is asked for at this level")
    if not contacts:
        span = initial or (rate.span if rate else None)
        if span is None:
            return Found(None, contacts, [], None, None, words, "nothing is asked for at this level")
        due = end_of(pack, base, span)
        period = rate.span if rate else span
        return Found(due, contacts, [], period, span, words, f"none yet; {base} + {span} = {due}")
    if rate is None:
        return Found(None, contacts, [], None, None, words, "done, and not asked for again")
    n, span = rate
    if len(contacts) < n:
        due = end_of(pack, base, span)
        why = f"{len(contacts)} of {n} so far ({_list(contacts)}); {base} + {span} = {due}"
        return Found(due, contacts, contacts, span, span, words, why)
    held = contacts[:n]
    due = end_of(pack, held[-1][0], span)
    which = f"last {held[0][0]}" if n == 1 else f"the last {n}: {_list(held)}; {held[-1][0]}"
    return Found(due, contacts, held, span, span, words, f"{which} + {span} = {due}")


def _initial(setting: Setting, rule: ObligationRule) -> Span | None:
    for quirk, words in rule.initial_by_quirk.items():
        if quirk in setting.quirks:
            return read_span(words)
    return read_span(rule.initial) if rule.initial else None


def share_of(setting: Setting, rule: ObligationRule, rate: Rate, base: date) -> Rate:
    """Return the rate of a share: of the contacts made in the window, or asked for in it, whichever are more."""
    whole = next(one for one in setting.policy.obligations if one.code == rule.share_of)
    since = max(base, window_start(setting.on, rate.span))
    made = len(counted(whole.counts, setting.contacts, since, setting.on, setting.outcomes))
    return Rate(math.ceil(rule.share * max(made, rate.n)), rate.span)


def _after_event(setting: Setting, rule: ObligationRule, contacts: list[Contact]) -> Found:
    span = read_span(rule.within)
    events = sorted(
        event.day
        for event in setting.case.events
        if event.kind == rule.on_event and setting.case.start <= event.day <= setting.on
    )
    event = _EVENTS.get(rule.on_event, rule.on_event.replace("_", " "))
    words = f"within {span} of {event}"
    if not events:
        return Found(None, contacts, [], span, span, words, f"no {event} on record")
    last = contacts[0][0] if contacts else date.min
    waiting = next((day for day in events if day > last), None)
    if waiting is None:
        since = [one for one in contacts if one[0] >= events[-1]]
        why = f"{events[-1]} was answered by {_list(since[-1:])}"
        return Found(None, contacts, since[-1:], span, span, words, why)
    due = end_of(setting.pack, waiting, span)
    return Found(due, contacts, [], span, span, words, f"none since {waiting}; {waiting} + {span} = {due}")


def _milestone(setting: Setting, rule: ObligationRule, contacts: list[Contact]) -> Found:
    case = setting.case
    words = f"before {rule.at_share_of_term:.0%} of the term"
    if contacts:
        return Found(None, contacts, contacts[:1], None, None, words, f"done {contacts[0][0]}")
    if case.end is None or case.end < case.start:
        return Found(None, contacts, [], None, None, words, "the case has no end date")
    due = case.start + timedelta(days=int((case.end - case.start).days * rule.at_share_of_term))
    span = Span((due - case.start).days, "day")
    why = f"not yet; {rule.at_share_of_term:.0%} of {case.start} to {case.end} = {due}"
    return Found(due, contacts, [], span, span, words, why)


def _list(contacts: list[Contact]) -> str:
    shown = [contact[0].isoformat() for contact in contacts]
    return ", ".join(shown)
