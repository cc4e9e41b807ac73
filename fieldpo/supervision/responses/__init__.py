"""Responses to violations: an agency's matrix as TOML, and what it recommends, by when, approved by whom, and why.

May import `fieldpo.errors`, `fieldpo.plain` and its neighbours in `fieldpo.supervision`; imports nothing itself.
"""
