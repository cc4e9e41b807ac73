"""The store: the encrypted vault and all that stands in it, in rooms from queries down to its database, which
docs/contributing.md tells.

It may import `fieldpo.supervision`, `fieldpo.sync.protocol`, `errors` and `plain`, never a screen or Textual.
This file imports nothing, so that Unlock can look at a vault before SQLModel is loaded.
"""
