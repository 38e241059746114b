"""What differs between machines. Read by the processes only, then passed down as values."""
