"""Conditions over columns: the same tests as ``rules.conditions``, as Polars expressions over the lake.

Columns of amounts, quantities and texts are compared natively. Whatever else an event carries lies in a
column of JSON text (``properties``, ``context``, ``extra``). There the value's JSON type matters (the text
``"5"`` is not the number ``5``), and Polars' JSON path gives only text; so those rows that mention the name
at all are decoded, once for all tests of the column, and asked with the very functions that the live rules
use.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import and_

import msgspec
import numpy as np
import polars as pl

from regulars.rules.conditions import (
    EVENT_MONEY,
    EVENT_TEXT,
    LINE_GROSS,
    LINE_MONEY,
    LINE_TEXT,
    LINE_WHOLE,
)
from regulars.rules.programme import Test
from regulars.rules.values import missing_answer, text_members, text_test, value_at, value_test, whole_test
from regulars.science.kernel import place_of

Columns = Collection[str] | Mapping[str, pl.DataType]
"""Names of the columns at hand; a ``pl.Schema`` also tells their types, which makes Enum columns as fast as
numbers."""


def event_expression(tests: Sequence[Test], columns: Columns, minor_digits: int) -> pl.Expr:
    """Whether all ``tests`` hold, for each row of events. No tests give the literal true. Never null."""
    return _all(tests, columns, minor_digits, event_place)


def line_expression(tests: Sequence[Test], columns: Columns, minor_digits: int) -> pl.Expr:
    """Whether all ``tests`` (of line.*) hold, for each row of lines. No tests give the literal true. Never
    null."""
    return _all(tests, columns, minor_digits, line_place)


def columns_needed(tests: Sequence[Test]) -> set[str]:
    """The columns that ``tests`` read: of lines for line.* tests, of events for the others."""
    needed: set[str] = set()
    for test in tests:
        kind, column, _ = line_place(test) if test.name.startswith("line.") else event_place(test)
        needed |= {"net_minor", "tax_minor"} if kind == "gross" else {column}
    return needed


_DECODER = msgspec.json.Decoder(float_hook=Decimal)
"""Exact, as ingestion reads JSON: never through a float."""

Located = tuple[str, str, tuple[str, ...]]
"""Kind of column (money, whole, gross, text, json), its name, and the names to follow inside JSON."""


def event_place(test: Test) -> Located:
    """Where the lake keeps the value of an event that a test is about."""
    if test.name in EVENT_MONEY:
        return "money", EVENT_MONEY[test.name], ()
    if test.name in EVENT_TEXT:
        return "text", test.name, ()
    first, *rest = test.name.split(".")
    return ("json", "context", tuple(rest)) if first == "context" else ("json", "properties", (first, *rest))


def line_place(test: Test) -> Located:
    """Where the lake keeps the value of a line that a test is about."""
    name = test.name.removeprefix("line.")
    if name in LINE_MONEY:
        return "money", LINE_MONEY[name], ()
    if name == LINE_GROSS:
        return "gross", "net_minor", ()
    if name == LINE_WHOLE:
        return "whole", LINE_WHOLE, ()
    if name in LINE_TEXT:
        return "text", name, ()
    return "json", "extra", tuple(name.split("."))


def _all(tests: Sequence[Test], columns: Columns, digits: int, place: Callable[[Test], Located]) -> pl.Expr:
    parts: list[pl.Expr] = []
    in_json: dict[str, list[tuple[Test, tuple[str, ...]]]] = {}
    for test in tests:
        kind, column, names = place(test)
        if column not in columns:
            parts.append(pl.lit(missing_answer(test)))
        elif kind == "json":
            in_json.setdefault(column, []).append((test, names))
        elif kind == "text":
            parts.append(_text(test, column, columns))
        else:
            value = pl.col("net_minor") + pl.col("tax_minor") if kind == "gross" else pl.col(column)
            parts.append(_whole(test, value, 0 if kind == "whole" else digits))
    parts += [_json(column, asked) for column, asked in in_json.items()]
    return reduce(and_, parts) if parts else pl.lit(True)


def _whole(test: Test, value: pl.Expr, digits: int) -> pl.Expr:
    whole = whole_test(test, digits)
    if whole.op == "at_least":
        holds = value >= whole.bound
    elif whole.op == "at_most":
        holds = value <= whole.bound
    elif len(whole.members) == 1:
        (only,) = whole.members
        holds = value == only if whole.op == "is" else value != only
    else:
        within = value.cast(pl.Int64).is_in(pl.lit(pl.Series(sorted(whole.members), dtype=pl.Int64)).implode())
        holds = within if whole.op == "is" else ~within
    return holds.fill_null(missing_answer(test))


def _text(test: Test, column: str, columns: Columns) -> pl.Expr:
    kind = columns[column] if isinstance(columns, Mapping) else None
    missing = missing_answer(test)
    if isinstance(kind, pl.Enum):
        holds = text_test(test)
        codes = [code for code, category in enumerate(kind.categories) if holds(category)]
        wanted = pl.lit(pl.Series(codes, dtype=pl.UInt32)).implode()
        return pl.col(column).to_physical().cast(pl.UInt32).is_in(wanted).fill_null(missing)
    if isinstance(kind, pl.Categorical):
        return pl.col(column).map_batches(_by_category(test), return_dtype=pl.Boolean, is_elementwise=True)
    text = pl.col(column) if kind == pl.String else pl.col(column).cast(pl.String)
    if test.op in ("equal", "any_of", "none_of"):
        members = pl.lit(pl.Series(sorted(text_members(test)), dtype=pl.String)).implode()
        within = text.is_in(members)
        return (~within if test.op == "none_of" else within).fill_null(missing)
    there = text.is_not_null() & (text != "")
    if test.op == "exists":
        return there.fill_null(False) if test.value else ~there.fill_null(False)
    if test.op == "contains" and not isinstance(test.value, bool):
        return (there & text.str.contains(str(test.value), literal=True)).fill_null(False)
    return text.is_null() & pl.lit(False)


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of categories: a code for every row, and the text by code, None where there is none."""

    codes: np.ndarray
    texts: list[str | None]

    @classmethod
    def of(cls, texts: pl.Series) -> Coded:
        """The codes that Polars gave them; one more stands for the rows without a text."""
        codes = texts.to_physical()
        nothing = 1 + int(codes.max() or 0)  # type: ignore[arg-type]
        if codes.null_count():
            codes = codes.cast(pl.UInt32).fill_null(nothing)
        found = codes.to_numpy()
        rows = np.full(nothing + 1, -1, np.int64)
        place_of(found, rows)
        present = np.flatnonzero(rows[:nothing] >= 0)
        by_code: list[str | None] = [None] * (nothing + 1)
        for code, text in zip(present.tolist(), texts[rows[present]].cast(pl.String), strict=True):
            by_code[code] = text
        return cls(found, by_code)

    def answers(self, test: Test) -> np.ndarray:
        """``test``'s answer by code. Each text is asked once."""
        holds, missing = text_test(test), missing_answer(test)
        return np.array([missing if text is None else holds(text) for text in self.texts], np.bool_)


