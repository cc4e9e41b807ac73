"""Facts about a client that an officer may change: one small description a kind, and the act that a form makes of it.

A new kind is one file here and its name in `kinds`. May import what `fieldpo.store` may.
"""
