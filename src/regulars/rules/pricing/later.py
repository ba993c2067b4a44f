"""How little a cart can still come to: what the groups after this one could take off at most.

The bound looks at one number, the ``dearer``: by how many minor units the goods leave this group above the least they
could leave it at. Being dearer pays only where it reaches a threshold; between thresholds the bound never falls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from regulars.rules.offers.model import Amount, BuyGet, Nth, Percent, Price, Spend
from regulars.rules.pricing.claims import spend_off
from regulars.rules.pricing.facts import holds
from regulars.rules.pricing.left import PLENTY
from regulars.rules.pricing.tables import DELIVERY, GIFT, Group
from regulars.rules.pricing.till import Live, Till

Most = Callable[[int, int, int], int]
"""Of (goods of the cart at the start, goods now, dearer): what an offer takes off at most, minor units."""


@dataclass(slots=True)
class _Late:
    live: Live
    everywhere: bool
    most: Most


class Later:
    """The groups from ``first`` on, seen from nets whose sum is the least this group can leave.

    most: what each line can cost at most while the sum is that: more than in ``nets`` where a discount could as well be
    on another line. top: what each line can cost at most, whatever the sum.
    """

    def __init__(self, till: Till, first: int, nets: Sequence[int], most: Sequence[int], top: Sequence[int]) -> None:
        self.till = till
        self.most = most
        self.top = top
        self.top_goods = sum([top[i] for i in till.every_line])
        self.nets = nets
        self.goods = sum(nets) - nets[-1]
        self.delivery = nets[-1]
        self.line_mode = till.tables.policy.rounding == "line"
        self.original = till.tables.policy.base == "original"
        self.jumps: set[int] = {0}
        self.steep = 0
        """The percents that may come together, in all; above 100 the bound may fall between thresholds."""
        self.groups: list[tuple[Group, list[_Late], list[tuple[Live, int]]]] = []
        for place in range(first, len(till.groups)):
            late, deliveries = [], []
            for live in till.groups[place]:
                if live.shape == DELIVERY:
                    deliveries.append((live, self._delivery_most(live)))
                    self._thresholds(live)
                elif live.shape != GIFT:
                    most_of = self._most(live)
                    if most_of(self.top_goods, self.top_goods, self.top_goods):
                        late.append(_Late(live, len(live.lines) == till.count, most_of))
            self.groups.append((till.tables.groups[place], late, deliveries))

    def least(self, dearer: int) -> int:
        """No cart whose goods leave this group so much dearer comes to less in the end."""
        start = now = self.goods + dearer
        delivery = self.delivery
        for group, late, deliveries in self.groups:
            now = max(0, now - self._group_most(group, late, start, now, dearer))
            offs = [off for live, off in deliveries if off and self._may(live, start, dearer)]
            if offs:
                together = group.rule.rule == "stack" or group.chosen
                delivery -= min(delivery, sum(offs) if together else max(offs))
        return now + delivery

    def useful(self, under: int, most: int) -> list[tuple[int, int]]:
        """The ranges of ``dearer`` up to ``most``, from included, until excluded, that could end under ``under``."""
        if self.steep > 100:
            return [(0, most + 1)]
        starts = sorted(jump for jump in self.jumps if jump <= most)
        ranges = []
        for place, start in enumerate(starts):
            if self.least(start) >= under:
                continue
            low, high = start, starts[place + 1] if place + 1 < len(starts) else most + 1
            while high - low > 1:
                middle = (low + high) // 2
                if self.least(middle) < under:
                    low = middle
                else:
                    high = middle
            ranges.append((start, low + 1))
        return ranges

    def _group_most(self, group: Group, late: list[_Late], start: int, now: int, dearer: int) -> int:
        if not late:
            return 0
        if group.chosen or group.rule.at_most is not None:
            offs = sorted([one.most(start, now, dearer) for one in late], reverse=True)
            return sum(offs[: group.rule.at_most or len(offs)])
        if group.rule.rule == "stack":
            after = now
            for one in late:
                after -= min(after, one.most(start, after, dearer))
            return now - after
        offs = [one.most(start, now, dearer) for one in late]
        return max(offs) if all(one.everywhere for one in late) else sum(offs)

    def _may(self, live: Live, start: int, dearer: int) -> bool:
        """Whether the sums the offer asks for can be reached at all."""
        for name, test in live.ready.sums:
            if name in ("quantity", "list", "goods.quantity", "goods.list"):
                if not holds(test, self.till.sum_of(name, self.nets, live.lines)):
                    return False
            elif test.op == "at_least" and name == "net":
                if start < test.bound:
                    return False
            elif test.op == "at_least" and name == "goods.net" and self._own_at(live, dearer) < test.bound:
                return False
        return True

    def _own(self, live: Live) -> int:
        """What an offer's goods can cost at most while the cart is at its least."""
        if len(live.lines) == self.till.count:
            return self.goods
        most = self.most
        return sum([most[i] for i in live.lines])

    def _own_at(self, live: Live, dearer: int) -> int:
        """What an offer's goods can cost at most while the cart is so much dearer."""
        top = self.top
        return min(self._own(live) + dearer, sum([top[i] for i in live.lines]))

    def _thresholds(self, live: Live) -> None:
        for name, test in live.ready.sums:
            if test.op == "at_least" and name in ("net", "goods.net"):
                self._jump(test.bound - (self.goods if name == "net" else self._own(live)))

    def _jump(self, dearer: int) -> None:
        if dearer > 0:
            self.jumps.add(dearer)

    def _most(self, live: Live) -> Most:
        self._thresholds(live)
        own, everywhere = self._own(live), len(live.lines) == self.till.count
        top = sum([self.top[i] for i in live.lines])
        bare = self._bare(live, own)
        cap = live.off_minor

        def most(start: int, now: int, dearer: int) -> int:
            if not self._may(live, start, dearer):
                return 0
            goods = now if everywhere else min(now, own + dearer, top)
            return min(bare(goods, dearer), goods, cap)

        return most

    def _bare(self, live: Live, own: int) -> Callable[[int, int], int]:
        """Of (its goods now, dearer): what the deal takes off at most, whatever its own limits."""
        deal, till = live.ready.offer.deal, self.till
        cents = 1 + (len(live.lines) // 2 if self.line_mode else 0)
        if isinstance(deal, (Percent, BuyGet, Nth)):
            top, bottom = deal.percent.numerator, deal.percent.denominator * 100
            self.steep += -(-top * 100 // bottom)
            if self.original:
                listed = sum([till.lists[i] for line in live.parts for i in line])
                return lambda goods, dearer: listed * top // bottom + cents
            return lambda goods, dearer: goods if top == bottom else goods * top // bottom + cents
        if isinstance(deal, Amount):
            units = min(sum([till.quantities[i] for i in live.lines]), live.units)
            times = {"order": 1, "line": len(live.lines), "unit": units}[deal.each]
            return lambda goods, dearer: deal.off_minor * times
        if isinstance(deal, Price):
            wanted = [deal.price_minor * till.quantities[i] for i in live.lines]
            above = sum([max(0, self.most[i] - price) for i, price in zip(live.lines, wanted, strict=True)])
            if live.units < PLENTY or live.line_units < PLENTY:
                above = own
            self.steep += 100
            return lambda goods, dearer: above + dearer
        if isinstance(deal, Spend):
            return self._spend(live, deal, own)
        self.steep += 100
        return lambda goods, dearer: goods

    def _spend(self, live: Live, deal: Spend, own: int) -> Callable[[int, int], int]:
        till, scale = self.till, self.till.tables.scale
        listed = sum([till.lists[i] for i in live.lines])
        taxed = sum([till.gross(i, till.lists[i]) for i in live.lines])
        top = sum([self.top[i] for i in live.lines])
        self.steep += max([-(-step.percent.numerator // step.percent.denominator) for step in deal.steps], default=0)
        if deal.of == "net":
            froms = [step.from_minor for step in deal.steps if step.from_minor <= top]
            if deal.every_minor:
                froms = list(range(deal.every_minor, top + 1, deal.every_minor))
            for begins in froms:
                self._jump(begins - own)

        def most(goods: int, dearer: int) -> int:
            counted = min(own + dearer, top) if deal.of == "net" else listed if deal.of == "list" else taxed
            base = listed if self.original else goods
            return (2 * spend_off(live, counted, base, scale) + scale) // (2 * scale)

        return most

    def _delivery_most(self, live: Live) -> int:
        worth = live.ready.worth
        assert worth is not None
        scale = self.till.tables.scale
        return min(-(-worth(self.delivery, 1, self.till.cart.delivery_minor) // scale), live.off_minor)
