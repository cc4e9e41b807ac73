"""The caseload: as a list, and by what it weighs."""
