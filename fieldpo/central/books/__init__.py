"""What central keeps: its database, the tables and their migrations, feeds' places, the log."""
