"""The reference central, in rooms from the running server down to its database; docs/contributing.md tells them.

May import `sync.protocol` and `supervision`, never `store`, `screens` or `app`.
"""
