"""Policy packs: read from TOML and checked, those that ship, what each uses, its worked cases and note templates.

May import `fieldpo.errors`, `fieldpo.plain` and its neighbours in `fieldpo.supervision`; imports nothing itself.
"""
