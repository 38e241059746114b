"""Floor 3: the command line. Parse, call one service or job, print."""
