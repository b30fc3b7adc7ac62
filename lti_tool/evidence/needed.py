"""What a document turns out to need while it is read: large data of ours that a fork can't open, and its parent loads for the next one.

So a process that reads texts alone is small and starts at once.
"""

from __future__ import annotations


class Needed(Exception):
    """A fork needs `name`, which the module that does the work can load; its parent loads it and forks anew."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Place:
    """Where this program runs: in a fork nothing can be opened any more."""

    in_fork = False


def or_needed(name: str) -> None:
    """Raise Needed(name) in a fork; elsewhere do nothing, since there it can be loaded at once."""
    if Place.in_fork:
        raise Needed(name)
