"""Slips in `points`: the line and the words they get."""

from __future__ import annotations

import pytest

from tests.programmes.file.example import Bad, is_told_once_with_its_line

SLIPS = [
    Bad(
        "an empty section",
        "    pending: {until: Order Delivered, at_most_days: 15}",
        "    pending: {}",
        "line 14: points.points.pending needs `until` (the name of an event) or `days`",
    ),
    Bad(
        "two ways to wait",
        "{until: Order Delivered, at_most_days: 15}",
        "{until: Order Delivered, days: 7}",
        "line 14: points.points.pending.until does not go with `days`; keep one of the two",
    ),
    Bad(
        "a text for a number of days",
        "at_most_days: 15",
        "at_most_days: fifteen",
        "line 14: points.points.pending.at_most_days must be a whole number",
    ),
    Bad(
        "half a day",
        "at_most_days: 15",
        "at_most_days: 1.5",
        "line 14: points.points.pending.at_most_days must be a whole number",
    ),
    Bad(
        "no length of expiry",
        "{after_months: 12, at_end_of: month}",
        "{at_end_of: month}",
        "line 15: points.points.expires needs `after_months`, `after_days` or `years`",
    ),
    Bad(
        "two lengths of expiry",
        "{after_months: 12, at_end_of: month}",
        "{after_months: 12, after_days: 90}",
        "line 15: points.points.expires.after_days does not go with `after_months`; keep one of the two",
    ),
    Bad(
        "an unknown end",
        "at_end_of: month}",
        "at_end_of: moon}",
        "line 15: points.points.expires.at_end_of must be month, quarter or year; did you mean `month`?",
    ),
    Bad(
        "less than a cent",
        "amount: 1.00}",
        "amount: 1.005}",
        "line 16: points.points.worth.amount has more decimals than CNY has (2)",
    ),
    Bad(
        "points that are worth nothing",
        "amount: 1.00}",
        "amount: 0}",
        "line 16: points.points.worth.amount must be above 0",
    ),
    Bad(
        "more than all of an order",
        "at_most_percent: 50",
        "at_most_percent: 150",
        "line 17: points.points.pays.at_most_percent must be at most 100",
    ),
    Bad(
        "growth that pays",
        "    spendable: false",
        "    spendable: false\n    worth: {points: 1, amount: 1}",
        "line 22: points.growth.worth only goes with points that can be spent (`spendable: true`)",
    ),
    Bad(
        "yes instead of true",
        "    spendable: false",
        "    spendable: no",
        "line 21: points.growth.spendable must be true or false",
    ),
    Bad(
        "what pays without a worth",
        "    worth: {points: 100, amount: 1.00} ",
        "    # ",
        "line 17: points.points.pays needs `worth` beside it: what the points pay",
    ),
    Bad(
        "an unknown refund",
        "beyond_balance: debt",
        "beyond_balance: forgive",
        "line 18: points.points.refund.beyond_balance must be debt or zero",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problems"), SLIPS)
def test_a_slip_is_told_once_with_its_line(old: str, new: str, problems: list[str]) -> None:
    is_told_once_with_its_line(old, new, problems)
