"""What the agency's rules ask of a case: the policy in force, contacts that are owed, tests that are drawn."""
