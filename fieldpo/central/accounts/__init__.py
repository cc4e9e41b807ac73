"""Who may come in: users, passwords, tokens, the device flow and the page of its codes."""
