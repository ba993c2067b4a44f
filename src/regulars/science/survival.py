"""How long points live before they are spent, and how many of those still open will lapse instead.

A point is born when its lot is earned and dies when it is spent. Points that lapsed, were taken back or are still open
have not been seen to die: they are censored at the age they had. The share that is not spent by an age is the product
limit of Kaplan and Meier (1958, Journal of the American Statistical Association 53, 457-481), each point weighing one;
points that came back after a refund enter late (Klein and Moeschberger 2003, Survival Analysis, 2nd ed., 4.6). Beyond
the last age that enough members have reached, the curve goes on as an exponential through its last value (Brown,
Hollander and Kowar 1974; Klein and Moeschberger 4.2).

The points of one member are spent together, so Greenwood's formula would promise too much. The interval is a bootstrap
that draws members, not points (Efron 1981, Censored Data and the Bootstrap, JASA 76, 312-319; Field and Welsh 2007,
Bootstrapping Clustered Data, JRSS B 69, 369-390). Each draw then lets all open points of a member lapse or not by one
number between 0 and 1: nobody's points are more alike than that, so the interval is rather too wide than too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

I64 = np.int64
MEMBERS_MIN = 30
"""An age is known when that many members had points which reached it."""
REACH_MIN = 0.8
"""The known ages must cover that much of the life of the open points, or nothing is estimated."""
DRAWS = 400
SEED = 20_260_101
LEVEL = 0.95

ENTERED, SPENT, LEFT = range(3)
"""What a row of ``Flows`` tells of: points came (earned, or back after a refund), were spent, or went otherwise
(lapsed, taken back, still open at the end of what was seen)."""


@dataclass(frozen=True, slots=True)
class Flows:
    """Points coming and going, a row a movement: whose (0 upwards), at what age of their lot (whole days), how many,
    and what happened (``ENTERED``, ``SPENT``, ``LEFT``). What came has to go: what is open at the end has ``LEFT``."""

    member: np.ndarray
    age: np.ndarray
    points: np.ndarray
    what: np.ndarray
    members: int

    @property
    def spent_points(self) -> int:
        """Points seen to be spent."""
        return int(self.points[self.what == SPENT].sum())


@dataclass(frozen=True, slots=True)
class Open:
    """Points that are open: whose, how old, how old they will be when they lapse (days), how many."""

    member: np.ndarray
    age: np.ndarray
    lapses: np.ndarray
    points: np.ndarray

    @property
    def total(self) -> int:
        """All of them."""
        return int(self.points.sum())


@dataclass(frozen=True, slots=True)
class Curve:
    """``unspent[a]``: the share of points that is not spent by the end of their day ``a``. horizon: the last age that
    is known, -1 for none; beyond it the curve is continued."""

    unspent: np.ndarray
    horizon: int

    def at(self, ages: np.ndarray) -> np.ndarray:
        """The share at each age (days)."""
        if self.horizon < 0:
            return np.ones(len(ages))
        known = self.unspent[np.minimum(ages, self.horizon)]
        last = self.unspent[self.horizon]
        beyond = ages > self.horizon
        if not beyond.any():
            return known
        exponent = np.maximum(ages, 1) / max(self.horizon, 1)
        return np.where(beyond, np.power(last, exponent), known)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many open points will lapse unspent, and the bounds that ``LEVEL`` of the draws lie between."""

    points: int
    low: int
    high: int
    open_points: int


def horizon(flows: Flows) -> int:
    """The last age that at least ``MEMBERS_MIN`` members had points of; -1 when there are not so many members."""
    reached = np.full(flows.members, -1, I64)
    np.maximum.at(reached, flows.member, flows.age)
    ages = np.sort(reached[reached >= 0])[::-1]
    return int(ages[MEMBERS_MIN - 1]) if len(ages) >= MEMBERS_MIN else -1


def curve(flows: Flows, known_to: int, weights: np.ndarray | None = None) -> Curve:
    """The product limit up to the age ``known_to``. weights: how often each member was drawn; once each by default."""
    if known_to < 0:
        return Curve(np.ones(1), -1)
    points = flows.points.astype(np.float64)
    if weights is not None:
        points = points * weights[flows.member]
    ages = np.minimum(flows.age, known_to + 1)
    size = known_to + 2
    entered = np.bincount(ages, np.where(flows.what == ENTERED, points, 0.0), size)
    spent = np.bincount(ages, np.where(flows.what == SPENT, points, 0.0), size)
    gone = np.bincount(ages, np.where(flows.what != ENTERED, points, 0.0), size)
    at_risk = np.cumsum(entered) - (np.cumsum(gone) - gone)
    share = np.divide(spent, at_risk, out=np.zeros(size), where=at_risk > 0.5)
    return Curve(np.cumprod(1.0 - np.clip(share, 0.0, 1.0))[: known_to + 1], known_to)


def lapse_shares(found: Curve, still_open: Open) -> np.ndarray:
    """For each row the chance that its points are not spent before they lapse, given that they are open now."""
    now = found.at(still_open.age)
    then = found.at(np.maximum(still_open.lapses, still_open.age))
    return np.divide(then, now, out=np.zeros(len(now)), where=now > 0)


def covers(known_to: int, still_open: Open) -> bool:
    """Whether the known ages reach far enough into the life of the open points (weighed by points)."""
    if known_to < 0 or still_open.total == 0:
        return False
    life = float((still_open.lapses * still_open.points).sum()) / still_open.total
    return known_to >= REACH_MIN * life


def breakage(flows: Flows, still_open: Open, draws: int = DRAWS, seed: int = SEED) -> Estimate:
    """How many of the open points will lapse unspent. The same numbers in give the same numbers out.

    Ask ``covers`` first: what is not known is continued, not measured.
    """
    known_to = horizon(flows)
    points = still_open.points
    expected = float((lapse_shares(curve(flows, known_to), still_open) * points).sum())
    random = np.random.default_rng(seed)
    drawn = np.empty(draws)
    for draw in range(draws):
        weights = np.bincount(random.integers(0, flows.members, flows.members), minlength=flows.members)
        shares = lapse_shares(curve(flows, known_to, weights), still_open)
        drawn[draw] = points[random.random(flows.members)[still_open.member] < shares].sum()
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(round(expected), int(low), int(-(-high // 1)), still_open.total)
