"""The price of a cart: the one door to all of this.

``Pricer(offers)`` compiles an offers file once; ``price`` answers carts. Pure: the moment, what is left of each offer,
what points are worth and how long to search are all given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from regulars.rules.money import spread
from regulars.rules.offers.model import Offers
from regulars.rules.pricing.aftermath import look_back
from regulars.rules.pricing.breakdown import Applied, Breakdown, GiftLine, LineOff, Missing, NotApplied, PricedLine
from regulars.rules.pricing.cart import Cart
from regulars.rules.pricing.explain import not_applied
from regulars.rules.pricing.left import Left
from regulars.rules.pricing.meter import Meter
from regulars.rules.pricing.one_more import next_step
from regulars.rules.pricing.search import Search, Solution
from regulars.rules.pricing.steps import Step
from regulars.rules.pricing.tables import Tables
from regulars.rules.pricing.tender import PointsWorth, pay
from regulars.rules.pricing.till import Till

NODES, NODES_A_LINE = 200, 2
"""How far a search goes unless the caller says otherwise: so many nodes, or so many for each line where that is more.

The goods of a cart of 20 lines under 200 offers are shared out within some 25 of them, the hardest within 100. Half of
what is then left goes to combinations that are dearer at first: so a cart that is not proved yet costs at most about
half as much again as one that is.
"""
_NOTHING: Mapping[str, Left] = {}


class Pricer:
    """Prices carts under one offers file."""

    def __init__(self, offers: Offers) -> None:
        self.tables = Tables(offers)

    def price(
        self,
        cart: Cart,
        left: Mapping[str, Left] = _NOTHING,
        points: PointsWorth | None = None,
        nodes: int | None = None,
    ) -> Breakdown:
        """The full breakdown of a cart.

        left: by key of an offer or coupon, what is left of it; those not named are all there. points: what points are
        worth; None: they pay nothing. nodes: how far to search before the best found so far must do; None: as far as
        ``NODES`` says.
        """
        till = Till(self.tables, cart, left)
        meter = Meter(max(NODES, NODES_A_LINE * len(cart.lines)) if nodes is None else nodes)
        solution = Search(till, meter).best()
        return _Writing(till, solution, points).breakdown(meter.proved)


class _Writing:
    """Writes the breakdown of a solution, in the cart's own order of lines."""

    def __init__(self, till: Till, solution: Solution, points: PointsWorth | None) -> None:
        self.till = till
        self.solution = solution
        self.policy = till.tables.policy
        self.steps: list[Step] = [step for stage in solution.stages for step in stage.steps]
        self.added = self.policy.tax == "added"
        self.taxes = self._taxes()
        self.goods = sum(solution.final.nets) - solution.final.nets[-1]
        self.delivery = solution.final.nets[-1]
        self.total = self.goods + self.delivery + (sum(self.taxes) if self.added else 0)
        self.tendered = pay(till.cart, self.total, points)

    def breakdown(self, proved: bool) -> Breakdown:
        """All of it."""
        till, cart = self.till, self.till.cart
        offers = till.tables.offers
        seen = look_back(till, self.solution)
        refused = not_applied(till, seen)
        if self.tendered.why:
            missing = Missing("points", self.tendered.missing) if self.tendered.missing else None
            refused.append(NotApplied("points", self.tendered.why, missing))
        earning = self._earning()
        return Breakdown(
            currency=cart.currency,
            minor_digits=offers.minor_digits,
            total_minor=self.total,
            goods_minor=self.goods,
            delivery_minor=self.delivery,
            tax_minor=sum(self.taxes),
            to_pay_minor=self.total - sum([tender.amount_minor for tender in self.tendered.tenders]),
            lines=self._lines(earning),
            discounts=tuple(_applied(step) for step in self.steps if step.offs),
            gifts=tuple(GiftLine(step.live.ready.key, *step.gift) for step in self.steps if step.gift is not None),
            tenders=self.tendered.tenders,
            not_applied=tuple(refused),
            next_step=next_step(till, seen, self.goods),
            proved_best=proved,
            delivery_earning_minor=earning[-1],
        )

    def _lines(self, earning: Sequence[int]) -> tuple[PricedLine, ...]:
        till, nets = self.till, self.solution.final.nets
        offs: list[list[LineOff]] = [[] for _ in nets]
        for step in self.steps:
            for line, off in step.offs:
                offs[line].append(LineOff(step.live.ready.key, off))
        by_id = {line.line_id: i for i, line in enumerate(till.lines)}
        order = [by_id[line.line_id] for line in till.cart.lines]
        return tuple(
            PricedLine(till.lines[i].line_id, till.lists[i], nets[i], self.taxes[i], earning[i], tuple(offs[i]))
            for i in order
        )

    def _taxes(self) -> list[int]:
        """The tax of each line and of delivery, within the price or on top of it."""
        till, nets = self.till, self.solution.final.nets
        rates = [line.tax_percent for line in till.lines] + [till.cart.delivery_tax_percent]
        if not any(rates):
            return [0] * len(nets)
        parts = [rate / (100 if self.added else 100 + rate) if rate else Fraction(0) for rate in rates]
        exact = [net * part for net, part in zip(nets, parts, strict=True)]
        if self.policy.rounding == "line":
            return [_half_up(tax) for tax in exact]
        whole = [int(tax) for tax in exact]
        missing = _half_up(sum(exact, Fraction(0))) - sum(whole)
        for i in sorted(range(len(exact)), key=lambda i: exact[i] - whole[i], reverse=True)[:missing]:
            whole[i] += 1
        return whole

    def _earning(self) -> list[int]:
        """The part of each line, and of delivery, that earns: without what was paid in ways that earn nothing."""
        nets, earn_on = self.solution.final.nets, self.policy.earn_on
        earning = list(nets)
        paid = 0 if earn_on.points_paid else self.tendered.points_minor
        paid += 0 if earn_on.gift_card_paid else self.tendered.gift_cards_minor
        if paid:
            gross = [net + (tax if self.added else 0) for net, tax in zip(nets, self.taxes, strict=True)]
            for i, share in enumerate(spread(paid, gross)):
                # A tender pays price and tax alike; only the price's part of it earns less.
                earning[i] -= -(-share * nets[i] // gross[i]) if gross[i] else 0
        if earn_on.coupon_paid:
            for step in self.steps:
                if step.live.ready.coupon is not None:
                    for line, off in step.offs:
                        earning[line] += off
        return earning


def _applied(step: Step) -> Applied:
    ready = step.live.ready
    return Applied(ready.key, step.off_minor, ready.offer.kind, step.units, ready.coupon is not None)


def _half_up(number: Fraction) -> int:
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)
