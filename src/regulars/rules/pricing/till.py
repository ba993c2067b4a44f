"""One cart on the counter: its lines in an order of their own, and the offers that may apply to it.

Lines are sorted by product, price and id, so that nothing depends on the order in which they came. Delivery is one more
line, after all others: ``nets[-1]``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regulars.rules.offers.model import COUPON, Percent, Price, Spend
from regulars.rules.pricing.cart import Cart, Line
from regulars.rules.pricing.facts import Facts, facts_of, holds
from regulars.rules.pricing.left import PLENTY, Left, Room, room
from regulars.rules.pricing.tables import DELIVERY, GIFT, PICKED, SETS, SPREAD, UNIT, Ready, Tables
from regulars.rules.values import WholeTest

_NONE: list[int] = []


@dataclass(slots=True, eq=False)
class Live:
    """An offer that may apply to this cart.

    shape: as in ``tables``. lines: the lines it works on. parts: of a set, the lines of each part. units: at most so
    many units; line_units: of each line. off_minor: at most so much off. only_one: it goes with no other coupon.
    """

    ready: Ready
    shape: int
    lines: list[int]
    parts: list[list[int]]
    room: Room
    units: int
    line_units: int
    off_minor: int
    only_one: bool


@dataclass(slots=True)
class Refused:
    """An offer or coupon that does not apply, by the key of why; ``test`` is the sum that was not reached."""

    ready: Ready | None
    name: str
    why: str
    missing: tuple[str, WholeTest, int] | None = None


class Till:
    """The cart, laid out."""

    def __init__(self, tables: Tables, cart: Cart, left: Mapping[str, Left]) -> None:
        self.tables = tables
        self.cart = cart
        self.left = left
        self.lines: list[Line] = sorted(cart.lines, key=_place)
        self.count = len(self.lines)
        self.prices = [line.price_minor for line in self.lines]
        self.quantities = [line.quantity for line in self.lines]
        self.nets = [line.price_minor * line.quantity for line in self.lines]
        self.list_minor = sum(self.nets)
        self.lists = list(self.nets)
        self.units = sum(self.quantities)
        self.nets.append(cart.delivery_minor)
        self.every_line = list(range(self.count))
        self.facts: Facts = facts_of(cart, tables.zone)
        self.refused: list[Refused] = []
        self.groups: list[list[Live]] = [[] for _ in tables.groups]
        self.idle: list[list[Live]] = [[] for _ in tables.groups]
        """By group: offers whose threshold is out of reach whatever the others do; only explained."""
        self._find()

    def sum_of(self, name: str, nets: Sequence[int], lines: Sequence[int] | None = None) -> int:
        """The sum that a condition calls ``name``: of the cart, or of an offer's own ``lines`` for ``goods.*``."""
        if name == "net":
            return sum(nets) - nets[-1]
        own = name.startswith("goods.")
        chosen = lines if own and lines is not None else self.every_line
        what = name.removeprefix("goods.")
        if what == "net":
            return sum([nets[i] for i in chosen])
        if what == "list":
            return sum([self.lists[i] for i in chosen]) if own else self.list_minor
        if what == "quantity":
            return sum([self.quantities[i] for i in chosen]) if own else self.units
        return sum([self.gross(i, nets[i]) for i in chosen])

    def gross(self, line: int, net: int) -> int:
        """A line with its tax, when tax comes on top."""
        if self.tables.policy.tax == "included":
            return net
        rate = self.lines[line].tax_percent
        bottom = 100 * rate.denominator
        return net + (2 * net * rate.numerator + bottom) // (2 * bottom)

    def unmet(self, live: Live, nets: Sequence[int]) -> tuple[str, WholeTest, int] | None:
        """The first test on a sum that fails, with the sum; None when all hold."""
        for name, test in live.ready.sums:
            value = self.sum_of(name, nets, live.lines)
            if not holds(test, value):
                return name, test, value
        return None

    def _find(self) -> None:
        """The offers that speak of these goods, and the coupons that were brought, each live or refused."""
        tables = self.tables
        found = tables.goods_of(self.lines)
        ready: dict[int, Ready] = {}
        for goods in found:
            for asker in tables.askers[goods]:
                ready[asker.seat] = asker
        for asker in tables.everything:
            ready[asker.seat] = asker
        for name in self._coupons():
            coupon = tables.coupons[name]
            ready[coupon.seat] = coupon
        for seat in sorted(ready):
            self._seat(ready[seat], found)
        for group in self.groups:
            group.sort(key=_rank)

    def _coupons(self) -> list[str]:
        """The coupons brought by name or by a public code; what nobody knows is refused."""
        names = []
        for name in self.cart.coupons:
            if name in self.tables.coupons:
                names.append(name)
            else:
                self.refused.append(Refused(None, name, "unknown_coupon"))
        for code in self.cart.codes:
            key = self.tables.public_codes.get(code)
            if key is None:
                self.refused.append(Refused(None, code, "unknown_code"))
            elif key not in names:
                names.append(key)
        return names

    def _seat(self, ready: Ready, found: Mapping[int, list[int]]) -> None:
        every_line = self.every_line
        parts = [every_line if goods < 0 else found.get(goods, _NONE) for goods in ready.goods]
        why = ""
        if _NONE in parts:
            if ready.coupon is None:
                if len(parts) > 1 and any(parts):
                    self.refused.append(Refused(ready, ready.key, "goods"))
                return
            why = "goods"
        for key, check in ready.checks:
            if not check(self.facts):
                why = key
                break
        left = self.left.get(ready.key) if self.left else None
        limits = ready.room if left is None else room(ready.offer, left)
        why = why or limits.closed
        if why:
            self.refused.append(Refused(ready, ready.key, why))
            return
        live = self._live(ready, parts, limits)
        asks = ready.sums or ready.shape == SPREAD
        of = self.idle if asks and self._out_of_reach(live) else self.groups
        of[ready.group].append(live)

    def _out_of_reach(self, live: Live) -> bool:
        """Whether a sum that discounts only lower is too low already."""
        for name, test in live.ready.sums:
            fixed = name.removeprefix("goods.") in ("list", "quantity")
            if (fixed or test.op == "at_least") and not holds(test, self.sum_of(name, self.nets, live.lines)):
                return True
        deal = live.ready.offer.deal
        if not isinstance(deal, Spend):
            return False
        first = deal.every_minor or deal.steps[0].from_minor
        return self.sum_of(f"goods.{deal.of}", self.nets, live.lines) < first

    def _live(self, ready: Ready, parts: list[list[int]], limits: Room) -> Live:
        units, line_units, shape = limits.units, PLENTY, ready.shape
        if shape == PICKED or (shape == UNIT and (ready.of_line or units < PLENTY or limits.stock < PLENTY)):
            offer = ready.offer
            each_unit = isinstance(offer.deal, (Price, Percent)) or getattr(offer.deal, "each", "") == "unit"
            units = min(units, limits.stock) if each_unit else PLENTY
            if ready.of_line:
                line_units = offer.units_at_most or PLENTY
            if units < PLENTY and sum([min(self.quantities[i], line_units) for i in parts[0]]) <= units:
                units = PLENTY
            if units == PLENTY and line_units == PLENTY:
                shape = UNIT
        return Live(ready, shape, parts[0], parts, limits, units, line_units, limits.off_minor, ready.only_one)


def _rank(live: Live) -> tuple[int, int]:
    return live.ready.rank


def _place(line: Line) -> tuple[str, int, str]:
    return (line.product_id, line.price_minor, line.line_id)


__all__ = ["COUPON", "DELIVERY", "GIFT", "SETS", "SPREAD", "Live", "Refused", "Till"]
