"""How everything is started from nothing. Standard library only."""
