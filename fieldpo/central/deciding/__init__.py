"""What becomes of ops: what may be read and written, the decision on each, and its writing."""
