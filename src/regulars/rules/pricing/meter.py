"""How long a search may go on, counted in nodes: pure code has no clock."""

from __future__ import annotations


class Meter:
    """Counts nodes. ``proved`` turns False when something was left unsearched.

    A part of a search may be given a part of the nodes only (``narrow``, then ``widen``), so that what it cannot finish
    does not keep the parts after it from their turn.
    """

    def __init__(self, nodes: int) -> None:
        self.left = nodes
        self.floor = 0
        self.proved = True

    def spend(self, nodes: int = 1) -> bool:
        """Whether the search may go on."""
        self.left -= nodes
        if self.left >= self.floor:
            return True
        self.left = self.floor - 1
        self.proved = False
        return False

    @property
    def over(self) -> bool:
        """Whether nothing may be searched any more."""
        return self.left < self.floor

    def narrow(self, share: int) -> int:
        """From now on only one in ``share`` of the nodes that are left; gives what ``widen`` asks for."""
        before = self.floor
        self.floor = max(before, self.left - max(0, self.left - before) // share)
        return before

    def widen(self, floor: int) -> None:
        """Back to what could be searched before."""
        self.floor = floor
