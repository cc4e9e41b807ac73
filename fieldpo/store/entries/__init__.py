"""What an officer writes, as acts to save: pure functions from a filled-in form to an `Act`, for screens and shell.

May import what `fieldpo.store` may. Nothing here reads or writes a vault; codes that the pack lacks raise `NotFound`.
"""
