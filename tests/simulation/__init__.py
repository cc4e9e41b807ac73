"""Devices, central, network, disks and clocks in one process, from one seed: `python -m tests.simulation --seed S`.

`running` steps a world; `seams` hands clock, randomness and crashes to the real code; `checker` and `invariants` judge.
"""
