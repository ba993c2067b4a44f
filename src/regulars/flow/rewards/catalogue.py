"""What there is to have for points and to give points to, as one member (or nobody known) sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from regulars.flow.holds import currency_called
from regulars.flow.phrases import named
from regulars.flow.rewards.charity import is_open
from regulars.flow.rewards.who import facts_about, why_not
from regulars.offers import reads as offers
from regulars.points import reads as points_reads
from regulars.rewards import reads
from regulars.rewards.reads import Raised
from regulars.rules.offers import Charity, PointsGift
from regulars.rules.pricing import Left
from regulars.rules.programme import Currency


@dataclass(frozen=True, slots=True)
class GiftView:
    """One gift. why: the key of why the member cannot have it now, or empty; ``points`` when only those are missing,
    and then ``missing`` says how many. left: how many there are, None without limit."""

    gift: PointsGift
    currency: Currency
    why: str
    missing: int
    left: int | None
    available: int

    @property
    def key(self) -> str:
        """Names it for ever."""
        return self.gift.key

    @property
    def name(self) -> str:
        """What it is called in the active language."""
        return named(self.gift.offer.name, self.gift.key)

    @property
    def description(self) -> str:
        """What is said of it in the active language, or empty."""
        return named(self.gift.description)

    @property
    def tiers(self) -> list[str]:
        """The keys of the tiers it is for; empty for all."""
        wanted = [test for test in self.gift.offer.member.tests if test.name == "member.tier" and test.op != "none_of"]
        values = wanted[0].value if wanted else ()
        return [str(value) for value in (values if isinstance(values, tuple) else (values,))]


@dataclass(frozen=True, slots=True)
class CharityView:
    """One project and what it was given. money: the currency of its amounts."""

    charity: Charity
    currency: Currency
    money: str
    raised: Raised
    open: bool
    available: int

    @property
    def key(self) -> str:
        """Names it for ever."""
        return self.charity.key

    @property
    def name(self) -> str:
        """What it is called in the active language."""
        return named(self.charity.name, self.charity.key)

    @property
    def description(self) -> str:
        """What is said of it in the active language, or empty."""
        return named(self.charity.description)

    @property
    def choices(self) -> list[int]:
        """A few amounts of points that the member can give now, the smallest first."""
        least, unit = self.charity.at_least_points, self.charity.unit_points
        wanted = [least, *(unit * -(-least * times // unit) for times in (2, 5, 10, 20, 50))]
        return [points for points in dict.fromkeys(wanted) if points <= self.available][:4]


def gifts(member_id: int | None = None, now: datetime | None = None) -> list[GiftView]:
    """Every gift of the offers in effect, in the order of the file; none without offers. At most seven queries.

    Raises ``programmes.reads.NoProgramme``.
    """
    now = now or datetime.now(UTC)
    try:
        found = offers.live(now)
    except offers.NoOffers:
        return []
    if not found.gifts:
        return []
    facts = facts_about(member_id, found.zone, now)
    left = offers.left_of(found, found.gifts, member_id, now)
    has = _available(member_id)
    out = []
    for gift in found.gifts.values():
        currency = currency_called(gift.currency)
        known = left.get(gift.key, Left())
        available = has(currency)
        why = why_not(gift.offer, facts, known)
        missing = max(gift.points - available, 0) if member_id is not None else 0
        if not why and missing:
            why = "points"
        stock = None if known.stock is None else max(known.stock, 0)
        out.append(GiftView(gift, currency, why, missing, stock, available))
    return out


def charities(member_id: int | None = None, now: datetime | None = None) -> list[CharityView]:
    """Every project of the offers in effect, in the order of the file; none without offers. At most five queries."""
    now = now or datetime.now(UTC)
    try:
        found = offers.live(now)
    except offers.NoOffers:
        return []
    if not found.charities:
        return []
    raised = reads.raised(list(found.charities), member_id or 0)
    has = _available(member_id)
    out = []
    for charity in found.charities.values():
        currency = currency_called(charity.currency)
        one = CharityView(
            charity, currency, found.offers.currency, raised[charity.key], is_open(charity, now), has(currency)
        )
        out.append(one)
    return out


def _available(member_id: int | None) -> Callable[[Currency], int]:
    """How much a member has of a currency to spend."""
    balances = {} if member_id is None else points_reads.balances(member_id)
    return partial(_of, {key: balance.available for key, balance in balances.items()})


def _of(available: dict[str, int], currency: Currency) -> int:
    return available.get(currency.key, 0)
