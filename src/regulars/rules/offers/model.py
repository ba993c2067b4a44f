"""Offers and coupons, checked and typed: what the offers file says once every question about it is settled.

An ``Offer`` is who, when and which goods; its ``deal`` is what they get. A ``Coupon`` is an offer of the group
``coupon`` that a customer must hold.
Everything is frozen; money is in minor units, percents are exact fractions of 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from regulars.rules.programme import Condition, Text

Rule = Literal["best_of", "stack", "exclusive"]
Pick = Literal["cheapest", "dearest"]
Each = Literal["unit", "line", "order"]
Of = Literal["net", "list", "gross"]
LimitKind = Literal["quantity", "times", "amount"]
LimitPer = Literal["member", "order", "day", "week", "month", "year"]

COUPON = "coupon"
"""The group that coupons are in."""
TENDER = "tender"
"""The place of points and gift cards in the sequence; no offer is in it."""


@dataclass(frozen=True, slots=True)
class Price:
    """These goods cost ``price_minor`` each."""

    price_minor: int


@dataclass(frozen=True, slots=True)
class Percent:
    """So many percent off."""

    percent: Fraction


@dataclass(frozen=True, slots=True)
class Amount:
    """So much off every unit, every line, or once, spread over the goods in proportion."""

    off_minor: int
    each: Each = "unit"


@dataclass(frozen=True, slots=True)
class Step:
    """From this much on: an amount or a percent off."""

    from_minor: int
    off_minor: int = 0
    percent: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Spend:
    """Spend so much, save so much: the highest of ``steps`` reached, or ``off_minor`` for each ``every_minor``.

    of: what counts toward it: ``list`` (before discounts), ``net`` (after earlier groups), ``gross`` (net with tax).
    """

    of: Of
    steps: tuple[Step, ...] = ()
    every_minor: int = 0
    off_minor: int = 0


@dataclass(frozen=True, slots=True)
class BuyGet:
    """Buy ``buy_quantity`` of these, get ``get_quantity`` of those at ``percent`` off.

    added: the free unit is put in; otherwise units in the cart are discounted, ``pick`` first.
    """

    buy: Condition
    buy_quantity: int
    get: Condition
    get_quantity: int
    percent: Fraction
    pick: Pick = "cheapest"
    added: bool = False
    repeat: bool = True


@dataclass(frozen=True, slots=True)
class Nth:
    """Of every ``nth`` of these units, one (``pick``) is ``percent`` off; counted over the order or each line."""

    nth: int
    percent: Fraction
    repeat: bool = True
    pick: Pick = "cheapest"
    each: Literal["line", "order"] = "order"


@dataclass(frozen=True, slots=True)
class Slot:
    """One part of a bundle."""

    goods: Condition
    quantity: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """These goods together cost ``price_minor``; of several that fit, ``pick`` first."""

    slots: tuple[Slot, ...]
    price_minor: int
    repeat: bool = True
    pick: Pick = "dearest"


@dataclass(frozen=True, slots=True)
class Gift:
    """So many of a product on top, for nothing."""

    product_id: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """Less for delivery: a percent off, an amount off, or a fixed price."""

    deal: Percent | Amount | Price


Deal = Price | Percent | Amount | Spend | BuyGet | Nth | Bundle | Gift | Delivery


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many units, times or minor units of money off, in each ``per``; days and longer are the member's."""

    kind: LimitKind
    limit: int
    per: LimitPer


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer.

    goods: which lines it works on (tests of ``line.*``; none: all). where: the tests on the cart, and more tests of
    ``line.*``. member: who gets it. pick: which units first when not all can have it; None: whichever is best.
    units_at_most: so many units of an order, or of each line when ``units_each_line``.
    valid_from_us/valid_until_us: moments in microseconds UTC, from included, until excluded; None: unbounded.
    stock: how many units (gifts; sets of a bundle; uses, where it works on no single units) there are in all.
    priority: the higher goes first; of equals, the first in the file.
    """

    key: str
    kind: str
    group: str
    deal: Deal
    goods: Condition = field(default_factory=Condition)
    where: Condition = field(default_factory=Condition)
    member: Condition = field(default_factory=Condition)
    pick: Pick | None = None
    units_at_most: int | None = None
    units_each_line: bool = False
    off_at_most_minor: int | None = None
    valid_from_us: int | None = None
    valid_until_us: int | None = None
    stock: int | None = None
    at_most: Limit | None = None
    budget_minor: int | None = None
    priority: int = 0
    name: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a coupon: ``count`` generated ones, or one ``public`` word."""

    public: str = ""
    prefix: str = ""
    length: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Coupon:
    """An offer that a customer must hold. exclusive: it goes with no other coupon. valid_days: from the day it is
    given."""

    offer: Offer
    valid_days: int | None = None
    exclusive: bool = False
    codes: Codes | None = None


