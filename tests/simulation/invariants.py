"""The invariants of the sync, one function or more each: what is wrong, in sentences; empty when all is well.

5, 6 and the telling of 21 are judged on every answer as it passes (`heard.Heard`); 1, 10 and 12 also in the middle of
things; 18 and 20 compare whole runs (`test_simulation`).
"""

from __future__ import annotations

from collections.abc import Callable

from .evidence import Seen
from .judging_copies import base_copy_equals_projection, hashes_equal_at_rest, nothing_readable_after_leaving
from .judging_held import (
    decided_is_carried_out_once,
    nobody_is_given_away_unasked,
    supervisor_sees_what_is_held,
)
from .judging_logs import central_has_each_log
from .judging_ops import (
    acknowledged_only_with_a_stored_verdict,
    effect_if_and_only_if_verdict,
    group_all_or_nothing,
    known_through_never_falls,
    no_child_before_its_parent,
    one_bad_op_delays_no_other,
    one_op_id_one_sha,
    refused_as_too_late_only_if_so,
    retransmission_gets_the_first_verdict,
    what_is_replaced_is_not_applied,
)
from .judging_teams import (
    cases_only_on_demand,
    granted_is_pulled,
    supervisor_sees_no_more,
    supervisor_sees_the_queue,
)
from .judging_texts import (
    each_text_once,
    every_losing_value_can_be_fetched,
    note_bytes_never_change,
    nothing_attributed_to_another,
    own_pending_edits_are_read,
    restored_central_loses_nothing,
    taking_back_ends_the_question,
    text_shown_as_saved_exists,
)
from .verdict_words import Found

ALWAYS: tuple[Callable[[Seen], Found], ...] = (
    text_shown_as_saved_exists,
    one_op_id_one_sha,
    retransmission_gets_the_first_verdict,
    known_through_never_falls,
    acknowledged_only_with_a_stored_verdict,
    base_copy_equals_projection,
    own_pending_edits_are_read,
)
"""True in the middle of things too."""

AT_REST: tuple[Callable[[Seen], Found], ...] = (
    *ALWAYS,
    each_text_once,
    what_is_replaced_is_not_applied,
    effect_if_and_only_if_verdict,
    decided_is_carried_out_once,
    nobody_is_given_away_unasked,
    no_child_before_its_parent,
    group_all_or_nothing,
    hashes_equal_at_rest,
    note_bytes_never_change,
    every_losing_value_can_be_fetched,
    taking_back_ends_the_question,
    one_bad_op_delays_no_other,
    nothing_readable_after_leaving,
    granted_is_pulled,
    supervisor_sees_the_queue,
    supervisor_sees_what_is_held,
    supervisor_sees_no_more,
    cases_only_on_demand,
    refused_as_too_late_only_if_so,
    restored_central_loses_nothing,
    nothing_attributed_to_another,
    central_has_each_log,
)
"""True after healing. 18 and 20 compare runs."""


def number_of(judge: Callable[[Seen], Found]) -> str:
    """The invariant's number, which stands at the beginning of what its function says of itself."""
    return (judge.__doc__ or "").partition(".")[0]
