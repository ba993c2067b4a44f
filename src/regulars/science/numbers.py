"""The numbers of events that the step works on, column by column, as ``rules.decide`` lays them out for one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from regulars.rules import layout as y
from regulars.rules.decide import capture_of, kind_of
from regulars.rules.tables import Tables
from regulars.science.history import RARE, plain
from regulars.science.kernel import place_of

I64 = np.int64


@dataclass(frozen=True, slots=True)
class Names:
    """The names of events that the rules speak of, numbered; the last number is any other name.

    By number: kinds, the step's kind; matter, whether anything is decided; matures, by version, a bit mask of the
    currencies whose pending points it makes available.
    """

    words: tuple[str, ...]
    kinds: np.ndarray
    matter: np.ndarray
    matures: np.ndarray

    @classmethod
    def of(cls, tables: Sequence[Tables]) -> Names:
        """The names of all versions."""
        words = (*sorted({name for each in tables for name in each.names}), "")
        return cls(
            words,
            np.array([kind_of(word) for word in words], I64),
            np.array([bool(word) for word in words]),
            np.array([[each.matures.get(word, 0) for word in words] for each in tables], I64),
        )

    def numbers(self, names: pl.Series) -> np.ndarray:
        """For each row the number of its name."""
        if names.dtype != pl.Categorical:
            names = names.cast(pl.Categorical)
        codes = names.to_physical().to_numpy()
        rows = np.full(int(codes.max(initial=0)) + 1, -1, I64)
        place_of(codes, rows)
        number = {word: n for n, word in enumerate(self.words)}
        of_code = np.full(len(rows), len(self.words) - 1, np.uint16)
        for code in np.flatnonzero(rows >= 0).tolist():
            of_code[code] = number.get(names[int(rows[code])], len(self.words) - 1)
        return of_code[codes]


def rare_numbers(
    events: pl.DataFrame, names: Names, numbers: np.ndarray, currencies: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Which rows have what only refunds and ledger events have, and those numbers, ``NW`` wide.

    Raises ValueError when there are such events without their columns.
    """
    rows = np.flatnonzero((names.kinds > y.ORDER)[numbers])
    out = np.zeros((len(rows), y.NW), I64)
    if not len(rows):
        return rows, out
    existing = [name for name in RARE if name in events.columns]
    few = events.select(existing)[rows]
    few = few.with_columns(plain(column.name, column.dtype) for column in few.get_columns())
    kinds = names.kinds[numbers[rows]]
    of_refunds = [("about_day", y.N_ORDER_DAY), ("whole", y.N_WHOLE)]
    of_refunds += [("share_num", y.N_SHARE_NUM), ("share_den", y.N_SHARE_DEN)]
    of_ledger = [("hold", y.N_HOLD), ("hold_points", y.N_POINTS), ("hold_expires_us", y.N_EXPIRES)]
    refunds = kinds == y.REFUND
    for of, columns in ((refunds, of_refunds), (~refunds, of_ledger)):
        if of.any():
            missing = [name for name, _ in columns if name not in existing]
            if missing:
                kind = names.words[numbers[rows[of][0]]]
                raise ValueError(f"events lack columns that {kind!r} needs: {', '.join(missing)}")
            for name, place in columns:
                out[of, place] = few[name].cast(pl.Int64).to_numpy()[of]
    if not refunds.all():
        if "hold_currency" not in existing:
            raise ValueError("events lack columns that ledger events need: hold_currency")
        currency = {key: i for i, key in enumerate(currencies)}
        keys = few["hold_currency"].cast(pl.String).filter(~refunds)
        out[~refunds, y.N_CURRENCY] = keys.replace_strict(currency, default=0, return_dtype=pl.Int64).to_numpy()
        out[:, y.N_CAPTURE] = np.array([capture_of(word) for word in names.words], I64)[numbers[rows]]
    return rows, out
