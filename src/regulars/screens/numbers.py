"""Numbers that somebody typed, or that stand in an address."""

from __future__ import annotations

_DIGITS_MOST = 18
"""Of a number that a database's key can be."""


def number_in(text: object) -> int:
    """The whole number that a text says; 0 for any other text, and for one too long to be a number of anything."""
    said = str(text)
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _DIGITS_MOST else 0
