"""The vault as a database: its two engines, tables, migrations, and turns at writing."""
