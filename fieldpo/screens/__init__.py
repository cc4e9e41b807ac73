"""One screen a file, what two screens share in widgets/. May import store, supervision, reports, messages, bindings and
the wire contract; never app or sync. Nothing is imported here: `routes` loads a screen when it is first opened."""
