"""Risk, needs and screening instruments as TOML: items, points, cut-offs, and the scoring that explains itself.

May import `fieldpo.errors`, `fieldpo.plain` and its neighbours in `fieldpo.supervision`; imports nothing itself.
"""
