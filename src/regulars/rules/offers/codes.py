"""Which codes there can be: their letters, and how many must be possible for one that is guessed not to be right."""

from __future__ import annotations

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Capital letters and digits without 0 and O, 1, I and L, which people mistake for each other."""
LENGTH_MAX = 32
COUNT_MAX = 5_000_000
PREFIX_MAX = 16
UNGUESSABLE = 1_000
"""At least so many codes must be possible for each that is made."""


def length_for(count: int) -> int:
    """The fewest random characters with which ``count`` codes cannot be guessed."""
    length = 1
    while len(ALPHABET) ** length < count * UNGUESSABLE:
        length += 1
    return length
