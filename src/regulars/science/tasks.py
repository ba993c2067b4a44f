"""What events add to tasks, a column at a time, as ``rules.wants`` works it out for one event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec
import numpy as np
import polars as pl

from regulars.rules.tables import Tables
from regulars.rules.wants import Want
from regulars.science.conditions import event_expression, line_expression
from regulars.science.history import Part
from regulars.science.kernel import sum_lines

I64 = np.int64
_IS_PICKED = np.array([0, 1], I64)
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def wants_of(tables: Sequence[Tables]) -> Iterator[Want]:
    """Every want of these versions."""
    return (want for each in tables for found in each.wants.values() for want in found)


def want_columns(want: Want) -> tuple[set[str], set[str]]:
    """The columns of events and of lines that make up what an event adds; what conditions read is not among them."""
    if want.lines is not None:
        return {"lines_count"}, set((want.amount or "list_minor").split(" + "))
    if want.unit:
        return set(), set()
    return set(want.amount.split(" + ") if want.amount else [want.money] if want.money else []), set()


def add_wants(
    tables: Tables, part: Part, offsets: np.ndarray | None, named: dict[str, np.ndarray], out: np.ndarray
) -> None:
    """Add to ``out`` (a number for every event and rule) what the events add to the tasks of one version.

    named: by name, which events have it, under this version.
    """
    rules = len(tables.registry.rules)
    for name, wants in tables.wants.items():
        for want in wants:
            applies = named[name]
            if want.event_test is not None:
                test = event_expression(want.where.of_event, part.events.schema, tables.programme.minor_digits)
                applies = applies & part.events.select(test.alias("holds"))["holds"].to_numpy()
            if applies.any():
                out[want.rule :: rules] += _added(want, tables, part, offsets, applies)


def _added(want: Want, tables: Tables, part: Part, offsets: np.ndarray | None, applies: np.ndarray) -> np.ndarray:
    if want.lines is not None:
        return _of_lines(want, tables, part, offsets, applies)
    if want.unit:
        return applies * want.unit
    if want.place:
        added = np.zeros(len(applies), I64)
        if "properties" in part.events.columns:
            rows = np.flatnonzero(applies)
            texts = part.events["properties"].gather(rows).to_list()
            added[rows] = [want.number(_decode(text)) if text else 0 for text in texts]
        return added
    columns = [part.events[name].to_numpy() for name in sorted(want_columns(want)[0])]
    return np.where(applies, np.maximum(np.sum(columns, axis=0), 0), 0)


def _of_lines(want: Want, tables: Tables, part: Part, offsets: np.ndarray | None, applies: np.ndarray) -> np.ndarray:
    """What the lines that a want picks add up to; or its unit, where it picks any."""
    assert part.lines is not None
    assert offsets is not None
    columns = sorted(want_columns(want)[1])
    found = part.lines.select(
        line_expression(want.where.of_lines, part.lines.schema, tables.programme.minor_digits).alias("picked"),
        pl.sum_horizontal(columns).cast(pl.Int64).alias("amount"),
    )
    codes = found["picked"].to_numpy().view(np.uint8)
    added = np.zeros(len(applies), I64)
    if want.unit:
        amount = np.ones(len(codes), I64)
        sum_lines(offsets, amount, codes, _IS_PICKED, False, applies, added, 0, 1)
        return np.where(added > 0, want.unit, 0)
    sum_lines(offsets, found["amount"].to_numpy(), codes, _IS_PICKED, False, applies, added, 0, 1)
    return np.maximum(added, 0)
