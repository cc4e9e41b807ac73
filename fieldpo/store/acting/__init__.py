"""What an officer does: acts saved whole, the outbox, undo, drafts, answers."""
