"""How little a cart can still come to: what the groups after this one could take off at most.

The bound looks at one number, the ``dearer``: by how many minor units the goods leave this group above the least they
could leave it at. Being dearer pays where it reaches a threshold, and where an offer on some goods would take off more
than they cost: until they cost as much, the bound may fall too. Elsewhere between thresholds it never falls, but for
the cents that several percents round together.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from regulars.rules.pricing.prospect import Late, Prospect, owns_of
from regulars.rules.pricing.tables import Group


class Later:
    """The groups to come, seen from ``goods`` minor units of goods, the least this group can leave.

    owns: what the goods of each of the prospect's ``locals`` can cost at most while the sum is that. tops: what they
    can cost at most, whatever the sum.
    """

    def __init__(
        self,
        prospect: Prospect,
        goods: int,
        delivery: int,
        owns: Sequence[int],
        tops: Sequence[int],
    ) -> None:
        self.prospect = prospect
        self.goods = goods
        self.delivery = delivery
        self.owns = owns
        self.tops = tops

    def least(self, dearer: int) -> int:
        """No cart whose goods leave this group so much dearer comes to less in the end."""
        start = now = self.goods + dearer
        delivery = self.delivery
        owns = self.owns
        if dearer:
            owns = [own + dearer if own + dearer < top else top for own, top in zip(owns, self.tops, strict=True)]
        for group, lates, deliveries in self.prospect.groups:
            if lates:
                now = max(0, now - _group_most(group, lates, start, now, owns))
            if deliveries and delivery:
                offs = [
                    late.delivery
                    for late in deliveries
                    if start >= late.net_from and (start if late.everywhere else owns[late.place]) >= late.own_from
                ]
                if offs:
                    together = group.rule.rule == "stack" or group.chosen
                    delivery -= min(delivery, sum(offs) if together else max(offs))
        return now + delivery

    @cached_property
    def kinks(self) -> list[int]:
        """Every ``dearer`` from which on the goods of an offer cost as much as it takes off; until there the bound may
        fall."""
        found = []
        for late in self.prospect.locals:
            own = self.owns[late.place]
            for flat in late.flats:
                enough = min(flat, self.tops[late.place])
                if own < enough:
                    found.append(enough - own)
        return found

    @cached_property
    def cents(self) -> int:
        """By how little the bound may fall all the same: percents of different goods may round at once."""
        return max(0, sum([1 for late in self.prospect.all if late.steep]) - 1)

    def lowest(self, start: int, until: int) -> int:
        """The least of the bound from one ``dearer`` to another, excluded, with no jump in between."""
        least = self.least(start)
        if any(kink > start for kink in self.kinks):
            least = min(least, self.least(max(start, until - 1)))
        return least - self.cents

    @property
    def steep(self) -> int:
        """The percents that may come together, in all; above 100 the bound may fall between thresholds."""
        return sum([late.steep for late in self.prospect.all])

    def jumps(self, most: int) -> list[int]:
        """Where the bound may fall: every ``dearer`` up to ``most`` at which a threshold comes within reach."""
        found = {0}
        for late in self.prospect.all:
            if late.net_from:
                found.add(late.net_from - self.goods)
            own, top = self.goods, self.goods + most
            if not late.everywhere:
                own, top = self.owns[late.place], self.tops[late.place]
            for begins in late.steps_between(own, top):
                found.add(begins - own)
        found.update(self.kinks)
        return sorted([jump for jump in found if 0 <= jump <= most])

    def useful(self, under: int, most: int) -> list[tuple[int, int]]:
        """The ranges of ``dearer`` up to ``most``, from included, until excluded, that could end under ``under``."""
        if self.steep > 100:
            return [(0, most + 1)]
        starts = self.jumps(most)
        ranges = []
        for place, start in enumerate(starts):
            high = starts[place + 1] if place + 1 < len(starts) else most + 1
            least = self.lowest(start, high)
            if least >= under:
                continue
            falls = any(kink > start for kink in self.kinks)
            ranges.append((start, high if falls else self._end(start, high, under + self.cents, least + self.cents)))
        return ranges

    def _end(self, start: int, high: int, under: int, least: int) -> int:
        """Where a range ends at the latest: from there on, up to ``high``, nothing ends under ``under``.

        least: the bound at its start.
        """
        low, wide = start, 2 * (under - least) + 16
        while low + wide < high:
            if self.least(low + wide) >= under:
                high = low + wide
                break
            low, wide = low + wide, wide * 4
        # Closer than a little is not worth asking.
        while high - low > 16 + (high - start) // 8:
            middle = (low + high) // 2
            if self.least(middle) < under:
                low = middle
            else:
                high = middle
        return high


def _group_most(group: Group, lates: list[Late], start: int, now: int, owns: Sequence[int]) -> int:
    """What a group takes off goods that cost ``now`` at most."""
    rule = group.rule
    if rule.rule == "stack" and rule.at_most is None and not group.chosen:
        after = now
        for late in lates:
            if late.everywhere:
                off = late.most(start, after, start, after)
                after -= off
            else:
                own = owns[late.place]
                if own >= late.least_own:
                    after -= late.most(start, after, own, own)
        return now - after
    offs = []
    for late in lates:
        if late.everywhere:
            offs.append(late.most(start, now, start, now))
        else:
            own = owns[late.place]
            offs.append(late.most(start, now, own, own) if own >= late.least_own else 0)
    if group.chosen or rule.at_most is not None:
        together, alone = [], 0
        for late, off in zip(lates, offs, strict=True):
            if not late.live.only_one:
                together.append(off)
            elif off > alone:
                alone = off
        if rule.at_most and len(together) > rule.at_most:
            together.sort(reverse=True)
            together = together[: rule.at_most]
        return max(alone, sum(together))
    return max(offs) if all(late.everywhere for late in lates) else sum(offs)


def least_after(prospect: Prospect, nets: Sequence[int]) -> int:
    """No cart with no more than these nets comes to less, seen from the sum that they are."""
    owns = owns_of(prospect, nets)
    return Later(prospect, sum(nets) - nets[-1], nets[-1], owns, owns).least(0)
