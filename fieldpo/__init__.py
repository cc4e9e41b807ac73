"""fieldpo: an encrypted offline caseload for probation and parole officers. Imports nothing."""

__version__ = "0.1.0"
