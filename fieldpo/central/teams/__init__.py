"""Teams and their supervisors, and the feed in which a supervisor sees the team's work."""