@dataclass(frozen=True, slots=True)
class GroupRule:
    """How offers of one group live together; ``at_most`` so many of them in one cart."""

    rule: Rule
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class EarnOn:
    """Whether the part of the price paid this way earns points."""

    points_paid: bool = False
    gift_card_paid: bool = True
    coupon_paid: bool = False


@dataclass(frozen=True, slots=True)
class Returns:
    """What comes back when an order is returned whole.

    coupons: the customer has them again. uses: stock, budgets and limits of offers count as not used. Money, points and
    gift cards always come back in the share of what is returned, with its part of every discount.
    """

    coupons: bool = True
    uses: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for all offers. Every conflict that shops settle differently is settled here."""

    tax: Literal["included", "added"] = "included"
    rounding: Literal["line", "order"] = "line"
    base: Literal["discounted", "original"] = "discounted"
    sequence: tuple[str, ...] = ("item", "order", COUPON, "delivery", TENDER)
    groups: Mapping[str, GroupRule] = field(default_factory=dict)
    earn_on: EarnOn = EarnOn()
    returns: Returns = Returns()


GROUPS = {
    "item": GroupRule("best_of"),
    "order": GroupRule("stack"),
    COUPON: GroupRule("stack"),
    "delivery": GroupRule("best_of"),
}
"""What groups are when the file does not say."""


@dataclass(frozen=True, slots=True)
class PointsGift:
    """Something a member gets for ``points`` of a currency of points (empty: the first that can be spent).

    offer: its name, who may have it, when, how many there are in all and for each member; what it gives is the product,
    or for a coupon the coupon's key. coupon: the key of the coupon it gives, empty for a product.
    """

    offer: Offer
    points: int
    currency: str = ""
    coupon: str = ""
    sku: str = ""
    description: Text = field(default_factory=dict)
    picture: str = ""

    @property
    def key(self) -> str:
        """Names it for ever."""
        return self.offer.key


@dataclass(frozen=True, slots=True)
class Charity:
    """A project that members give points to, in units of ``unit_points``.

    amount_minor: the money the shop gives for a unit (0: it says no money). goal_points: what it hopes for in all.
    at_least_points: the smallest gift.
    """

    key: str
    name: Text
    unit_points: int
    amount_minor: int = 0
    currency: str = ""
    goal_points: int | None = None
    at_least_points: int = 0
    description: Text = field(default_factory=dict)
    picture: str = ""
    valid_from_us: int | None = None
    valid_until_us: int | None = None


@dataclass(frozen=True, slots=True)
class GroupBuy:
    """A price for those who buy together: it holds when ``people`` members have paid within ``hours`` of the first one
    opening the group. ``offer`` is of kind ``price`` and applies only to a cart that belongs to such a group."""

    offer: Offer
    people: int
    hours: int
    description: Text = field(default_factory=dict)
    picture: str = ""

    @property
    def key(self) -> str:
        """Names it for ever."""
        return self.offer.key


@dataclass(frozen=True, slots=True)
class Offers:
    """A whole offers file."""

    currency: str
    minor_digits: int
    time_zone: str
    policy: Policy
    offers: tuple[Offer, ...]
    coupons: tuple[Coupon, ...] = ()
    gifts: tuple[PointsGift, ...] = ()
    charities: tuple[Charity, ...] = ()
    group_buys: tuple[GroupBuy, ...] = ()

    def for_pricing(self) -> Offers:
        """The same with the prices of group buys among the offers, after all others. Whoever prices with it says which
        of them are closed to the cart."""
        return replace(self, offers=(*self.offers, *(buy.offer for buy in self.group_buys)))
