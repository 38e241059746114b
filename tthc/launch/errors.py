"""What can go wrong before there is an application to answer."""

from __future__ import annotations


class LaunchError(Exception):
    """Something needed to start is missing or refuses; the message says what to do."""
