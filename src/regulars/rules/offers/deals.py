"""What an offer gives, kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from regulars.rules.language.reading import Path, Reader, is_list
from regulars.rules.offers.goods import read_goods
from regulars.rules.offers.limits import QUANTITY_MAX, Money, read_percent
from regulars.rules.offers.model import (
    Amount,
    Bundle,
    BuyGet,
    Deal,
    Delivery,
    Gift,
    Nth,
    Percent,
    Price,
    Slot,
    Spend,
    Step,
)
from regulars.rules.programme import Condition

PICKS = ("cheapest", "dearest")
EACH = ("unit", "line", "order")
OF = ("net", "list", "gross")
STEPS_MAX = 50
SLOTS_MAX = 20

SETTINGS: Mapping[str, tuple[str, ...]] = {
    "price": ("price", "pick", "units_at_most"),
    "percent": ("off_percent", "pick", "units_at_most", "off_at_most"),
    "amount": ("off", "each", "pick", "units_at_most", "off_at_most"),
    "spend": ("of", "steps", "every", "off", "off_at_most"),
    "buy_get": ("buy", "get", "units", "repeat"),
    "nth": ("nth", "off_percent", "repeat", "pick", "each"),
    "bundle": ("price", "repeat", "pick"),
    "gift": ("gift",),
    "delivery": ("off_percent", "off", "price"),
}
"""The settings each kind has beside those of every offer."""
KINDS = tuple(SETTINGS)
GROUP_OF_KIND = {"spend": "order", "gift": "order", "delivery": "delivery"}
"""The group of a kind that says none; the others are in ``item``."""


class Deals:
    """Reads the part of an offer that its kind decides."""

    def __init__(self, reader: Reader, money: Money) -> None:
        self.reader = reader
        self.money = money
        self._of: dict[str, Callable[[Mapping[str, Any], Path], Deal | None]] = {
            "price": self._price,
            "percent": self._percent,
            "amount": self._amount,
            "spend": self._spend,
            "buy_get": self._buy_get,
            "nth": self._nth,
            "bundle": self._bundle,
            "gift": self._gift,
            "delivery": self._delivery,
        }

    def read(self, kind: str, offer: Mapping[str, Any], path: Path) -> Deal | None:
        """The deal of an offer of that kind; None when something is wrong with it."""
        return self._of[kind](offer, path)

    def _needs(self, offer: Mapping[str, Any], path: Path, *keys: str) -> bool:
        for key in keys:
            if key not in offer:
                self.reader.say(path, "needs `{key}`", key=key)
        return all(key in offer for key in keys)

    def _percent_of(self, offer: Mapping[str, Any], path: Path) -> Fraction | None:
        return read_percent(self.reader, offer["off_percent"], (*path, "off_percent"))

    def _choice(self, offer: Mapping[str, Any], path: Path, key: str, words: tuple[str, ...]) -> Any:
        return self.reader.choice(offer.get(key, words[0]), (*path, key), words) or words[0]

    def _repeat(self, offer: Mapping[str, Any], path: Path) -> bool:
        return self.reader.flag(offer.get("repeat", True), (*path, "repeat")) is not False

    def _count(self, offer: Mapping[str, Any], path: Path, key: str, least: int = 1) -> int | None:
        return self.reader.whole(offer.get(key, 1), (*path, key), least, QUANTITY_MAX)

    def _price(self, offer: Mapping[str, Any], path: Path) -> Deal | None:
        price = self.money.of(offer, path, "price") if self._needs(offer, path, "price") else None
        return None if price is None else Price(price)

    def _percent(self, offer: Mapping[str, Any], path: Path) -> Deal | None:
        percent = self._percent_of(offer, path) if self._needs(offer, path, "off_percent") else None
        return None if percent is None else Percent(percent)

    def _amount(self, offer: Mapping[str, Any], path: Path) -> Deal | None:
        off = self.money.of(offer, path, "off", least=1) if self._needs(offer, path, "off") else None
        # A coupon's amount is meant once; an offer's, like a price, for every unit.
        words = EACH if path[0] == "offers" else ("order", "unit", "line")
        each = self._choice(offer, path, "each", words)
        if each != "unit":
            for key in ("units_at_most", "pick"):
                if key in offer:
                    self.reader.say((*path, key), "only goes with `each: unit`")
        return None if off is None else Amount(off, each)

    def _spend(self, offer: Mapping[str, Any], path: Path) -> Deal | None:
        of = self._choice(offer, path, "of", OF)
        if "steps" in offer:
            for key in ("every", "off"):
                if key in offer:
                    self.reader.say((*path, key), "does not go with `steps`; keep one of the two")
            return Spend(of, self._steps(offer["steps"], (*path, "steps")))
        if "every" not in offer:
            self.reader.say(path, "needs `steps`, or `every` and `off`")
            return None
        every = self.money.of(offer, path, "every", least=1)
        off = self.money.of(offer, path, "off", least=1) if self._needs(offer, path, "off") else None
        if every and off and off > every:
            self.reader.say((*path, "off"), "must not be above `every`")
        return Spend(of, (), every, off) if every and off else None

    def _steps(self, value: Any, path: Path) -> tuple[Step, ...]:
        steps: list[Step] = []
        for place, item in enumerate(self.reader.items(value, path, most=STEPS_MAX)):
            at = (*path, place)
            step = self.reader.section(item, at, ("from", "off", "off_percent"), needs=("from",))
            if step is None:
                continue
            begins = self.money.of(step, at, "from", least=1)
            if ("off" in step) == ("off_percent" in step):
                self.reader.say(at, "needs `off` or `off_percent`, and one of the two only")
            off = self.money.of(step, at, "off", least=1)
            percent = self._percent_of(step, at) if "off_percent" in step else None
            if begins is None:
                continue
            if off and off > begins:
                self.reader.say((*at, "off"), "must not be above `from`")
            if steps and begins <= steps[-1].from_minor:
                self.reader.say((*at, "from"), "must be above the step before")
            steps.append(Step(begins, off or 0, percent or Fraction(0)))
        return tuple(steps)

    def _buy_get(self, offer: Mapping[str, Any], path: Path) -> Deal | None:
        reader = self.reader
        if not self._needs(offer, path, "buy", "get"):
            return None
        at = (*path, "buy")
        buy = reader.section(offer["buy"], at, ("goods", "quantity"), needs=("goods",)) or {}
        bought = read_goods(reader, buy["goods"], (*at, "goods")) if "goods" in buy else Condition()
        x = self._count(buy, at, "quantity")
        at = (*path, "get")
        get = reader.section(offer["get"], at, ("goods", "quantity", "off_percent", "pick"), needs=("goods",)) or {}
        got = read_goods(reader, get["goods"], (*at, "goods")) if "goods" in get else Condition()
        y = self._count(get, at, "quantity")
        percent = self._percent_of(get, at) if "off_percent" in get else Fraction(100)
        pick = self._choice(get, at, "pick", PICKS)
        added = self._choice(offer, path, "units", ("existing", "added")) == "added"
        if added and percent is not None and percent != 100:
            reader.say((*at, "off_percent"), "must be 100 with `units: added`: nobody is made to buy more")
        if x is None or y is None or percent is None:
            return None
        return BuyGet(bought, x, got, y, percent, pick, added, self._repeat(offer, path))

    def _nth(self, offer: Mapping[str, Any], path: Path) -> Deal | None:
        if not self._needs(offer, path, "nth", "off_percent"):
            return None
        nth, percent = self._count(offer, path, "nth", least=2), self._percent_of(offer, path)
        pick = self._choice(offer, path, "pick", PICKS)
        each = self._choice(offer, path, "each", ("order", "line"))
        if nth is None or percent is None:
            return None
        return Nth(nth, percent, self._repeat(offer, path), pick, each)

    def _bundle(self, offer: Mapping[str, Any], path: Path) -> Deal | None:
        if not self._needs(offer, path, "goods", "price"):
            return None
        price = self.money.of(offer, path, "price")
        at = (*path, "goods")
        if not is_list(offer["goods"]):
            self.reader.say(at, "must be a list of what is in the bundle")
            return None
        slots = []
        for place, item in enumerate(self.reader.items(offer["goods"], at, most=SLOTS_MAX)):
            goods = read_goods(self.reader, item, (*at, place), more=("quantity",))
            quantity = self._count(item, (*at, place), "quantity") if isinstance(item, Mapping) else None
            slots.append(Slot(goods, quantity or 1))
        pick = self._choice(offer, path, "pick", ("dearest", "cheapest"))
        return None if price is None else Bundle(tuple(slots), price, self._repeat(offer, path), pick)

    def _gift(self, offer: Mapping[str, Any], path: Path) -> Deal | None:
        if not self._needs(offer, path, "gift"):
            return None
        at = (*path, "gift")
        gift = self.reader.section(offer["gift"], at, ("product_id", "quantity"), needs=("product_id",)) or {}
        product = self.reader.text(gift["product_id"], (*at, "product_id")) if "product_id" in gift else None
        quantity = self._count(gift, at, "quantity")
        return Gift(product, quantity) if product and quantity else None

    def _delivery(self, offer: Mapping[str, Any], path: Path) -> Deal | None:
        said = [key for key in ("off_percent", "off", "price") if key in offer]
        if not said:
            self.reader.say(path, "needs `off_percent`, `off` or `price`")
            return None
        for key in said[1:]:
            self.reader.say((*path, key), "does not go with `{first}`; keep one of the two", first=said[0])
        if said[0] == "off_percent":
            percent = self._percent_of(offer, path)
            return None if percent is None else Delivery(Percent(percent))
        amount = self.money.of(offer, path, said[0], least=1 if said[0] == "off" else 0)
        if amount is None:
            return None
        return Delivery(Amount(amount, "order") if said[0] == "off" else Price(amount))
