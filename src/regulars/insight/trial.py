"""What a draft offer would have done to baskets that people really bought, priced with it and without it.

Pure: baskets and pricers in, sums out. Nobody is asked whether they would have bought more, less or other things.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from regulars.offers.reads import MEMBERS, period
from regulars.rules.offers.model import Coupon, Offer, Offers
from regulars.rules.pricing import Cart, Left, Pricer
from regulars.rules.pricing.taken import taken
from regulars.rules.values import text_test

NODES = 300
"""How far a search goes for one basket: a trial prices thousands."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Trial:
    """Sums over the baskets tried so far; money in minor units.

    sales_minor: what they cost without the draft (other offers count), goods and delivery, before tax that comes on
    top. cost_minor: how much less that is with it. offs: of each basket it touched, how much less. gifts: units given.
    unproved: baskets whose best price was not proved.
    """

    baskets: int = 0
    touched: int = 0
    sales_minor: int = 0
    cost_minor: int = 0
    gifts: int = 0
    unproved: int = 0
    offs: list[int] = field(default_factory=list)

    @property
    def median_off_minor(self) -> int:
        """Half of the touched baskets got at least this much off; the lower of two in the middle."""
        return sorted(self.offs)[(len(self.offs) - 1) // 2] if self.offs else 0


@dataclass(frozen=True, slots=True)
class Basket:
    """A basket, and whose it was (None: nobody known)."""

    member_id: int | None
    cart: Cart


class Trying:
    """Prices baskets under ``offers`` without the offer ``key``, and with it as if it held all the time.

    Its validity, its stock and its budget are left out: how much of them the baskets would have taken is what the trial
    tells. What a member may have of it is kept, day by day, as the baskets come: a member's must come one after the
    other. A coupon is tried as if everybody whom it is for held one.
    """

    def __init__(self, offers: Offers, key: str) -> None:
        self.key = key
        self.zone = ZoneInfo(offers.time_zone)
        self.coupon = any(coupon.offer.key == key for coupon in offers.coupons)
        self.offer = _of(offers, key)
        with_it = replace(
            offers,
            offers=tuple(_free(one) if one.key == key else one for one in offers.offers),
            coupons=tuple(
                replace(one, offer=_free(one.offer)) if one.offer.key == key else one for one in offers.coupons
            ),
        )
        without = replace(
            offers,
            offers=tuple(one for one in offers.offers if one.key != key),
            coupons=tuple(one for one in offers.coupons if one.offer.key != key),
        )
        self._with, self._without = Pricer(with_it), Pricer(without)
        self._by_key = {offer.key: offer for offer in _every(with_it)}

    def run(self, trial: Trial, baskets: Iterable[Basket]) -> None:
        """Try baskets, a member's one after the other. Adds to ``trial``."""
        used: dict[str, int] = {}
        who: int | None = None
        for basket in baskets:
            if basket.member_id is None or basket.member_id != who:
                used, who = {}, basket.member_id
            self._one(trial, basket, used)

    def _one(self, trial: Trial, basket: Basket, used: dict[str, int]) -> None:
        cart = basket.cart
        before = self._without.price(cart, nodes=NODES)
        when = period(self.offer.at_most, self.zone, _EPOCH + timedelta(microseconds=cart.at_us))
        left = {self.key: Left(used=used.get(when, 0))}
        held = replace(cart, coupons=(self.key,)) if self.coupon else cart
        after = self._with.price(held, left, nodes=NODES)
        trial.baskets += 1
        trial.sales_minor += before.goods_minor + before.delivery_minor
        trial.unproved += not (before.proved_best and after.proved_best)
        mine = next((one for one in taken(after, self._by_key) if one.offer == self.key), None)
        if mine is None:
            return
        off = before.goods_minor + before.delivery_minor - after.goods_minor - after.delivery_minor
        trial.touched += 1
        trial.cost_minor += off
        trial.offs.append(off)
        trial.gifts += sum(gift.quantity for gift in after.gifts if gift.offer == self.key)
        limit = self.offer.at_most
        if limit is not None and limit.per in MEMBERS:
            spent = {"quantity": mine.units, "times": mine.times, "amount": mine.amount_minor}[limit.kind]
            used[when] = used.get(when, 0) + spent


def is_for_tier(offer: Offer, tier: str) -> bool:
    """Whether members of a tier (``none``: of no tier yet) may have an offer; its other tests on them are not asked."""
    return all(text_test(test)(tier) for test in offer.member.tests if test.name == "member.tier")


def asks_more(offer: Offer) -> bool:
    """Whether an offer asks more of its members than their tier."""
    return any(test.name != "member.tier" for test in offer.member.tests)


def state(trial: Trial) -> dict[str, Any]:
    """A trial as plain numbers, to go on from."""
    return {name: getattr(trial, name) for name in _FIELDS}


def from_state(numbers: Mapping[str, Any]) -> Trial:
    """A trial from ``state``."""
    return Trial(**{name: numbers[name] for name in _FIELDS})


_FIELDS = ("baskets", "touched", "sales_minor", "cost_minor", "gifts", "unproved", "offs")


def _free(offer: Offer) -> Offer:
    return replace(offer, valid_from_us=None, valid_until_us=None, stock=None, budget_minor=None)


def _every(offers: Offers) -> list[Offer]:
    return [*offers.offers, *(coupon.offer for coupon in offers.coupons)]


def _of(offers: Offers, key: str) -> Offer:
    return next(offer for offer in _every(offers) if offer.key == key)


def find(offers: Offers, key: str) -> Offer | Coupon | None:
    """The offer or coupon of that key."""
    for coupon in offers.coupons:
        if coupon.offer.key == key:
            return coupon
    return next((offer for offer in offers.offers if offer.key == key), None)