def _by_category(test: Test) -> Callable[[pl.Series], pl.Series]:
    def answers(texts: pl.Series) -> pl.Series:
        coded = Coded.of(texts)
        return pl.Series(texts.name, coded.answers(test)[coded.codes])

    return answers


def _json(column: str, asked: Sequence[tuple[Test, tuple[str, ...]]]) -> pl.Expr:
    """All tests on one column of JSON text, decoding only the rows that name one of the values."""
    steps = [(value_at(names), value_test(test)) for test, names in asked]
    otherwise = all(missing_answer(test) for test, _ in asked)
    words = sorted({names[0] for _, names in asked})
    # JSON can write a name with escapes, where a plain search misses it; a backslash betrays those rows.
    plain = all(word.isascii() and word.isprintable() and '"' not in word for word in words)
    search = [*words, "\\"] if plain else []

    def answers(texts: pl.Series) -> pl.Series:
        named = texts.is_not_null()
        if search:
            named &= texts.str.contains_any(search).fill_null(False)
        decoded = (_DECODER.decode(text) for text in texts.filter(named))
        found = [
            all(holds(get(value)) for get, holds in steps) if isinstance(value, dict) else otherwise
            for value in decoded
        ]
        whole = pl.repeat(otherwise, len(texts), dtype=pl.Boolean, eager=True)
        return whole.scatter(named.arg_true(), pl.Series(found, dtype=pl.Boolean)).rename(texts.name)

    return pl.col(column).map_batches(answers, return_dtype=pl.Boolean, is_elementwise=True)
