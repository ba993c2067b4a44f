"""``lifetime``: who will buy again, for a million customers and from ten million orders; against ``lifetimes``."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from regulars.bench.figures import Figure, Say, at_most, plain
from regulars.science.lifetime import BetaGeoFitter, ParetoNBDFitter, summary_data_from_transaction_data

CUSTOMERS = 1_000_000
ORDERS = 10_000_000
SAMPLE = 10_000
SAMPLE_ORDERS = 200_000
DAYS = 730
"""Two years of days, as a shop's history has them."""


def run(say: Say) -> list[Figure]:
    """BG/NBD on a million customers, on CDNOW, and from raw orders; Pareto/NBD on the same million.

    ``lifetimes``, where it is installed, fits 10,000 of the million and tells 200,000 of the orders: the
    whole is too much to wait for. Its figure is put beside ours for the same work.
    """
    chance = np.random.default_rng(20_260_101)
    say(f"making up {CUSTOMERS:,} customers")
    people = frequency, recency, ages = made_up(CUSTOMERS, chance)
    say("BG/NBD")
    BetaGeoFitter().fit(frequency[:1000], recency[:1000], ages[:1000])
    ours = _best(lambda: BetaGeoFitter().fit(frequency, recency, ages), 3)
    figures = [
        at_most(f"BG/NBD, {CUSTOMERS:,} customers", ours.wall, "s", 2),
        plain("the same, processor time", ours.cpu, "s"),
    ]
    figures += _small(say, people)
    figures += _raw(say, chance)
    say("Pareto/NBD")
    ParetoNBDFitter().fit(frequency[:1000], recency[:1000], ages[:1000])
    pareto = _best(lambda: ParetoNBDFitter().fit(frequency, recency, ages), 1)
    figures.append(plain(f"Pareto/NBD, {CUSTOMERS:,} customers", pareto.wall, "s"))
    figures.append(plain("the same, processor time", pareto.cpu, "s"))
    return figures


def _raw(say: Say, chance: np.random.Generator) -> list[Figure]:
    """From raw orders to a fitted model."""
    say(f"{ORDERS:,} raw orders")
    orders = raw_orders(ORDERS, chance)
    told = _best(lambda: _summary(orders), 2)
    fitted = _best(lambda: _from_orders(orders), 3)
    figures = [
        at_most(f"{ORDERS:,} orders to a fitted model", fitted.wall, "s", 6),
        plain("the same, processor time", fitted.cpu, "s"),
        plain("of which the summary table", told.wall, "s"),
        plain("the same, processor time", told.cpu, "s"),
    ]
    return figures + _small_orders(say, orders.head(SAMPLE_ORDERS))


def made_up(count: int, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frequency, recency and T, in weeks to the day, of customers who live by BG/NBD's own story."""
    age = chance.integers(7, DAYS, count).astype(float)
    rate, leaves = chance.gamma(0.243, 1 / 4.414, count) / 7, chance.beta(0.793, 2.426, count)
    x, last, at = np.zeros(count), np.zeros(count), np.zeros(count)
    here = np.arange(count)
    while len(here):
        at[here] += chance.exponential(1 / np.maximum(rate[here], 1e-12))
        here = here[at[here] <= age[here]]
        x[here] += 1
        last[here] = at[here]
        here = here[chance.random(len(here)) >= leaves[here]]
    last = np.ceil(last)
    # A day is one occasion: there are no more purchases than days.
    return np.minimum(x, last), last / 7, age / 7


def raw_orders(count: int, chance: np.random.Generator) -> pl.DataFrame:
    """Orders as they lie in a lake: customer, day, amount; a fifth as many customers, in no order."""
    people = count // 5
    who = (people * chance.power(0.6, count)).astype(np.int64)
    first = chance.integers(0, DAYS - 30, people)
    day = first[who] + (chance.random(count) ** 2 * (DAYS - first[who])).astype(np.int64)
    begin = np.datetime64("2024-01-01", "D")
    net = chance.integers(500, 20_000, count)
    return pl.DataFrame({"customer": who, "day": begin + day, "net_minor": net})


class _Time(NamedTuple):
    """Seconds by the clock, and of all processors together."""

    wall: float
    cpu: float


def _best(work: Callable[[], Any], times: int) -> _Time:
    found = []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        found.append(_Time(time.perf_counter() - wall, time.process_time() - cpu))
    return _Time(min(one.wall for one in found), min(one.cpu for one in found))


def _small(say: Say, people: tuple[np.ndarray, ...]) -> list[Figure]:
    """CDNOW and a sample, where the other library is at hand as a baseline."""
    some = frequency, recency, ages = tuple(one[:SAMPLE] for one in people)
    mine = _best(lambda: BetaGeoFitter().fit(frequency, recency, ages), 5)
    if find_spec("lifetimes") is None:
        return [plain(f"BG/NBD, {SAMPLE:,} customers", mine.wall, "s")]
    say("CDNOW and a sample, and the same with lifetimes")
    other, cdnow = _lifetimes()
    real = _best(lambda: BetaGeoFitter().fit(cdnow[0], cdnow[1], cdnow[2]), 20)
    theirs = _best(lambda: other().fit(*cdnow), 1)
    sampled = _best(lambda: other().fit(*some), 1)
    return [
        at_most(f"BG/NBD, CDNOW ({len(cdnow[0]):,} customers)", real.wall * 1000, "ms", 50, theirs.wall * 1000),
        plain("the same, processor time", real.cpu * 1000, "ms", theirs.cpu * 1000),
        plain(f"BG/NBD, {SAMPLE:,} of them (all are too many for lifetimes)", mine.wall, "s", sampled.wall),
    ]


def _small_orders(say: Say, orders: pl.DataFrame) -> list[Figure]:
    mine = _best(lambda: _summary(orders), 3)
    name = f"summary of {SAMPLE_ORDERS:,} orders"
    if find_spec("lifetimes") is None:
        return [plain(name, mine.wall, "s")]
    say("the same summary with lifetimes")
    theirs = import_module("lifetimes.utils").summary_data_from_transaction_data
    table = orders.to_pandas()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spent = _best(lambda: theirs(table, "customer", "day"), 1)
    return [plain(name, mine.wall, "s", spent.wall)]


def _lifetimes() -> tuple[Any, tuple[np.ndarray, ...]]:
    """Its BG/NBD, and CDNOW's summary, which it carries."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = import_module("lifetimes.datasets").load_cdnow_summary()
        kind = import_module("lifetimes").BetaGeoFitter
    return kind, tuple(table[name].to_numpy(dtype=float) for name in ("frequency", "recency", "T"))


def _summary(orders: pl.DataFrame) -> pl.DataFrame:
    table = summary_data_from_transaction_data(
        orders, "customer", "day", observation_period_end=date(2025, 12, 30), freq_multiplier=7
    )
    assert isinstance(table, pl.DataFrame)
    return table


def _from_orders(orders: pl.DataFrame) -> BetaGeoFitter:
    table = _summary(orders)
    return BetaGeoFitter().fit(table["frequency"], table["recency"], table["T"])
