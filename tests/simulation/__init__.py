"""Devices, central, network, disks and clocks in one process, from one seed: `python -m tests.simulation --seed S`.

`world` goes from step to step; `seams` hands clock, randomness and crashes to the real code; `invariants` judge.
"""
