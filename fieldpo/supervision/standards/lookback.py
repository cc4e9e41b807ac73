"""How far back the engine has to read: which contacts can still count on a day.

``reaches`` says it obligation by obligation. A contact older than that can only say since when something is overdue.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from fieldpo.supervision.pack import Pack
from fieldpo.supervision.standards.case import CaseFacts, Contact
from fieldpo.supervision.standards.counting import counts_of, satisfying
from fieldpo.supervision.standards.engine import labelled
from fieldpo.supervision.standards.policies import policy_for, why_not
from fieldpo.supervision.standards.rules import Setting, base_of, rate_of, share_of
from fieldpo.supervision.standards.spans import Rate, longest, read_rate, window_start
from fieldpo.supervision.standards.suspension import days_suspended
from fieldpo.supervision.written.standards import Counts, ObligationRule, Policy


class Reach(NamedTuple):
    """The latest ``n`` contacts that count toward an obligation, since a day, are all that it can need.

    ``once``: any one since then settles it, however long ago. ``event``: the last event that asked for it, whose answer
    is quoted: the first contact since then. A share's ``n`` grows with the contacts of ``whole`` since ``made_since``.
    """

    obligation: str
    counts: Counts
    n: int
    since: date
    once: bool = False
    event: date | None = None
    whole: Counts | None = None
    made_since: date | None = None


def reaches(pack: Pack, case: CaseFacts, on: date, contacts: Iterable[Contact] = ()) -> tuple[Reach, ...]:
    """Say for each obligation that the case can have on a day which contacts can still count.

    An obligation that the standards do not ask of the case is left out. ``contacts`` are needed only for a share, whose
    n grows with what was done. Raises as ``engine.obligations``.
    """
    policy = policy_for(pack, case, on)
    level = labelled(pack, policy, case.level_on(on))
    if why_not(policy, case, level, on):
        return ()
    setting = Setting(pack, policy, case, level, tuple(contacts), on, (), satisfying(pack))
    found = (_reach(setting, policy, rule) for rule in policy.obligations)
    return tuple(reach for reach in found if reach is not None)


def _reach(setting: Setting, policy: Policy, rule: ObligationRule) -> Reach | None:
    case, on = setting.case, setting.on
    counts, base, words = counts_of(policy, rule), base_of(setting, rule), rate_of(setting, rule)
    if rule.on_event:
        days = [event.day for event in case.events if event.kind == rule.on_event and case.start <= event.day <= on]
        return Reach(rule.code, counts, 1, max(base, *days), once=True, event=max(days)) if days else None
    rate = read_rate(words)
    if rule.at_share_of_term or (rule.initial_for_all and rate is None):
        return Reach(rule.code, counts, 1, base, once=True)
    if rate is None:
        return None
    far = longest(rate.span)
    most = rate.n
    old = _old_rate(setting, rule, far)
    if old is not None:
        far, most = max(far, longest(old.span)), max(most, old.n)
    if rule.after_suspension == "extend":
        far += timedelta(days=days_suspended(case, rule.code, rule.suspended_by, case.start, on))
    since = max(base, on - min(far, on - date.min))
    if not rule.share_of:
        return Reach(rule.code, counts, most, since)
    made_since = max(base, window_start(on, rate.span))
    whole = next(one.counts for one in policy.obligations if one.code == rule.share_of)
    n = share_of(setting, rule, rate, base).n
    return Reach(rule.code, counts, n, since, whole=whole, made_since=made_since)


def _old_rate(setting: Setting, rule: ObligationRule, far: timedelta) -> Rate | None:
    """The rate at the level before a fresh change, where the policy asks what was due at that one."""
    change = setting.case.level_on(setting.on)
    if not setting.policy.after_level_change or change.since <= setting.case.start or setting.on > change.since + far:
        return None
    before = setting.case.level_on(change.since - timedelta(days=1))
    return read_rate(rate_of(setting._replace(level=labelled(setting.pack, setting.policy, before)), rule))
