"""Floor 1: how a form becomes a file. Knows templates, fonts and the press; no database."""
