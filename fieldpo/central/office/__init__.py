"""What central and its people do to records by hand: imports, moves, matches, releases, policy."""
