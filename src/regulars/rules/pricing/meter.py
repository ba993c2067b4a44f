"""How long a search may go on, counted in nodes: pure code has no clock."""

from __future__ import annotations


class Meter:
    """Counts nodes. ``proved`` turns False when something was left unsearched."""

    def __init__(self, nodes: int) -> None:
        self.left = nodes
        self.proved = True

    def spend(self, nodes: int = 1) -> bool:
        """Whether the search may go on."""
        self.left -= nodes
        if self.left >= 0:
            return True
        self.proved = False
        return False
