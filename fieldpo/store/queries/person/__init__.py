"""One person: the overview and the tabs."""
