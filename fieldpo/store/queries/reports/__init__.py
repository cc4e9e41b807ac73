"""Violation reports: their way, those that stand or came back, the response each keeps, who signs."""
