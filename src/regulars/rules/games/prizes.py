"""Prizes of a game, and what each of them is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from regulars.rules.games.chances import read_chance
from regulars.rules.games.model import CONTEST, WHEEL, Gives, Prize
from regulars.rules.language.reading import Path, Reader, listed
from regulars.rules.offers.limits import Money

PRIZE = ("key", "name", "gives", "stock", "worth")
GIVES = ("points", "coupon", "gift")
PRIZES_MAX = 50
POINTS_MAX = 10**9
STOCK_MAX = 10**9
_PLACES = re.compile(r"\s*(\d{1,5})\s*[-–]\s*(\d{1,5})\s*")


class Prizes:
    """Reads the prizes of a game of that kind."""

    def __init__(self, reader: Reader, money: Money, kind: str) -> None:
        self.reader = reader
        self.money = money
        self.kind = kind

    def every(self, whole: Mapping[str, Any]) -> list[Prize]:
        """The prizes in the order of the file."""
        reader = self.reader
        if self.kind not in (WHEEL, CONTEST):
            return []
        if "prizes" not in whole:
            reader.say((), "needs `{key}`", key="prizes")
            return []
        items = reader.items(whole["prizes"], ("prizes",), most=PRIZES_MAX)
        found = [self.prize(item, ("prizes", place)) for place, item in enumerate(items)]
        prizes = [prize for prize in found if prize is not None]
        self._keys(whole, items)
        if self.kind == CONTEST:
            self._places(prizes)
        return prizes

    def consolation(self, whole: Mapping[str, Any]) -> Prize | None:
        """What who draws nothing gets."""
        if "consolation" not in whole or self.kind != WHEEL:
            return None
        return self.prize(whole["consolation"], ("consolation",), consolation=True)

    def prize(self, value: Any, path: Path, consolation: bool = False) -> Prize | None:
        """One prize."""
        reader = self.reader
        own = () if consolation else ("chance",) if self.kind == WHEEL else ("places",)
        prize = reader.section(value, path, (*PRIZE, *own), needs=("key", "name", "gives", *own))
        if prize is None:
            return None
        key = reader.key(prize["key"], (*path, "key")) if "key" in prize else None
        name = reader.name(prize["name"], (*path, "name")) if "name" in prize else {}
        gives = self._gives(prize["gives"], (*path, "gives")) if "gives" in prize else None
        chance = read_chance(reader, prize["chance"], (*path, "chance")) if "chance" in prize and own else None
        first, last = self._of_places(prize["places"], (*path, "places")) if "places" in prize and own else (0, 0)
        stock = reader.whole(prize["stock"], (*path, "stock"), 1, STOCK_MAX) if "stock" in prize else None
        worth = self.money.of(prize, path, "worth")
        if key is None or gives is None:
            return None
        return Prize(key, name, gives, chance or Fraction(0), stock, worth or 0, first, last)

    def _gives(self, value: Any, path: Path) -> Gives | None:
        reader = self.reader
        gives = reader.section(value, path, (*GIVES, "currency"))
        if gives is None:
            return None
        named = [key for key in GIVES if key in gives]
        if len(named) != 1:
            reader.say(path, "needs one of {known}", known=listed(GIVES))
            return None
        kind, at = named[0], (*path, named[0])
        if "currency" in gives and kind != "points":
            reader.say((*path, "currency"), "only goes with `points`")
        if kind == "points":
            points = reader.whole(gives["points"], at, 1, POINTS_MAX)
            currency = reader.key(gives["currency"], (*path, "currency")) if "currency" in gives else ""
            return None if points is None else Gives("points", points, currency or "")
        if kind == "coupon":
            coupon = reader.key(gives["coupon"], at)
            return None if coupon is None else Gives("coupon", coupon=coupon)
        return Gives("gift") if reader.flag(gives["gift"], at) else None

    def _keys(self, whole: Mapping[str, Any], items: Sequence[Any]) -> None:
        """Every key once, the consolation's too."""
        seen: set[Any] = set()
        every: list[tuple[Any, Path]] = [(item, ("prizes", place)) for place, item in enumerate(items)]
        every.append((whole.get("consolation"), ("consolation",)))
        for item, path in every:
            key = item.get("key") if isinstance(item, Mapping) else None
            if isinstance(key, str) and key in seen:
                self.reader.say((*path, "key"), "is the key of another prize already")
            seen.add(key if isinstance(key, str) else None)

    def _of_places(self, value: Any, path: Path) -> tuple[int, int]:
        """``1``, or ``2-5``."""
        ranged = _PLACES.fullmatch(value) if isinstance(value, str) else None
        if ranged and 1 <= int(ranged[1]) <= int(ranged[2]):
            return int(ranged[1]), int(ranged[2])
        if not isinstance(value, str):
            place = self.reader.whole(value, path, 1, 10_000)
            return (place, place) if place else (0, 0)
        self.reader.say(path, "must be a place such as 1, or places such as 2-5")
        return 0, 0

    def _places(self, prizes: Sequence[Prize]) -> None:
        after = 0
        for place, prize in enumerate(prizes):
            if prize.first and prize.first <= after:
                self.reader.say(
                    ("prizes", place, "places"), "must come after place {place} (the prize before)", place=after
                )
            after = max(after, prize.last)
