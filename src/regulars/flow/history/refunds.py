"""What a refund was about, read from the typed amounts that the log keeps with it."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.events.append import amounts_of


@dataclass(frozen=True, slots=True)
class Returned:
    """What went back: the whole order (or all that was left of it), or the products named."""

    whole: bool
    names: tuple[str, ...]


def returned(amounts: str | None) -> Returned | None:
    """What a refund took back, from the JSON text of its row's ``amounts``; None when it is no refund."""
    if amounts is None:
        return None
    order = amounts_of(amounts)
    return Returned(order.whole, tuple(line.name for line in order.lines if line.name))
