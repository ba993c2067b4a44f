"""What members do besides buying: looking, searching, putting into the basket, answering, reviewing, sharing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from regulars.connect.synthetic.people import People, second_of_day
from regulars.connect.synthetic.shop import CATEGORIES, PRODUCTS_OF_A_CATEGORY, Ints, Shop

VIEWED, SEARCHED, ADDED = "Product Viewed", "Products Searched", "Product Added"
ANSWERED, REVIEWED, SHARED = "Survey Answered", "Product Reviewed", "Product Shared"
NAMES = (VIEWED, SEARCHED, ADDED, ANSWERED, REVIEWED, SHARED)
KINDS = ("csat", "nps", "ces")
_AFTER = ((ANSWERED, 0, 0.05), (ANSWERED, 1, 0.03), (ANSWERED, 2, 0.015), (REVIEWED, -1, 0.03), (SHARED, -1, 0.02))
"""What may follow an order: the event, the kind of answer, and for what part of the orders."""
LOOKS_FIRST = 0.5
"""Part of the orders before which somebody looked around where the shop could see it."""
VISITS_WITHOUT_ORDER = 0.5
"""Visits that end without an order, for each order."""
_DAY_S = 86_400


def doings(shop: Shop, people: People, orders: pl.DataFrame, chunk: int) -> pl.DataFrame:
    """Everything else of a chunk, in no order: ``member`` (place in the chunk), ``s``, ``name`` (place in NAMES),
    ``product`` (place; -1), ``seconds`` (how long; -1), ``kind`` (place in KINDS; -1), ``score`` (of an answer or a
    review; -1)."""
    dice = shop.dice("doing", chunk)
    member, moment = orders["member"].to_numpy(), orders["s"].to_numpy()
    looked = dice.random(len(member)) < LOOKS_FIRST
    before = _session(dice, people, member[looked], moment[looked] - dice.integers(300, 3_000, int(looked.sum())), True)
    idle = np.flatnonzero(dice.random(len(member)) < VISITS_WITHOUT_ORDER)
    until = np.minimum(people.leaves_s[member[idle]], shop.ends_s)
    since = people.joined_s[member[idle]]
    at = since + (dice.random(len(idle)) * np.maximum(until - since, 0)).astype(np.int64)
    at = at - at % _DAY_S + second_of_day(dice, len(idle))
    between = _session(dice, people, member[idle], at, False)
    found = pl.concat([before, between, *_after(dice, people, orders)])
    joined = pl.Series("joined", people.joined_s[found["member"].to_numpy()])
    # nobody is seen before they joined, nor after the end
    return found.with_columns(pl.max_horizontal("s", joined + 60)).filter(pl.col("s") < shop.ends_s)


def _session(dice: np.random.Generator, people: People, member: Ints, moment: Ints, buys: bool) -> pl.DataFrame:
    """Visits: one to four products looked at, sometimes a search first, and the basket where it leads to an order."""
    views = np.minimum(1 + dice.poisson(0.6, len(member)), 4)
    who = np.repeat(np.arange(len(member)), views)
    step = np.arange(len(who)) - np.repeat(np.cumsum(views) - views, views)
    product = _products(dice, people.likes[member[who]])
    seconds = np.minimum(dice.lognormal(3.4, 0.7, len(who)), 1_800).astype(np.int64) + 3
    parts = [_frame(member[who], moment[who] + 60 + step * 55, VIEWED, product=product, seconds=seconds)]
    searches = np.flatnonzero(dice.random(len(member)) < 0.25)
    dwell = dice.integers(5, 60, len(searches))
    parts.append(_frame(member[searches], moment[searches], SEARCHED, seconds=dwell))
    # the last product looked at goes into the basket, of every visit that buys and of some that do not
    adds = np.flatnonzero(dice.random(len(member)) < (0.9 if buys else 0.2))
    last = np.cumsum(views) - 1
    parts.append(_frame(member[adds], moment[adds] + 60 + views[adds] * 55, ADDED, product=product[last[adds]]))
    return pl.concat(parts)


def _after(dice: np.random.Generator, people: People, orders: pl.DataFrame) -> list[pl.DataFrame]:
    member, moment = orders["member"].to_numpy(), orders["s"].to_numpy()
    found = []
    for name, kind, part in _AFTER:
        chosen = np.flatnonzero(dice.random(len(member)) < part)
        who = member[chosen]
        at = moment[chosen] + (dice.uniform(0.3, 6, len(chosen)) * _DAY_S).astype(np.int64)
        mood = people.pleased[who] + dice.normal(0, 0.7, len(who))
        product = _products(dice, people.likes[who]) if name != ANSWERED else None
        score = _SCORES[kind](mood) if name != SHARED else None
        found.append(_frame(who, at, name, product=product, kind=kind, score=score))
    return found


_SCORES: dict[int, Callable[[np.ndarray], Ints]] = {
    -1: lambda mood: np.clip(np.round(3.7 + 0.9 * mood), 1, 5).astype(np.int64),
    0: lambda mood: np.clip(np.round(3.6 + 0.9 * mood), 1, 5).astype(np.int64),
    1: lambda mood: np.clip(np.round(7.2 + 1.8 * mood), 0, 10).astype(np.int64),
    2: lambda mood: np.clip(np.round(4.8 + 1.2 * mood), 1, 7).astype(np.int64),
}
"""A score by the kind of question (a review's stars: -1), on its scale."""


def _products(dice: np.random.Generator, likes: Ints) -> Ints:
    category = np.where(dice.random(len(likes)) < 0.6, likes, dice.integers(0, len(CATEGORIES), len(likes)))
    place = (dice.random(len(likes)) ** 2 * PRODUCTS_OF_A_CATEGORY).astype(np.int64)
    found: Ints = category * PRODUCTS_OF_A_CATEGORY + place
    return found


def _frame(
    member: Ints,
    moment: Ints,
    name: str,
    product: Ints | None = None,
    seconds: Ints | None = None,
    kind: int = -1,
    score: Ints | None = None,
) -> pl.DataFrame:
    none = np.full(len(member), -1, np.int64)
    return pl.DataFrame(
        {
            "member": member.astype(np.int64),
            "s": moment.astype(np.int64),
            "name": np.full(len(member), NAMES.index(name), np.int64),
            "product": none if product is None else product,
            "seconds": none if seconds is None else seconds,
            "kind": np.full(len(member), kind, np.int64),
            "score": none if score is None else score,
        }
    )
