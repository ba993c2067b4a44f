"""The shop itself: how large, how long, what it sells, when it advertises. The same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

SOURCE = "synthetic"
CHUNK = 5_000
DAYS_MIN, DAYS_MAX = 30, 3_650
MEMBERS_MAX = 10_000_000
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CATEGORIES = (
    ("grocery", 0.28, 420), ("produce", 0.17, 310), ("meat", 0.11, 890), ("drug-gm", 0.11, 760), ("deli", 0.08, 620),
    ("pastry", 0.08, 450), ("nutrition", 0.06, 980), ("seafood", 0.05, 1_150), ("floral", 0.03, 1_300),
    ("garden-center", 0.03, 1_600),
)  # fmt: skip
"""Name, part of what is sold, and the middle price in minor units. The names are those of the demo shop's programme."""
PRODUCTS_OF_A_CATEGORY = 60
BRANDS_OF_A_CATEGORY = 6
CHANNELS = ("store", "web", "app")
CAMPAIGN_EVERY_DAYS, CAMPAIGN_DAYS = 28, 9
_STREAMS = {"shop": 0, "people": 1, "buying": 2, "doing": 3, "spending": 4}


@dataclass(frozen=True)
class Shop:
    """How many members, from which seed, over how many days, and the moment it all begins (aware UTC; midnight).

    Raises ValueError for sizes that cannot be.
    """

    members: int
    seed: int
    days: int
    began: datetime

    def __post_init__(self) -> None:
        if not 1 <= self.members <= MEMBERS_MAX:
            raise ValueError(f"a synthetic shop has 1 to {MEMBERS_MAX:,} members")
        if not DAYS_MIN <= self.days <= DAYS_MAX:
            raise ValueError(f"a synthetic shop lasts {DAYS_MIN} to {DAYS_MAX:,} days")
        if self.seed < 0:
            raise ValueError("a seed is 0 or more")

    @property
    def chunks(self) -> int:
        """How many chunks of members there are."""
        return -(-self.members // CHUNK)

    @property
    def began_us(self) -> int:
        """The beginning in microseconds UTC."""
        return round(self.began.timestamp()) * 1_000_000

    @property
    def ends_s(self) -> int:
        """The end, in seconds after the beginning."""
        return self.days * 86_400

    def dice(self, stream: str, chunk: int = 0) -> np.random.Generator:
        """Random numbers of their own for each purpose and chunk, so that none depends on the others."""
        return np.random.Generator(np.random.PCG64([self.seed, _STREAMS[stream], chunk]))

    @cached_property
    def season(self) -> Floats:
        """Cumulated liveliness at the beginning of each day, one more than there are days: weekends and the weeks
        before the year's end are busier. A year is 364 days here, so that the end of the shop is always alike."""
        day = np.arange(self.days)
        week = np.array([0.9, 0.85, 0.9, 1.0, 1.2, 1.25, 0.9])[day % 7]
        year = 1 + 0.18 * np.sin(2 * np.pi * day / 364) + 0.35 * np.exp(-(((day % 364) - 330) ** 2) / 200)
        return np.concatenate([[0.0], np.cumsum(week * year)])

    @cached_property
    def prices(self) -> Ints:
        """Price of one piece by product, in minor units: a row of products for each category, all ending in 9."""
        dice = self.dice("shop")
        middle = np.array([price for _name, _part, price in CATEGORIES], dtype=float)
        drawn = middle[:, None] * dice.lognormal(0.0, 0.45, (len(CATEGORIES), PRODUCTS_OF_A_CATEGORY))
        return (np.maximum(drawn, 50) // 10 * 10 + 9).astype(np.int64).ravel()

    @cached_property
    def campaigns(self) -> list[tuple[str, int, int, int, int]]:
        """Key, first day, days, category and percent off, one about every four weeks."""
        dice = np.random.Generator(np.random.PCG64([self.seed, _STREAMS["shop"], 1]))
        found = []
        for number, first in enumerate(range(10, self.days, CAMPAIGN_EVERY_DAYS), 1):
            category, percent = int(dice.integers(len(CATEGORIES))), int(dice.choice([10, 15, 20, 25]))
            found.append((f"campaign-{number}", first, CAMPAIGN_DAYS, category, percent))
        return found


def beginning(now: datetime, days: int, zone: str) -> datetime:
    """The local midnight from which so many days end with yesterday, as aware UTC."""
    first = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=days)
    return datetime.combine(first, time(), ZoneInfo(zone)).astimezone(UTC)


def product_id(place: int) -> str:
    """What the shop calls its product of this place."""
    return f"p-{place:04}"


def names_of_products() -> tuple[list[str], list[str], list[str], list[str]]:
    """Of every product, in order: its id, category, brand and name."""
    ids, categories, brands, names = [], [], [], []
    for place in range(len(CATEGORIES) * PRODUCTS_OF_A_CATEGORY):
        category = CATEGORIES[place // PRODUCTS_OF_A_CATEGORY][0]
        ids.append(product_id(place))
        categories.append(category)
        brands.append(f"{category}-{'abcdef'[place % BRANDS_OF_A_CATEGORY]}")
        names.append(f"{category} {place % PRODUCTS_OF_A_CATEGORY + 1}")
    return ids, categories, brands, names
