"""Where commands print: as wide as the terminal, and as wide as it takes where the output goes to a file or a pipe."""

from __future__ import annotations

from rich.console import Console as RichConsole
from rich.console import ConsoleDimensions

_WIDE = 10_000


class Console(RichConsole):
    """Rich's console, which outside a terminal neither breaks a message nor cuts a table to 80 columns."""

    @property
    def size(self) -> ConsoleDimensions:
        """Columns and lines."""
        found = super().size
        return found if self.is_terminal else ConsoleDimensions(_WIDE, found.height)

    @size.setter
    def size(self, new_size: tuple[int, int]) -> None:
        self._width, self._height = new_size
