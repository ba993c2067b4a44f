"""What the ladder comes to mean."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from regulars.rules.programme import Level, Tiers
from tests.rules.language.small import LEVELS, D, accepted, programme, refused

TIERS = [
    ("spending in minor units", {"measure": "spending", "levels": LEVELS}, Tiers("spending", "ever", (
        Level("gold", {"en": "Gold"}, 200, Fraction(5, 4)),))),
    ("orders", {"measure": "orders", "window": {"calendar": "year"}, "levels": LEVELS},
     Tiers("orders", "calendar", (Level("gold", {"en": "Gold"}, 2, Fraction(5, 4)),))),
    ("growth finds its currency", {"measure": "growth", "window": {"anniversary": "year"}, "levels": LEVELS},
     Tiers("growth", "anniversary", (Level("gold", {"en": "Gold"}, 2, Fraction(5, 4)),), currency="growth")),
    ("growth of any currency", {"measure": "growth", "of": "points", "levels": LEVELS},
     Tiers("growth", "ever", (Level("gold", {"en": "Gold"}, 2, Fraction(5, 4)),), currency="points")),
    ("kept", {"measure": "spending", "window": {"rolling_days": 365}, "levels": LEVELS,
              "keep": {"for_days": 365, "grace_days": 30, "then": "one_step"}},
     Tiers("spending", "rolling", (Level("gold", {"en": "Gold"}, 200, Fraction(5, 4)),), 365, 365, 30, "one_step")),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "tiers"), [t[1:] for t in TIERS], ids=[t[0] for t in TIERS])
def test_tiers(settings: dict[str, Any], tiers: Tiers) -> None:
    points = {"points": {"name": "points"}, "growth": {"name": "growth", "spendable": False}}
    assert accepted(programme(points=points, tiers=settings)).tiers == tiers


TIERS_REFUSED = [
    ("half an order", {"measure": "orders", "levels": [{**LEVELS[0], "from": D("2.5")}]},
     ("tiers", "levels", 0, "from"), "must be a whole number"),
    ("growth of nothing", {"measure": "growth", "levels": LEVELS},
     ("tiers", "measure"), "needs `of` beside it: which currency of points to count (points)"),
    ("of without growth", {"measure": "orders", "of": "points", "levels": LEVELS},
     ("tiers", "of"), "only goes with `measure: growth`"),
    ("too high a threshold", {"measure": "spending", "levels": [{**LEVELS[0], "from": 10**11 + 1}]},
     ("tiers", "levels", 0, "from"), "must be at most 100000000000"),
    ("a multiplier too fine", {"measure": "orders", "levels": [{**LEVELS[0], "earns_times": D("1.001")}]},
     ("tiers", "levels", 0, "earns_times"), "must be a simple number such as 1.2 or 1.25"),
    ("no levels", {"measure": "orders", "levels": []}, ("tiers", "levels"), "must not be empty"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "path", "message"), [t[1:] for t in TIERS_REFUSED], ids=[t[0] for t in TIERS_REFUSED]
)
def test_tiers_that_are_refused(settings: dict[str, Any], path: tuple[str | int, ...], message: str) -> None:
    assert refused(programme(tiers=settings)) == [(path, message)]
