"""An agency's files, read through a mapping in TOML and loaded into central in one transaction.

`mapping` the TOML; `rows` the file; `cells` one value; `drafts` a row's records; `spread` caseloads;
`names` made-up names; `load` the transaction; `report` what is told. Imports sync.protocol and central only.
"""
