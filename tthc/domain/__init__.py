"""Floor 0: the rules, in plain Python. No I/O, no clock, no framework."""
