"""TOML as agencies write it, read into values: errors name file, line and key.

May import `fieldpo.errors` and `fieldpo.plain`; knows no rule of supervision. Imports nothing itself.
"""
