"""The offers of the groups still to come, each as a bound: what it could take off at most.

Laid out once for a search: what does not change with the nets (fixed sums, thresholds, percents) is settled here, so
that asking costs a few integers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from regulars.rules.offers.model import Amount, BuyGet, Nth, Percent, Spend
from regulars.rules.pricing.facts import holds
from regulars.rules.pricing.tables import DELIVERY, GIFT, Group
from regulars.rules.pricing.till import Live, Till

Most = Callable[[int, int], int]
"""Of (its goods now, its goods when the groups began): what a deal takes off at most, whatever its own limits."""


@dataclass(slots=True, eq=False)
class Late:
    """One offer. everywhere: it works on all goods; otherwise ``place`` is its own among those that do not.

    net_from, own_from: what the cart, or its own goods, must cost at least when the groups begin. steps: what its own
    goods must cost for each next step. steep: its percent, rounded up, 100 where it is not known. flats: the sums it
    takes off whatever its goods cost, unless they cost less than that; none where it goes by what they cost.
    delivery: what it takes off delivery at most.
    """

    live: Live
    everywhere: bool
    place: int
    net_from: int
    own_from: int
    steps: Sequence[int]
    bare: Most
    steep: int
    flats: Sequence[int] = ()
    delivery: int = 0
    cap: int = field(init=False)
    least_own: int = field(init=False)
    """What its own goods must cost at least for it to take off anything."""

    def __post_init__(self) -> None:
        self.cap = self.live.off_minor
        self.flats = sorted({min(flat, self.cap) for flat in self.flats if flat})
        deal = self.live.ready.offer.deal
        self.least_own = self.own_from
        if isinstance(deal, Spend) and deal.of == "net":
            self.least_own = max(self.own_from, deal.every_minor or deal.steps[0].from_minor)

    def most(self, start: int, now: int, own: int, left: int) -> int:
        """What it takes off at most. start, now: goods of the cart; own, left: its own goods at the start and when its
        turn comes, at most."""
        if start < self.net_from or own < self.own_from:
            return 0
        goods = now if now < left else left
        off = self.bare(goods, own)
        if off > goods:
            off = goods
        return off if off < self.cap else self.cap

    def most_alone(self, own: int) -> int:
        """What it takes off at most while its own goods cost ``own``, whatever the cart costs.

        Dearer goods of its own bring it no more than the difference of this, whatever the cart costs then: a cart
        that costs less than they is a limit to both.
        """
        if own < self.own_from:
            return 0
        return min(self.bare(own, own), own, self.live.off_minor) + self.delivery

    def steps_between(self, own: int, top: int) -> Sequence[int]:
        """The steps above ``own``, up to ``top``."""
        steps = self.steps
        return steps[bisect_right(steps, own) : bisect_right(steps, top)] if steps else steps


@dataclass(slots=True)
class Prospect:
    """The groups from one on: of each its offers on goods, and those on delivery with what they ask for.

    locals: the offers that work on some goods only; by_line: of each line, their places.
    """

    groups: list[tuple[Group, list[Late], list[Late]]]
    locals: list[Late]
    by_line: list[list[int]]

    @property
    def all(self) -> list[Late]:
        """Every offer."""
        return [late for _, lates, deliveries in self.groups for late in (*lates, *deliveries)]


def prospect(till: Till, first: int) -> Prospect:
    """The groups from ``first`` on."""
    some: list[Late] = []
    groups = []
    for place in range(first, len(till.groups)):
        lates: list[Late] = []
        deliveries: list[Late] = []
        for live in till.groups[place]:
            if live.shape == GIFT:
                continue
            late = _late(till, live, len(some))
            if late is None:
                continue
            if not late.everywhere:
                some.append(late)
            (deliveries if live.shape == DELIVERY else lates).append(late)
        if lates or deliveries:
            groups.append((till.tables.groups[place], lates, deliveries))
    by_line: list[list[int]] = [[] for _ in till.every_line]
    for late in some:
        for line in late.live.lines:
            by_line[line].append(late.place)
    return Prospect(groups, some, by_line)


def _late(till: Till, live: Live, place: int) -> Late | None:
    """An offer as a bound; None where its fixed sums fail."""
    net_from = own_from = 0
    for name, test in live.ready.sums:
        if name in ("quantity", "list", "goods.quantity", "goods.list"):
            if not holds(test, till.sum_of(name, till.nets, live.lines)):
                return None
        elif test.op == "at_least":
            if name == "net":
                net_from = max(net_from, test.bound)
            elif name == "goods.net":
                own_from = max(own_from, test.bound)
    everywhere = len(live.lines) == till.count
    if live.shape == DELIVERY:
        steps = [own_from] if own_from else []
        off = _delivery_most(till, live)
        return Late(live, everywhere, place, net_from, own_from, steps, _nothing, 0, delivery=off) if off else None
    bare, steep, more = _bare(till, live)
    if own_from:
        more = sorted({own_from, *[step for step in more if step > own_from]})
    return Late(live, everywhere, place, net_from, own_from, more, bare, steep, _flats(till, live))


def _delivery_most(till: Till, live: Live) -> int:
    worth, delivery = live.ready.worth, till.cart.delivery_minor
    assert worth is not None
    scale = till.tables.scale
    return min(-(-worth(delivery, 1, delivery) // scale), live.off_minor)


def _nothing(goods: int, own: int) -> int:
    return 0


def _bare(till: Till, live: Live) -> tuple[Most, int, Sequence[int]]:
    """The deal's most, how steep it is, and the steps of what its own goods cost."""
    deal, policy = live.ready.offer.deal, till.tables.policy
    if isinstance(deal, Spend):
        return _spend(till, live, deal)
    if isinstance(deal, Amount):
        each = deal.each
        times = 1 if each == "order" else len(live.lines)
        if each == "unit":
            times = min(sum([till.quantities[i] for i in live.lines]), live.units)
        off = deal.off_minor * times
        return lambda goods, own: off, 0, []
    if isinstance(deal, (Percent, BuyGet, Nth)):
        # Half cents may round up on every second line, and once more for the order.
        cents = 1 + (len(live.lines) // 2 if policy.rounding == "line" else 0)
        top, bottom = deal.percent.numerator, deal.percent.denominator * 100
        steep = -(-top * 100 // bottom)
        if policy.base == "original":
            listed = sum([till.lists[i] for part in live.parts for i in part]) * top // bottom + cents
            return lambda goods, own: listed, steep, []
        if top == bottom:
            return lambda goods, own: goods, steep, []
        return lambda goods, own: goods * top // bottom + cents, steep, []
    return lambda goods, own: goods, 100, []


def _flats(till: Till, live: Live) -> Sequence[int]:
    """The sums that a deal takes off whatever its goods cost; none for one that goes by what they cost."""
    deal = live.ready.offer.deal
    if isinstance(deal, Spend) and not deal.every_minor:
        return [step.off_minor for step in deal.steps if not step.percent]
    if isinstance(deal, Spend) and deal.of == "net":
        return [live.off_minor]
    if isinstance(deal, (Amount, Spend)) or till.tables.policy.base == "original":
        bare, steep, _ = _bare(till, live)
        return [bare(0, 0)] if not steep or isinstance(deal, (Percent, BuyGet, Nth)) else []
    return []


def _spend(till: Till, live: Live, deal: Spend) -> tuple[Most, int, Sequence[int]]:
    scale = till.tables.scale
    listed = sum([till.lists[i] for i in live.lines])
    fixed = listed if deal.of == "list" else sum([till.gross(i, till.lists[i]) for i in live.lines])
    of_net = deal.of == "net"
    if deal.every_minor:
        every, off = deal.every_minor, deal.off_minor
        # No more steps are told apart than its own maximum lets it take.
        count = min(listed // every, -(-live.off_minor // off))
        steps = range(every, every * count + 1, every) if of_net else ()
        return (lambda goods, own: (own if of_net else fixed) // every * off), 0, steps
    ladder = list(zip(deal.steps, live.ready.step_shares, strict=True))[::-1]
    original = till.tables.policy.base == "original"

    def most(goods: int, own: int) -> int:
        counted = own if of_net else fixed
        for step, share in ladder:
            if counted >= step.from_minor:
                if not step.percent:
                    return step.off_minor
                return (2 * share(listed if original else goods) + scale) // (2 * scale)
        return 0

    steep = max([-(-step.percent.numerator // step.percent.denominator) for step in deal.steps], default=0)
    return most, steep, [step.from_minor for step in deal.steps if step.from_minor <= listed] if of_net else []


def owns_of(prospect: Prospect, nets: Sequence[int]) -> list[int]:
    """What the goods of each of the ``locals`` cost."""
    return [sum([nets[i] for i in late.live.lines]) for late in prospect.locals]
