"""The rules of supervision as values and pure functions: policy packs, the office calendar, appointments.

Imports nothing of ours but ``fieldpo.errors`` and ``fieldpo.plain``.
"""
