"""What counts in every event for every rule, a column at a time, as ``rules.qualify`` works it out for one event."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.columns import EARNING, EARNING_POINTS
from regulars.rules.tables import Clause, Tables
from regulars.science.conditions import Coded, event_expression, line_expression
from regulars.science.history import Part
from regulars.science.kernel import sum_lines
from regulars.science.numbers import Names
from regulars.science.tasks import add_wants

I64 = np.int64
_IS_PICKED = np.array([False, True])


def line_columns(clause: Clause) -> list[str]:
    """The columns of lines that make up what counts for a rule that asks of lines."""
    if clause.of in ("list", "once"):
        return ["list_minor"]
    columns = [EARNING] + (["tax_minor"] if clause.of in ("gross", "paid") else [])
    return columns + ([EARNING_POINTS] if clause.with_points_paid else [])


def event_columns(clause: Clause) -> list[str]:
    """The columns of events that make up what counts for a rule that asks of the whole event only."""
    if clause.of in ("list", "once"):
        return ["list_minor"]
    columns = [EARNING]
    if clause.of in ("gross", "paid"):
        columns.append("tax_minor")
    if clause.of == "paid":
        columns.append("earning_shipping_minor")
    return columns + ([EARNING_POINTS] if clause.with_points_paid else [])


def amounts_of(
    tables: Sequence[Tables],
    starts: np.ndarray,
    part: Part,
    names: Names,
    numbers: np.ndarray,
) -> np.ndarray:
    """For every event and rule what counts, as ``rules.qualify`` works it out for one event.

    numbers: every event's name, of ``names``.
    """
    rules = len(tables[0].registry.rules)
    out = np.zeros(part.events.height * max(rules, 1), I64)
    offsets = None
    if part.lines is not None:
        counts = part.events["lines_count"].to_numpy()
        offsets = np.concatenate((np.zeros(1, I64), np.cumsum(counts, dtype=I64)))
    versions = _versions(tables, starts, part.events, names, numbers)
    refunds = (names.kinds == y.REFUND)[numbers]
    for v, each in enumerate(tables):
        tested = _test_events(each, part)
        picked = _pick_lines(each, part)
        for name, clauses in each.clauses.items():
            named = numbers == names.words.index(name)
            of_orders = name == ev.ORDER_COMPLETED
            for clause in clauses:
                applies = named & tested[clause.rule] if clause.rule in tested else named
                if of_orders:
                    applies = applies | refunds
                if versions is not None:
                    applies = applies & (versions == v)
                if clause.rule in picked:
                    assert offsets is not None
                    codes_of_lines, of_code, amount = picked[clause.rule]
                    once = clause.of == "once"
                    sum_lines(offsets, amount, codes_of_lines, of_code, once, applies, out, clause.rule, rules)
                else:
                    np.copyto(out[clause.rule :: rules], _whole(clause, part), where=applies)
        if each.wants:
            add_wants(each, part, offsets, _named(each, names, numbers, versions, v), out)
    return out


def _named(
    tables: Tables, names: Names, numbers: np.ndarray, versions: np.ndarray | None, version: int
) -> dict[str, np.ndarray]:
    """By the names that tasks ask of, which events have it, under that version."""
    found = {name: numbers == names.words.index(name) for name in tables.wants}
    return found if versions is None else {name: rows & (versions == version) for name, rows in found.items()}


def _test_events(tables: Tables, part: Part) -> dict[int, np.ndarray]:
    """For each rule with tests on the event, where they hold; all in one pass."""
    schema, digits = part.events.schema, tables.programme.minor_digits
    tests = {
        clause.rule: event_expression(clause.where.of_event, schema, digits).alias(str(clause.rule))
        for clauses in tables.clauses.values()
        for clause in clauses
        if clause.where.of_event
    }
    if not tests:
        return {}
    found = part.events.select(tests.values())
    return {rule: found[str(rule)].to_numpy() for rule in tests}


def _pick_lines(tables: Tables, part: Part) -> dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """For each rule that asks of lines: a code for every line, which codes it picks (1 or 0), every line's amount."""
    asking = [clause for clauses in tables.clauses.values() for clause in clauses if clause.where.of_lines]
    if not asking:
        return {}
    assert part.lines is not None
    lines, digits = part.lines, tables.programme.minor_digits
    columns: dict[str, pl.Expr] = {}
    coded: dict[str, Coded] = {}
    by_code: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for clause in asking:
        tests = clause.where.of_lines
        column = tests[0].name.removeprefix("line.")
        if len(tests) == 1 and isinstance(lines.schema.get(column), pl.Categorical):
            # the usual test: no mask is made, the sums look every line's category up
            if column not in coded:
                coded[column] = Coded.of(lines[column])
            by_code[clause.rule] = coded[column].codes, coded[column].answers(tests[0])
        else:
            columns[f"mask {clause.rule}"] = line_expression(tests, lines.schema, digits)
        names = line_columns(clause)
        columns[" ".join(names)] = pl.sum_horizontal(names) if len(names) > 1 else pl.col(names[0])
    found = lines.select(expression.alias(name) for name, expression in columns.items())
    picked = {}
    for clause in asking:
        amount = found[" ".join(line_columns(clause))].to_numpy()
        if clause.rule in by_code:
            codes, of_code = by_code[clause.rule]
        else:
            codes, of_code = found[f"mask {clause.rule}"].to_numpy().view(np.uint8), _IS_PICKED
        picked[clause.rule] = (codes, of_code.astype(I64), amount)
    return picked


def _whole(clause: Clause, part: Part) -> np.ndarray:
    """What counts of whole events for a rule that asks nothing of lines."""
    columns = [part.events[name].to_numpy() for name in event_columns(clause)]
    amount = columns[0] if len(columns) == 1 else np.sum(columns, axis=0)
    return np.maximum(amount, 1) if clause.of == "once" else amount


def _versions(
    tables: Sequence[Tables], starts: np.ndarray, events: pl.DataFrame, names: Names, numbers: np.ndarray
) -> np.ndarray | None:
    """Which version's rules speak of each event: that in effect, and for a refund that of its order."""
    if len(tables) == 1:
        return None
    out = np.searchsorted(starts, events["effective_us"].to_numpy(), side="right") - 1
    rows = np.flatnonzero((names.kinds == y.REFUND)[numbers])
    if len(rows) and "about_version" in events.columns:
        place = {each.version: v for v, each in enumerate(tables)}
        out[rows] = [
            place.get(version, out[row]) for row, version in zip(rows, events[rows]["about_version"], strict=True)
        ]
    return out
