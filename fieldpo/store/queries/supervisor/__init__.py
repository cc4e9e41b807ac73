"""What a supervisor looks at: reports to review, what central holds, the team."""
