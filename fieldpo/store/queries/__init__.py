"""What screens and commands ask of the vault: frozen dataclasses out of one read transaction, never a row of a table.

May import what `fieldpo.store` may. A query takes the connection first and reads in batches, not person by person.
"""
