"""Central as a running server: its application, processes, health and counts."""
