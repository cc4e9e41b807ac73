"""What central and its people do to records by hand: moves, matches, releases, policy."""
