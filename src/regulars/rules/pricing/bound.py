"""How little is left to hope for when one group leaves its goods so much dearer, asked for many sums of the same."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.rules.pricing.later import Later
from regulars.rules.pricing.shifts import Shift

_NEVER = 2**62


class Bound:
    """The bound of being so much dearer: near, until the next threshold of the whole cart; far, from there on."""

    def __init__(self, later: Later, reach: int, scale: int) -> None:
        self.later = later
        self.scale = scale
        self.reach = reach
        jumps = [jump for jump in later.jumps(reach) if jump]
        ends = [*jumps[1:], reach + 1]
        self.leasts = [(jump, later.lowest(jump, end)) for jump, end in zip(jumps, ends, strict=False)]
        lates = later.prospect.all
        # Where the bound may fall, being dearer costs nothing for certain.
        self.slope = 0 if later.kinks else max(0, 100 - sum([late.steep for late in lates]))
        self.cents = sum([1 for late in lates if late.steep])
        self._known: dict[int, int] = {}

    def of(self, dearer: int) -> int:
        """Whatever the others add."""
        return min(self.near(dearer), self.far(dearer))

    def near(self, dearer: int) -> int:
        """With no threshold of the whole cart in between."""
        minor = dearer // self.scale
        known = self._known.get(minor)
        if known is None:
            until = min([jump for jump, _ in self.leasts if jump > minor], default=self.reach + 1)
            known = self._known[minor] = self.later.lowest(minor, until)
        return known

    def far(self, dearer: int) -> int:
        """Beyond the next threshold."""
        minor = dearer // self.scale
        return min([least for jump, least in self.leasts if jump > minor], default=_NEVER)

    def profit(self, shifts: Sequence[Shift]) -> int:
        """What a family brings at most, near."""
        return max([one.gain - self._costs(one.dearer // self.scale) for one in shifts])

    def _costs(self, minor: int) -> int:
        return max(0, minor * self.slope // 100 - self.cents) if minor else 0
