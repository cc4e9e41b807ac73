"""What agencies write, as frozen values: a pack's lists, standards, instruments, matrices, laboratories, weights.

The rules read these and a pack holds them all, so they stand below both. May import `fieldpo.errors`; imports nothing
itself.
"""
