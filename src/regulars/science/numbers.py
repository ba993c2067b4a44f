"""The numbers of events that the step works on, column by column, as ``rules.decide`` lays them out for one event."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from regulars.rules import layout as y
from regulars.rules.decide import capture_of, kind_of
from regulars.rules.tables import Tables
from regulars.science.kernel import common_numbers, place_of
from regulars.science.threads import THREADS, side_by_side

I64 = np.int64


def numbers_of(
    tables: Sequence[Tables],
    starts: np.ndarray,
    midnights: np.ndarray,
    events: pl.DataFrame,
    words: list[str],
    codes: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, int]:
    """The step's event numbers for every row, whether anything is decided for it, and how many are orders.

    words, codes: the events' names, as ``words_of`` gives them.
    """
    n = events.height
    kinds = np.array([kind_of(word) for word in words], I64)
    matter = np.array([any(word in each.names for each in tables) for word in words], np.bool_)
    matures = np.array([[each.matures.get(word, 0) for word in words] for each in tables], I64)
    out = np.zeros((n, y.NW), I64)
    columns = [events[name].to_numpy() for name in ("order_ref", "effective_us", "occurred_us", "net_minor")]
    arguments = (codes, kinds, matures, len(tables), starts, *columns, midnights, out)
    cuts = [n * t // THREADS for t in range(THREADS + 1)]
    side_by_side(common_numbers, [(cuts[t], cuts[t + 1], *arguments) for t in range(THREADS)])
    counts = np.bincount(codes, minlength=len(words))
    if any(kinds[code] > y.ORDER and counts[code] for code in range(len(words))):
        _rare(events, out, words, codes, tables[0].registry.currencies)
    return out, matter[codes], int(counts[kinds == y.ORDER].sum())


def _rare(
    events: pl.DataFrame, out: np.ndarray, words: list[str], codes: np.ndarray, currencies: Sequence[str]
) -> None:
    """What only refunds and ledger events have."""
    rows = np.flatnonzero(out[:, y.N_KIND] == y.REFUND)
    if len(rows):
        picked = events[rows]
        for name, place in [
            ("about_day", y.N_ORDER_DAY),
            ("whole", y.N_WHOLE),
            ("share_num", y.N_SHARE_NUM),
            ("share_den", y.N_SHARE_DEN),
        ]:
            out[rows, place] = picked[name].cast(pl.Int64).to_numpy()
    rows = np.flatnonzero(np.isin(out[:, y.N_KIND], (y.PLACE, y.TAKE, y.GIVE, y.ADJUSTED, y.UNDO)))
    if len(rows):
        picked = events[rows]
        currency = {key: i for i, key in enumerate(currencies)}
        out[rows, y.N_HOLD] = picked["hold"].to_numpy()
        out[rows, y.N_POINTS] = picked["hold_points"].to_numpy()
        out[rows, y.N_CURRENCY] = [currency.get(key, 0) for key in picked["hold_currency"].cast(pl.String)]
        out[rows, y.N_EXPIRES] = picked["hold_expires_us"].to_numpy()
        captures = np.array([capture_of(word) for word in words], I64)
        out[rows, y.N_CAPTURE] = captures[codes[rows]]


def words_of(events: pl.DataFrame) -> tuple[list[str], np.ndarray]:
    """The names of events as codes, one a row, and the words by code; codes not in this part stand empty."""
    names = events["name"]
    if names.dtype != pl.Categorical:
        names = names.cast(pl.Categorical)
    codes = names.to_physical().to_numpy()
    rows = np.full(int(codes.max(initial=0)) + 1, -1, I64)
    place_of(codes, rows)
    words = [""] * len(rows)
    for code in np.flatnonzero(rows >= 0).tolist():
        words[code] = names[int(rows[code])]
    return words, codes
