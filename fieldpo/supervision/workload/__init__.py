"""Workload: what a caseload weighs against what one officer can carry, by an agency's weights in TOML.

May import `fieldpo.errors`, `fieldpo.plain` and its neighbours in `fieldpo.supervision`; imports nothing itself.
"""
