"""An offers file made ready for pricing: conditions compiled once, offers found by what they are about.

A cart asks the index for the goods of each of its lines, so it touches only offers that can apply, however many there
are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from zoneinfo import ZoneInfo

from regulars.rules.conditions import line_predicate
from regulars.rules.offers.model import (
    COUPON,
    TENDER,
    Amount,
    Bundle,
    BuyGet,
    Coupon,
    Delivery,
    Gift,
    GroupRule,
    Nth,
    Offer,
    Offers,
    Percent,
    Price,
    Spend,
)
from regulars.rules.pricing.cart import Line
from regulars.rules.pricing.facts import Check, checks_of, sums_of
from regulars.rules.pricing.left import NOTHING_KNOWN, Room, room
from regulars.rules.pricing.worth import Worth, Worths, scale_of
from regulars.rules.programme import Test
from regulars.rules.values import WholeTest, text_members

UNIT, PICKED, SETS, SPREAD, GIFT, DELIVERY = range(6)
"""How an offer works: on units, each by itself (UNIT); on units it picks by price (PICKED); on sets of units (SETS:
buy-get, nth, bundle); once on all its goods (SPREAD); or on no goods (GIFT, DELIVERY)."""

INDEXED = ("product_id", "category", "brand")


@dataclass(slots=True, eq=False)
class Ready:
    """An offer or coupon with its conditions compiled.

    seat: its place in the file, coupons after offers. goods: ids of the goods it asks for, as ``Tables`` counts them;
    -1 is everything. group: the place of its group. room: what one cart may have while all of it is left. worth: of a
    unit deal. shares: percents as functions of minor units, by kind.
    """

    seat: int
    offer: Offer
    coupon: Coupon | None
    shape: int
    goods: tuple[int, ...]
    checks: tuple[Check, ...]
    sums: tuple[tuple[str, WholeTest], ...]
    group: int
    room: Room
    worth: Worth | None = None
    share: Callable[[int], int] | None = None
    step_shares: tuple[Callable[[int], int], ...] = ()
    key: str = field(init=False)
    rank: tuple[int, int] = field(init=False)
    """Its turn among its group."""
    only_one: bool = field(init=False)
    """Whether it goes with no other coupon."""
    of_line: bool = field(init=False)
    """Whether it has a limit of units for each line."""

    def __post_init__(self) -> None:
        self.key = self.offer.key
        self.rank = (-self.offer.priority, self.seat)
        self.only_one = self.coupon is not None and self.coupon.exclusive
        self.of_line = self.offer.units_each_line and self.offer.units_at_most is not None


@dataclass(frozen=True, slots=True)
class Group:
    """One group in its turn. chosen: whether offers of it may be left out (the customer's own coupons)."""

    name: str
    rule: GroupRule
    chosen: bool


class Tables:
    """A whole offers file, ready."""

    def __init__(self, offers: Offers) -> None:
        policy = offers.policy
        self.offers = offers
        self.policy = policy
        self.zone = ZoneInfo(offers.time_zone)
        self.scale = scale_of(_percents(offers), policy)
        self.worths = Worths(policy, self.scale)
        self.groups = tuple(
            Group(name, policy.groups.get(name, GroupRule("best_of")), name == COUPON)
            for name in policy.sequence
            if name != TENDER
        )
        self.group_of = {group.name: place for place, group in enumerate(self.groups)}
        self._goods: dict[tuple[Test, ...], int] = {}
        self._index: dict[str, dict[str, list[int]]] = {name: {} for name in INDEXED}
        self._loose: list[int] = []
        self._rests: list[Callable[[Line], bool] | None] = []
        self.askers: list[list[Ready]] = []
        """By id of goods: the offers that ask for them."""
        self.everything: list[Ready] = []
        """The offers that ask for no particular goods."""
        self.coupons: dict[str, Ready] = {}
        self.public_codes: dict[str, str] = {}
        self.all: list[Ready] = []
        for offer in offers.offers:
            self._add(offer, None)
        for coupon in offers.coupons:
            ready = self._add(coupon.offer, coupon)
            self.coupons[ready.key] = ready
            if coupon.codes is not None and coupon.codes.public:
                self.public_codes[coupon.codes.public] = ready.key

    def goods_of(self, lines: Sequence[Line]) -> dict[int, list[int]]:
        """The lines that fit, by id of goods; only goods that are in the cart at all."""
        found: dict[int, list[int]] = {}
        products, categories, brands = (self._index[name] for name in INDEXED)
        rests = self._rests
        for place, line in enumerate(lines):
            ids = [*products.get(line.product_id, ()), *categories.get(line.category, ())]
            ids += brands.get(line.brand, ())
            ids += self._loose
            for goods in ids:
                rest = rests[goods]
                if rest is None or rest(line):
                    if goods in found:
                        found[goods].append(place)
                    else:
                        found[goods] = [place]
        return found

    def _add(self, offer: Offer, coupon: Coupon | None) -> Ready:
        digits = self.offers.minor_digits
        ready = Ready(
            seat=len(self.all),
            offer=offer,
            coupon=coupon,
            shape=_shape(offer),
            goods=tuple(self._goods_id(tests) for tests in _asked(offer)),
            checks=checks_of(offer),
            sums=sums_of(offer, digits),
            group=self.group_of[offer.group],
            room=room(offer, NOTHING_KNOWN),
        )
        deal = offer.deal.deal if isinstance(offer.deal, Delivery) else offer.deal
        if isinstance(deal, (Price, Percent, Amount)):
            ready.worth = self.worths.of(deal)
        if isinstance(deal, (BuyGet, Nth)):
            ready.share = self.worths.share(deal.percent)
            ready.worth = self.worths.of(Percent(deal.percent))
        if isinstance(deal, Spend):
            ready.step_shares = tuple(self.worths.share(step.percent) for step in deal.steps)
        self.all.append(ready)
        if ready.goods == (-1,):
            if coupon is None:
                self.everything.append(ready)
        else:
            for goods in ready.goods:
                if coupon is None and goods >= 0:
                    self.askers[goods].append(ready)
        return ready

    def _goods_id(self, tests: tuple[Test, ...]) -> int:
        if not tests:
            return -1
        known = self._goods.get(tests)
        if known is not None:
            return known
        goods = self._goods[tests] = len(self._rests)
        self.askers.append([])
        main = next(
            (t for name in INDEXED for t in tests if t.name == f"line.{name}" and t.op in ("any_of", "equal")), None
        )
        rest = tuple(test for test in tests if test is not main)
        self._rests.append(line_predicate(rest, self.offers.minor_digits) if rest else None)
        if main is None:
            self._loose.append(goods)
        else:
            by_value = self._index[main.name.removeprefix("line.")]
            for text in text_members(main):
                by_value.setdefault(text, []).append(goods)
        return goods


def _asked(offer: Offer) -> list[tuple[Test, ...]]:
    """The goods an offer asks for: one set of tests, or one for each part of it."""
    deal = offer.deal
    if isinstance(deal, BuyGet):
        return [deal.buy.tests, deal.get.tests]
    if isinstance(deal, Bundle):
        return [slot.goods.tests for slot in deal.slots]
    return [(*offer.goods.tests, *offer.where.of_lines)]


def _shape(offer: Offer) -> int:
    deal = offer.deal
    if isinstance(deal, (Spend,)) or (isinstance(deal, Amount) and deal.each == "order"):
        return SPREAD
    if isinstance(deal, Gift) or (isinstance(deal, BuyGet) and deal.added):
        return GIFT
    if isinstance(deal, Delivery):
        return DELIVERY
    if isinstance(deal, (BuyGet, Nth, Bundle)):
        return SETS
    return PICKED if offer.pick is not None else UNIT


def _percents(offers: Offers) -> list[Fraction]:
    found: list[Fraction] = []
    for offer in (*offers.offers, *(coupon.offer for coupon in offers.coupons)):
        deal = offer.deal.deal if isinstance(offer.deal, Delivery) else offer.deal
        if isinstance(deal, (Percent, BuyGet, Nth)):
            found.append(deal.percent)
        elif isinstance(deal, Spend):
            found += [step.percent for step in deal.steps]
    return found
