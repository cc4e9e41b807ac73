"""What a form begins with, and what it says while it is filled in."""
