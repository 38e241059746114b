"""Demonstration data: invented dossiers that live by the real rules. Nobody in them exists.

Everything is drawn from a ``random.Random`` that is passed in, so the same seed gives the same
data.
"""
