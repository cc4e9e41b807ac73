"""A synthetic caseload, seeded: generated names, invented streets, notes composed from phrases.

May import every room; only ``fieldpo.cli`` imports it.
"""
