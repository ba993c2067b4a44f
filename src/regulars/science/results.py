"""What a replay finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from regulars.rules import layout as y

I64 = np.int64


@dataclass(slots=True)
class Result:
    """What a replay found. Sums are points by currency; ``tiers`` counts members by level, ``none`` included;
    ``grants`` counts what was given beside points, by (``coupon`` or ``badge``, key)."""

    members: int
    orders: int
    currencies: tuple[str, ...]
    totals: np.ndarray
    balances: dict[str, dict[str, int]]
    tiers: dict[str, int]
    standing: Standings | None = field(repr=False, default=None)
    grants: dict[tuple[str, str], int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The figures as ``regulars replay --json`` prints them, without ``seconds``."""
        sums = self.totals

        def by_currency(*kinds: int) -> dict[str, int]:
            return {key: int(sum(sums[i, kind] for kind in kinds)) for i, key in enumerate(self.currencies)}

        out: dict[str, Any] = {
            "members": self.members,
            "orders": self.orders,
            "earned": by_currency(y.EARN),
            "redeemed": {key: int(sums[i, y.CAPTURE] - sums[i, y.GIVE_BACK]) for i, key in enumerate(self.currencies)},
            "expired": by_currency(y.EXPIRE),
            "clawed_back": by_currency(y.CLAW_BACK),
            "repaid": by_currency(y.REPAY),
            "adjusted": {key: int(sums[i, y.ADJUST] - sums[i, y.ADJUST + 1]) for i, key in enumerate(self.currencies)},
        }
        for name in ("pending", "available", "held", "debt"):
            out[name] = {key: self.balances[key][name] for key in self.currencies}
        out["tiers"] = self.tiers
        for kind in ("coupon", "badge"):
            given = {key: count for (of, key), count in self.grants.items() if of == kind}
            if given:
                out[f"{kind}s"] = given
        return out


@dataclass(slots=True)
class Standings:
    """Every member's end state, in the step's buffers; ``ids`` are member ids by their row."""

    ids: np.ndarray
    S: np.ndarray
    B: np.ndarray
    L: np.ndarray
    H: np.ndarray
    U: np.ndarray
    K: np.ndarray
    V: np.ndarray
    totals: np.ndarray | None = None
    grants: np.ndarray | None = None
