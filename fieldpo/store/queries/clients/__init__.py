"""Who the clients are, on any screen: whose, names, hazards, homes, conditions, last contacts; and finding them."""
