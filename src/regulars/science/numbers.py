"""The numbers of events that the step works on, column by column, as ``rules.decide`` lays them out for one event."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.decide import kind_of
from regulars.rules.tables import Tables

I64 = np.int64


def numbers_of(
    tables: Sequence[Tables], starts: np.ndarray, events: pl.DataFrame
) -> tuple[np.ndarray, np.ndarray, int]:
    """The step's event numbers for every row, whether anything is decided for it, and how many are orders."""
    n = events.height
    words, codes = words_of(events)
    kinds = np.zeros(len(words), I64)
    matter = np.zeros(len(words), np.bool_)
    matures = np.zeros((len(tables), len(words)), I64)
    for code, word in enumerate(words):
        kinds[code] = kind_of(word)
        matter[code] = any(word in each.names for each in tables)
        for v, each in enumerate(tables):
            matures[v, code] = each.matures.get(word, 0)
    out = np.zeros((n, y.NW), I64)
    out[:, y.N_KIND] = kinds[codes]
    out[:, y.N_EVENT] = np.arange(n)
    out[:, y.N_ORDER] = events["order_ref"].fill_null(-1).to_numpy()
    at = events["effective_us"].to_numpy()
    if len(tables) == 1:
        out[:, y.N_MATURES] = matures[0][codes]
    else:
        out[:, y.N_MATURES] = matures[np.searchsorted(starts, at, side="right") - 1, codes]
    out[:, y.N_AT] = at
    out[:, y.N_DAY] = _local_days(tables[0], np.minimum(events["occurred_us"].to_numpy(), at))
    out[:, y.N_NET] = events["net_minor"].fill_null(0).to_numpy()
    if (kinds != y.OTHER).any():
        _rare(events, out, words, codes, tables[0].registry.currencies)
    return out, matter[codes], int((out[:, y.N_KIND] == y.ORDER).sum())


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
    rows = np.flatnonzero(np.isin(out[:, y.N_KIND], (y.PLACE, y.TAKE, y.GIVE, y.ADJUSTED)))
    if len(rows):
        picked = events[rows]
        currency = {key: i for i, key in enumerate(currencies)}
        out[rows, y.N_HOLD] = picked["hold"].fill_null(-1).to_numpy()
        out[rows, y.N_POINTS] = picked["hold_points"].fill_null(-1).to_numpy()
        out[rows, y.N_CURRENCY] = [currency.get(key, 0) for key in picked["hold_currency"].cast(pl.String)]
        out[rows, y.N_EXPIRES] = picked["hold_expires_us"].fill_null(y.NEVER).to_numpy()
        spends = [words[code] == ev.POINTS_REDEEMED for code in codes[rows]]
        out[rows, y.N_CAPTURE] = np.array(spends, I64)


def _local_days(tables: Tables, at: np.ndarray) -> np.ndarray:
    return np.searchsorted(np.array(tables.midnights, I64), at, side="right") - 1 + tables.numbers[y.T_DAY0]


def words_of(events: pl.DataFrame) -> tuple[list[str], np.ndarray]:
    """The names of events as codes, one a row, and the words by code; codes not in this part stand empty."""
    names = events["name"].cast(pl.Categorical)
    codes = names.to_physical().to_numpy()
    words = [""] * (int(codes.max(initial=0)) + 1)
    for word, code in zip(names.unique(), names.unique().to_physical(), strict=True):
        words[code] = word
    return words, codes
