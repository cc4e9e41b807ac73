"""PouchDB and WatermelonDB, at exact versions from npm, as programs that are told what to do by lines."""
