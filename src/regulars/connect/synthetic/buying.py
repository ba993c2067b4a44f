"""What members order: moments, baskets, discounts, and what comes back. Integer minor units throughout."""

from __future__ import annotations

import numpy as np
import polars as pl

from regulars.connect.synthetic.people import People, second_of_day
from regulars.connect.synthetic.shop import CATEGORIES, CHANNELS, PRODUCTS_OF_A_CATEGORY, Floats, Ints, Shop

LINES_MAX = 8
RETURNS = 0.03
"""Part of the orders of which something comes back, half of them whole."""
_DAY_S = 86_400


def orders(shop: Shop, people: People, chunk: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The orders of a chunk and their lines.

    Orders: ``order`` and ``member`` (places in the chunk), ``turn`` (the member's how-manieth, from 0), ``s`` (seconds
    after the beginning), ``channel`` (place in CHANNELS), ``coupon`` (place in the campaigns, or null), ``lines``,
    ``net_minor``, ``list_minor``, ``back_s`` (when something comes back, or null), ``back_whole``.
    Lines: ``order``, ``number``, ``product`` (its place), ``quantity``, ``price_minor``, ``list_minor``, ``net_minor``.
    """
    dice = shop.dice("buying", chunk)
    member, moment = _moments(shop, people, dice)
    count = len(member)
    turn = np.arange(count) - np.searchsorted(member, member, side="left")
    channel = np.where(dice.random(count) < 0.8, people.joined_by[member] % 3, dice.integers(0, len(CHANNELS), count))
    lines = _lines(shop, people, dice, member, moment)
    sums = lines.group_by("order", maintain_order=True).agg(
        pl.len().cast(pl.Int32).alias("lines"), pl.col("net_minor", "list_minor").sum(), pl.col("campaign").max()
    )
    comes_back = dice.random(count) < RETURNS
    back = moment + (dice.uniform(2, 14, count) * _DAY_S).astype(np.int64)
    comes_back &= back < shop.ends_s
    found = pl.DataFrame(
        {"order": np.arange(count), "member": member, "turn": turn, "s": moment, "channel": channel}
    ).with_columns(
        sums["campaign"].alias("coupon"),
        *(sums[name] for name in ("lines", "net_minor", "list_minor")),
        pl.Series("back_s", back).set(pl.Series(~comes_back), None),
        pl.Series("back_whole", dice.random(count) < 0.5),
    )
    return found, lines.drop("campaign")


def _moments(shop: Shop, people: People, dice: np.random.Generator) -> tuple[Ints, Ints]:
    """Each order's member and second, by member and then in time. Everybody's first order is when they join; then
    orders come as a Poisson process in the time of the season, until the member leaves."""
    cumulated = shop.season
    mean = cumulated[-1] / shop.days
    end = np.minimum(people.leaves_s, shop.ends_s)
    low, high = _lively(cumulated, people.joined_s.astype(float)), _lively(cumulated, end)
    more = dice.poisson(np.maximum(people.rate * (high - low) / mean, 0.0))
    again = np.repeat(np.arange(len(people)), more)
    at = low[again] + dice.random(len(again)) * (high - low)[again]
    day = np.floor(np.interp(at, cumulated, np.arange(len(cumulated)))).astype(np.int64)
    second = day * _DAY_S + second_of_day(dice, len(again))
    # the hour of the day is drawn apart from the day, and must not lead out of the member's time
    second = np.clip(second, people.joined_s[again] + 3_600, np.maximum(end[again], people.joined_s[again] + 3_601))
    second = second.astype(np.int64)
    kept = second < shop.ends_s
    again, second = again[kept], second[kept]
    member = np.concatenate([np.arange(len(people)), again])
    moment = np.concatenate([people.joined_s, second])
    order = np.lexsort((moment, member))
    return member[order], moment[order]


def _lively(cumulated: Floats, seconds: Floats) -> Floats:
    return np.interp(seconds / _DAY_S, np.arange(len(cumulated)), cumulated)


def _lines(shop: Shop, people: People, dice: np.random.Generator, member: Ints, moment: Ints) -> pl.DataFrame:
    count = len(member)
    lengths = np.minimum(1 + dice.poisson(1.2, count), LINES_MAX)
    order = np.repeat(np.arange(count), lengths)
    size = len(order)
    number = np.arange(size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    anything = dice.choice(len(CATEGORIES), size, p=[part for _name, part, _price in CATEGORIES])
    category = np.where(dice.random(size) < 0.45, people.likes[member[order]], anything)
    # few products sell much: the place within the category is squared towards the first
    place = (dice.random(size) ** 2 * PRODUCTS_OF_A_CATEGORY).astype(np.int64)
    product = category * PRODUCTS_OF_A_CATEGORY + place
    quantity = np.where(dice.random(size) < 0.7, 1, dice.integers(2, 5, size))
    price = shop.prices[product]
    listed = price * quantity
    percent, campaign = _discounts(shop, moment[order] // _DAY_S, category, dice.random(size) < 0.6)
    off = listed * percent // 100
    return pl.DataFrame(
        {
            "order": order,
            "number": number,
            "product": product,
            "quantity": quantity,
            "price_minor": price,
            "list_minor": listed,
            "net_minor": listed - off,
            "campaign": campaign,
        }
    ).with_columns(pl.when(pl.col("campaign") >= 0).then("campaign"))


def _discounts(shop: Shop, day: Ints, category: Ints, takes: np.ndarray) -> tuple[Ints, Ints]:
    """Percent off and the campaign it is by, -1 for none."""
    percent = np.zeros(len(day), np.int64)
    campaign = np.full(len(day), -1, np.int64)
    for place, (_key, first, days, about, off) in enumerate(shop.campaigns):
        hit = takes & (category == about) & (day >= first) & (day < first + days)
        percent[hit], campaign[hit] = off, place
    return percent, campaign
