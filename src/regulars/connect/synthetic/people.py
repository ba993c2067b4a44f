"""Who comes: when they join, how often they mean to buy, how long they stay, what they like."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.connect.synthetic.shop import CATEGORIES, CHUNK, Floats, Ints, Shop

AGE_GROUPS = ("19-24", "25-34", "35-44", "45-54", "55-64", "65+")
_AGES = (0.1, 0.24, 0.25, 0.18, 0.13, 0.1)
REGIONS = ("north", "east", "south", "west", "centre", "coast", "hills", "lakes")
_REGIONS = (0.22, 0.18, 0.15, 0.13, 0.12, 0.09, 0.06, 0.05)
JOINED_BY = ("store", "web", "app", "friend", "campaign")
_JOINED_BY = (0.38, 0.22, 0.2, 0.12, 0.08)

RATE_SHAPE, RATE_MEAN_DAYS = 0.8, 40.0
"""Orders a day are Gamma over members, one in so many days on average…"""
LEAVING_SHAPE, LEAVING_MEAN_DAYS = 0.7, 220.0
"""…and so is the chance a day that a member leaves for good: Pareto/NBD (Schmittlein, Morrison & Colombo 1987)."""


@dataclass(frozen=True, slots=True)
class People:
    """One chunk's members as columns. ``first`` is the number of the first; moments are seconds after the beginning.

    leaves_s: when they leave for good, maybe long after the end. pleased: how content they are, about −2 to 2.
    """

    first: int
    joined_s: Ints
    leaves_s: Floats
    rate: Floats
    likes: Ints
    pleased: Floats
    age: Ints
    region: Ints
    joined_by: Ints

    def __len__(self) -> int:
        return len(self.joined_s)


def people(shop: Shop, chunk: int) -> People:
    """The members of a whole chunk, those beyond the shop's last member too (``chunk`` leaves them out): so everybody
    is the same in a shop of any size."""
    dice = shop.dice("people", chunk)
    # more come the longer the shop is there: the density of joining rises to twice its first
    share = np.sqrt(1 + 3 * dice.random(CHUNK)) - 1
    joined = (share * (shop.ends_s - 1)).astype(np.int64)
    joined = joined - joined % 86_400 + second_of_day(dice, CHUNK)
    joined = np.minimum(joined, shop.ends_s - 1)
    rate = dice.gamma(RATE_SHAPE, 1 / (RATE_SHAPE * RATE_MEAN_DAYS), CHUNK)
    leaving = dice.gamma(LEAVING_SHAPE, 1 / (LEAVING_SHAPE * LEAVING_MEAN_DAYS), CHUNK)
    stays = dice.exponential(1.0, CHUNK) / np.maximum(leaving, 1e-9)
    likes = dice.choice(len(CATEGORIES), CHUNK, p=[part for _name, part, _price in CATEGORIES])
    pleased = dice.normal(0.4, 0.8, CHUNK)
    ages, regions = dice.choice(len(_AGES), CHUNK, p=_AGES), dice.choice(len(_REGIONS), CHUNK, p=_REGIONS)
    ways = dice.choice(len(_JOINED_BY), CHUNK, p=_JOINED_BY)
    # who came by a friend stays longer, who came for a campaign leaves sooner: something for an analyst to find
    stays = stays * np.array([1.0, 1.0, 1.1, 1.6, 0.5])[ways]
    columns = (joined, joined + stays * 86_400, rate, likes, pleased, ages, regions, ways)
    return People(chunk * CHUNK, *columns)


def user_id(number: int) -> str:
    """A member's id at the shop."""
    return f"syn-{number}"


def second_of_day(dice: np.random.Generator, count: int) -> Ints:
    """When people shop: from eight in the morning to ten at night, most of them towards evening."""
    return (8 * 3600 + dice.triangular(0, 0.7, 1, count) * 14 * 3600).astype(np.int64)
