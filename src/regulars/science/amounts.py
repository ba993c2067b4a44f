"""What counts in every event for every rule, a column at a time, as ``rules.qualify`` works it out for one event."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.tables import Clause, Tables
from regulars.science.conditions import event_expression, line_expression
from regulars.science.history import Part
from regulars.science.kernel import sum_lines
from regulars.science.numbers import words_of
from regulars.science.threads import THREADS, side_by_side

I64 = np.int64


def line_columns(clause: Clause) -> list[str]:
    """The columns of lines that make up what counts for a rule that asks of lines."""
    if clause.of in ("list", "once"):
        return ["list_minor"]
    columns = ["net_minor"] + (["tax_minor"] if clause.of in ("gross", "paid") else [])
    return columns + (["points_minor"] if clause.with_points_paid else [])


def event_columns(clause: Clause) -> list[str]:
    """The columns of events that make up what counts for a rule that asks of the whole event only."""
    if clause.of in ("list", "once"):
        return ["list_minor"]
    columns = ["net_minor"]
    if clause.of in ("gross", "paid"):
        columns.append("tax_minor")
    if clause.of == "paid":
        columns.append("shipping_minor")
    return columns + (["points_minor"] if clause.with_points_paid else [])


def amounts_of(tables: Sequence[Tables], starts: np.ndarray, part: Part, numbers: np.ndarray) -> np.ndarray:
    """For every event and rule what counts, as ``rules.qualify`` works it out for one event."""
    rules = len(tables[0].registry.rules)
    out = np.zeros(part.events.height * max(rules, 1), I64)
    offsets = None
    if part.lines is not None:
        counts = part.events["lines_count"].fill_null(0).to_numpy()
        offsets = np.concatenate((np.zeros(1, I64), np.cumsum(counts, dtype=I64)))
    versions = _versions(tables, starts, part.events, numbers)
    words, codes = words_of(part.events)
    for v, each in enumerate(tables):
        for name, clauses in each.clauses.items():
            named = np.isin(codes, [code for code, word in enumerate(words) if word == name])
            if versions is not None:
                named &= versions == v
            refunds = None
            if name == ev.ORDER_COMPLETED:
                refunds = numbers[:, y.N_KIND] == y.REFUND
                if versions is not None:
                    refunds &= versions == v
            for clause in clauses:
                _sum(clause, each, part, offsets, named, refunds, out)
    return out


def _versions(
    tables: Sequence[Tables], starts: np.ndarray, events: pl.DataFrame, numbers: np.ndarray
) -> np.ndarray | None:
    """Which version's rules speak of each event: that in effect, and for a refund that of its order."""
    if len(tables) == 1:
        return None
    out = np.searchsorted(starts, numbers[:, y.N_AT], side="right") - 1
    rows = np.flatnonzero(numbers[:, y.N_KIND] == y.REFUND)
    if len(rows) and "about_version" in events.columns:
        place = {each.version: v for v, each in enumerate(tables)}
        out[rows] = [
            place.get(version, out[row]) for row, version in zip(rows, events[rows]["about_version"], strict=True)
        ]
    return out


def _sum(
    clause: Clause,
    tables: Tables,
    part: Part,
    offsets: np.ndarray | None,
    named: np.ndarray,
    refunds: np.ndarray | None,
    out: np.ndarray,
) -> None:
    """Put what counts for one rule in every event that it applies to into ``out``."""
    digits = tables.programme.minor_digits
    rules = len(tables.registry.rules)
    events = part.events
    applies = named
    if clause.where.of_event:
        test = event_expression(clause.where.of_event, events.schema, digits)
        applies = applies & events.select(test.alias("test"))["test"].to_numpy()
    if refunds is not None and refunds.any():
        applies = applies | refunds
    if clause.where.of_lines:
        assert part.lines is not None and offsets is not None
        mask = line_expression(clause.where.of_lines, part.lines.schema, digits)
        columns = line_columns(clause)
        added = pl.sum_horizontal(columns) if len(columns) > 1 else pl.col(columns[0])
        found = part.lines.select(mask.alias("mask"), added.alias("amount"))
        arguments = (
            offsets, found["amount"].to_numpy(), found["mask"].to_numpy(), clause.of == "once", applies, out,
            clause.rule, rules,
        )  # fmt: skip
        cuts = np.linspace(0, events.height, THREADS + 1).astype(int).tolist()
        side_by_side(sum_lines, [(cuts[t], cuts[t + 1], *arguments) for t in range(THREADS)])
        return
    columns = event_columns(clause)
    amount = events[columns[0]].fill_null(0).to_numpy()
    for name in columns[1:]:
        amount = amount + events[name].fill_null(0).to_numpy()
    if clause.of == "once":
        amount = np.maximum(amount, 1)
    np.copyto(out[clause.rule :: rules], amount, where=applies)
