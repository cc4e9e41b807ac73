"""The officer's day: Today, and the field sheet to take along."""
