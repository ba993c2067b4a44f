"""Draws that anybody can check: the seed is committed to before play and shown afterwards.

Each local day of a game has a seed of 32 bytes. The seeds are a chain: a day's seed is the SHA-256 of the next day's,
and the SHA-256 of the first day's is the ``anchor``, published before the first play. So the anchor commits to every
seed of the game, and a seed that has been shown is the commitment of the day after it; no seed tells anything of a
later one. A draw is

    HMAC-SHA256(key = the day's seed, message = "player:client seed:nonce:round")

read as a whole number of 256 bits. ``player`` is the member's name in this game, so that two members never share a
draw; ``nonce`` counts the member's plays of the game and never goes back. The number modulo the denominator is the
draw; numbers above the last whole multiple of the denominator are thrown away and the next round is taken, so that
every outcome is exactly as likely as published.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from itertools import pairwise

from regulars.rules.games.model import Game, Prize

_WHOLE = 2**256
CLIENT_SEED_MAX = 64


def commitment(seed: bytes) -> bytes:
    """What is published of a seed before it is shown."""
    return hashlib.sha256(seed).digest()


def seed_of(tip: bytes, days: int, day: int) -> bytes:
    """The seed of ``day`` (from 0) of a chain for ``days`` days that ends in ``tip``; of day -1 the anchor."""
    if not -1 <= day < days:
        raise ValueError(f"day {day} of {days}")
    seed = tip
    for _ in range(days - 1 - day):
        seed = commitment(seed)
    return seed


def leads_to(seed: bytes, day: int, anchor: bytes) -> bool:
    """Whether a seed shown for ``day`` (from 0) is the one that the anchor committed to."""
    for _ in range(day + 1):
        seed = commitment(seed)
    return hmac.compare_digest(seed, anchor)


def number(seed: bytes, message: str, denominator: int) -> int:
    """A whole number from 0 to ``denominator`` - 1, each exactly as likely as the other."""
    limit = _WHOLE - _WHOLE % denominator
    tried = 0
    while True:
        block = hmac.digest(seed, f"{message}:{tried}".encode(), hashlib.sha256)
        value = int.from_bytes(block)
        if value < limit:
            return value % denominator
        tried += 1


def play_number(seed: bytes, player: str, client_seed: str, nonce: int, denominator: int) -> int:
    """The draw of one play."""
    return number(seed, f"{player}:{client_seed}:{nonce}", denominator)


def drawn(game: Game, draw: int) -> Prize | None:
    """The prize that a draw of the game falls on, in the order of its file; None: nothing."""
    upto = 0
    for prize in game.prizes:
        upto += int(prize.chance * game.denominator)
        if draw < upto:
            return prize
    return None


def packets(seed: bytes, name: str, points: int, count: int, least: int) -> Sequence[int]:
    """``points`` split into ``count`` packets of at least ``least``; every such split is equally likely.

    What is above the least is a row of ``points - count * least`` marks with ``count - 1`` bars between them; the
    places of the bars are drawn without return (Floyd's method, Bentley 1987). Raises ValueError when the points do
    not suffice.
    """
    spare = points - count * least
    if count < 1 or spare < 0:
        raise ValueError("too few points for so many packets")
    total = spare + count - 1
    bars: set[int] = set()
    for place in range(total - count + 1, total):
        bar = number(seed, f"{name}:{place}", place + 1)
        bars.add(place if bar in bars else bar)
    edges = [-1, *sorted(bars), total]
    return [least + after - before - 1 for before, after in pairwise(edges)]
