"""The wire contract between a device and central, shared by both: kinds, ops, exchanges and merging.

`kinds` the records and their bodies; `ops` what an officer did, frozen; `exchange` one POST /v1/sync;
`merge` the pure rules both sides keep. Imports nothing of ours but `errors` and `plain`.
"""
