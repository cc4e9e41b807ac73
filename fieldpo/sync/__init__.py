"""The exchange with central: wire types (protocol), the sans-I/O engine, and its client over httpx.

This file imports nothing, so that central can take `fieldpo.sync.protocol` without httpx.
"""
