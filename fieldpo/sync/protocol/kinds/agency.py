"""Who works for the agency and by which rules: officers, caseloads and policy packs. Central alone writes them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from fieldpo.sync.protocol.body import Body, Code, Day, Id, Line, Merging, kind


@kind("officer", Merging.CENTRAL)
class Officer(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who works for the agency: an officer, a supervisor."""

    name: Line
    title: Line = ""
    role: Code = "officer"
    team: Line = ""
    phone: Line = ""
    email: Line = ""


@kind("caseload", Merging.CENTRAL)
class Caseload(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The persons that one officer supervises."""

    name: Line
    officer_id: Id
    team: Line = ""


@kind("policy_pack", Merging.CENTRAL)
class PolicyPack(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A version of the agency's policy: contact standards, words, templates, responses, as TOML text.

    In force from `effective_from` until a later version of the same `pack`. `main` is the one whose words and
    clock the whole agency uses; a case's own `policy` may name another for its standards.
    """

    pack: Code
    version: Line
    effective_from: Day
    text: Annotated[str, msgspec.Meta(max_length=1_000_000)]
    main: bool = False
