"""The agenda of a day: what each source asks of an officer as items, where each stands, its rank; one line a person.

Pure, as all of `supervision`: `store.queries.agenda` reads the records that the items are made of.
"""
