"""Widgets that two or more screens share, one a file. May import what screens may. Imports nothing here."""
