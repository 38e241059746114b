"""Floor 2: use cases. Each takes a session and the moment, applies rules, stores."""
