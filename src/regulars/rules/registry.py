"""The numbers that stand for keys, the same in every version of a programme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from regulars.rules.programme import Programme


@dataclass(frozen=True, slots=True)
class Registry:
    """The numbers of currencies, rules, and of what they give beside points, the same in every version of a programme:
    keys only ever join.

    things: (``coupon`` or ``badge``, key).
    """

    currencies: tuple[str, ...]
    rules: tuple[str, ...]
    things: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, programmes: Iterable[Programme]) -> Registry:
        """Number the keys of ``programmes`` in the order of their versions."""
        currencies: dict[str, None] = {}
        rules: dict[str, None] = {}
        things: dict[tuple[str, str], None] = {}
        for programme in programmes:
            currencies.update((c.key, None) for c in programme.points)
            rules.update((r.key, None) for r in programme.rules)
            things.update(((gift.kind, gift.key), None) for gift in programme.gifts)
        return cls(tuple(currencies), tuple(rules), tuple(things))
