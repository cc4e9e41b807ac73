"""Faults that need real processes, disks, networks and PostgreSQL: what tests/simulation cannot put in.

`python -m tests.faults --seed S --rounds N` is the long run; docs/faults.md says what is put in and what it found.
"""
