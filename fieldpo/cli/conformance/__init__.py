"""`fieldpo central conformance`: any server against docs/sync-contract.md, from outside.

May import the wire contract and httpx; nothing of ours beside them, so that it knows only what the contract says.
"""
