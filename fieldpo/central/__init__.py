"""The reference central: its database, the transaction script of each request, its routes and its commands.

May import `sync.protocol` and `supervision`, never `store`, `screens` or `app`.
"""
