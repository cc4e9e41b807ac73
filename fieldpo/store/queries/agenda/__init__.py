"""What a local day asks of an officer, person by person: what Today, caseload and field sheet are made of."""
