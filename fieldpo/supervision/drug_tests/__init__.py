"""Drug and alcohol tests: a laboratory's panels and cut-offs as TOML, and what a specimen and a result mean by them.

May import `fieldpo.errors`, `fieldpo.plain` and its neighbours in `fieldpo.supervision`; imports nothing itself.
"""
