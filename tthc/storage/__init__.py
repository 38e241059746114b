"""Floor 1: tables, sessions and queries. Knows SQL and the rules' values, nothing above."""
