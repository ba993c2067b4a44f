"""One thing after the other: whether a member ever took all the steps, in one pass over what she did."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from regulars.rules.events import ORDER_COMPLETED
from regulars.rules.segments.model import Sequence
from regulars.science.segments.rows import Asking, kept

_COLUMNS = ("member", "at", "seq")


def of_sequence(asking: Asking, name: str, leaf: Sequence) -> ir.Table:
    """By member, whether the steps were taken, under the name.

    Each row carries, for the steps up to it, the latest moment at which a chain that ends there can have begun; so any
    chain that is short enough is found, wherever it begins, without joining rows with rows.
    """
    rows = _rows(asking, leaf)
    before = ibis.window(group_by="member", order_by=["at", "seq"], rows=(None, -1))
    rows = rows.mutate(began=rows.step0.ifelse(rows.at, ibis.null("timestamp('UTC')")))
    for place in range(1, len(leaf.steps)):
        rows = rows.mutate(reached=rows.began.max().over(before))
        rows = rows.mutate(began=rows[f"step{place}"].ifelse(rows.reached, ibis.null("timestamp('UTC')")))
    done = rows.began.notnull()
    if leaf.within_days is not None:
        done &= rows.at <= rows.began + ibis.interval(days=leaf.within_days)
    rows = rows.select("member", done=done.fill_null(False))
    return rows.group_by("member").aggregate(**{name: rows.done.any()})


def _rows(asking: Asking, leaf: Sequence) -> ir.Table:
    """What the steps are about: member, at, seq, and for each step whether the row is one."""
    parts = []
    for ordered in (False, True):
        steps = [step for step in leaf.steps if (step.event == ORDER_COMPLETED) is ordered]
        if not steps:
            continue
        names = {step.event for step in steps}
        if ordered:
            rows = kept(asking.lake.orders).mutate(name=ibis.literal(ORDER_COMPLETED))
        else:
            rows = asking.lake.visits.filter(asking.lake.visits.name.isin(sorted(names)))
        rows = rows.filter(asking.within(leaf.window, rows.day))
        rows = asking.with_said(rows, [test for step in steps for test in step.where.tests], names)
        of_step = {}
        for place, step in enumerate(leaf.steps):
            here = step in steps
            is_step = (rows.name == step.event) & asking.event_tests(step.where.tests, rows) if here else None
            of_step[f"step{place}"] = ibis.literal(False) if is_step is None else is_step.fill_null(False)
        parts.append(rows.select(*_COLUMNS, **of_step))
    return parts[0] if len(parts) == 1 else ibis.union(*parts)
