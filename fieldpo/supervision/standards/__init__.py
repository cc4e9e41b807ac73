"""Contact standards: what is owed to a case by when, and why, as pure functions of a pack, a case and its contacts.

``engine.obligations`` is the door. Imports nothing of ours but errors, plain and its own room; nothing is loaded here.
"""
