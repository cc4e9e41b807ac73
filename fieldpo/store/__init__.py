"""The store: the encrypted vault and all that stands in it: keys, engines, tables, queries, actions, search.

It may import `fieldpo.supervision`, `fieldpo.sync.protocol`, `errors` and `plain`, never a screen or Textual.
This file imports nothing, so that Unlock can look at a vault before SQLModel is loaded.
"""
