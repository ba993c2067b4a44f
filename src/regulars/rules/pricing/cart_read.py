"""A cart from JSON: decimal texts become minor units, and whatever does not fit is named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from regulars.rules.language.money import MINOR_DIGITS
from regulars.rules.language.reading import Path, Problem, Reader, is_list, is_number
from regulars.rules.money import MINOR_MAX
from regulars.rules.pricing.cart import Cart, GiftCard, Line

LINES_MAX = 1_000
QUANTITY_MAX = 1_000_000
COUPONS_MAX = 100
_TEXTS = ("category", "brand", "name", "sku", "variant")
_LINE = ("line_id", "product_id", "price", "quantity", "tax_percent", "currency", *_TEXTS, "extra")
_CART = (
    *("member", "tier", "segments", "joined_days", "channel", "at", "currency", "lines", "delivery"),
    *("delivery_tax_percent", "coupons", "codes", "points", "gift_cards", "properties", "group"),
)
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_cart(data: Any, currency: str, at_us: int | None = None) -> tuple[Cart | None, list[Problem]]:
    """Check a cart and type it.

    data: the JSON with numbers as int or Decimal; amounts may be texts ("59.90"). currency: the offers' own, which the
    cart must be in. at_us: the moment to take when the cart has none.
    Gives the cart, or None when anything is wrong with it, and every problem, each with its path. Never raises for what
    JSON can hold.
    """
    reading = _Reading(currency)
    cart = reading.cart(data, at_us)
    return (None if reading.reader.problems else cart), reading.reader.problems


class _Reading:
    def __init__(self, currency: str) -> None:
        self.reader = Reader()
        self.currency = currency
        self.digits = MINOR_DIGITS[currency]

    def cart(self, data: Any, at_us: int | None) -> Cart | None:
        reader = self.reader
        cart = reader.section(data, (), _CART, needs=("lines",))
        if cart is None:
            return None
        self._same_currency(cart, ())
        items = reader.items(cart.get("lines", ()), ("lines",), most=LINES_MAX) if "lines" in cart else ()
        lines = [self._line(item, ("lines", place), place) for place, item in enumerate(items)]
        seen: dict[str, int] = {}
        for place, line in enumerate(lines):
            if line is not None and seen.setdefault(line.line_id, place) != place:
                first = f"lines[{seen[line.line_id]}]"
                reader.say(("lines", place, "line_id"), "must be unique: {first} has this id already", first=first)
        if not reader.problems and sum(line.list_minor for line in lines if line) > MINOR_MAX:
            reader.say(("lines",), "come to more than can be counted")
        points = reader.section(cart.get("points", {}), ("points",), ("available", "use")) or {}
        joined = cart.get("joined_days")
        properties = cart.get("properties", {})
        if not isinstance(properties, Mapping):
            reader.say(("properties",), "must be a section of settings")
            properties = {}
        if "group" in cart:
            properties = {**properties, "group": self._text(cart, (), "group")}
        return Cart(
            lines=tuple(line for line in lines if line is not None),
            currency=self.currency,
            at_us=self._moment(cart, at_us),
            member=self._text(cart, (), "member"),
            tier=self._text(cart, (), "tier"),
            segments=self._texts(cart, "segments"),
            joined_days=None if joined is None else reader.whole(joined, ("joined_days",), most=36_500),
            channel=self._text(cart, (), "channel"),
            delivery_minor=self._money(cart, (), "delivery") or 0,
            delivery_tax_percent=self._tax(cart, (), "delivery_tax_percent"),
            coupons=self._texts(cart, "coupons"),
            codes=self._texts(cart, "codes"),
            points_available=self._points(points, "available"),
            points_use=self._points(points, "use"),
            gift_cards=self._gift_cards(cart),
            properties=properties,
        )

    def _line(self, value: Any, path: Path, place: int) -> Line | None:
        reader = self.reader
        line = reader.section(value, path, _LINE, needs=("product_id", "price", "quantity"))
        if line is None:
            return None
        self._same_currency(line, path)
        quantity = reader.whole(line["quantity"], (*path, "quantity"), 1, QUANTITY_MAX) if "quantity" in line else 1
        extra = line.get("extra", {})
        if not isinstance(extra, Mapping):
            reader.say((*path, "extra"), "must be a section of settings")
            extra = {}
        return Line(
            line_id=self._text(line, path, "line_id") or str(place + 1),
            product_id=self._text(line, path, "product_id"),
            price_minor=self._money(line, path, "price") or 0,
            quantity=quantity or 1,
            tax_percent=self._tax(line, path, "tax_percent"),
            extra=extra,
            **{name: self._text(line, path, name) for name in _TEXTS},
        )

    def _same_currency(self, part: Mapping[str, Any], path: Path) -> None:
        code = part.get("currency", self.currency)
        if code != self.currency:
            self.reader.say((*path, "currency"), "must be {currency}, as the offers are", currency=self.currency)

    def _text(self, part: Mapping[str, Any], path: Path, key: str) -> str:
        """A text; a whole number counts as the text that reads the same, null and absence as empty."""
        value = part.get(key)
        if value is None or (value == "" and key != "product_id"):
            if key == "product_id" and key in part:
                self.reader.say((*path, key), "must be text")
            return ""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.reader.text(value, (*path, key)) or ""

    def _texts(self, part: Mapping[str, Any], key: str) -> tuple[str, ...]:
        texts: list[str] = []
        for place, item in enumerate(self.reader.items(part.get(key, ()), (key,), least=0, most=COUPONS_MAX)):
            text = self.reader.text(item, (key, place))
            if text is not None and text in texts:
                self.reader.say((key, place), "stands twice")
            elif text is not None:
                texts.append(text)
        return tuple(texts)

    def _number(self, value: Any, path: Path) -> Decimal | int | None:
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            return Decimal(value)
        if isinstance(value, str) or not is_number(value):
            self.reader.say(path, 'must be a number such as "59.90"')
            return None
        return self.reader.number(value, path)

    def _money(self, part: Mapping[str, Any], path: Path, key: str) -> int | None:
        if key not in part:
            return None
        at = (*path, key)
        number = self._number(part[key], at)
        return None if number is None else self.reader.money(number, at, self.currency, self.digits, most=MINOR_MAX)

    def _tax(self, part: Mapping[str, Any], path: Path, key: str) -> Fraction:
        number = self._number(part[key], (*path, key)) if key in part else None
        if number is None:
            return Fraction(0)
        if not 0 <= number <= 100:
            self.reader.say((*path, key), "must be between 0 and 100")
        elif Fraction(number).denominator > 10_000:
            self.reader.say((*path, key), "must have at most 4 decimals")
        return Fraction(number)

    def _points(self, points: Mapping[str, Any], key: str) -> int:
        return self.reader.whole(points[key], ("points", key), most=10**12) or 0 if key in points else 0

    def _gift_cards(self, cart: Mapping[str, Any]) -> tuple[GiftCard, ...]:
        cards: list[GiftCard] = []
        for place, item in enumerate(self.reader.items(cart.get("gift_cards", ()), ("gift_cards",), 0, COUPONS_MAX)):
            path: Path = ("gift_cards", place)
            card = self.reader.section(item, path, ("code", "available"), needs=("code", "available"))
            if card is None:
                continue
            code = self._text(card, path, "code")
            if code and any(code == other.code for other in cards):
                self.reader.say((*path, "code"), "stands twice")
            cards.append(GiftCard(code, self._money(card, path, "available") or 0))
        return tuple(cards)

    def _moment(self, cart: Mapping[str, Any], at_us: int | None) -> int:
        path: Path = ("at",)
        if "at" not in cart:
            if at_us is None:
                self.reader.say((), "needs `at`, the moment it is priced at")
            return at_us or 0
        text = cart["at"]
        try:
            moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not 1990 <= moment.year < 2119:
            self.reader.say(path, "must be a moment with its zone, such as 2026-12-08T20:30:00+08:00")
            return 0
        return (moment - _EPOCH) // timedelta(microseconds=1)


def unwrapped(document: Any) -> list[Any]:
    """The carts of a JSON document: one cart, a list of carts, or either under ``cart`` beside a note."""
    if isinstance(document, Mapping) and "cart" in document:
        document = document["cart"]
    if is_list(document):
        return [item["cart"] if isinstance(item, Mapping) and "cart" in item else item for item in document]
    return [document]
