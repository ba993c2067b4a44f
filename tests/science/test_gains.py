"""Who wins and loses: sums over members."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regulars.science import gains

I64 = np.int64


def test_tenths_go_by_what_was_spent_and_who_spent_nothing_is_in_none() -> None:
    spent = np.array([0, 50, 10, 40, 20, 30, 60, 70, 100, 80, 90, 0], I64)
    assert gains.deciles(spent).tolist() == [0, 5, 1, 4, 2, 3, 6, 7, 10, 8, 9, 0]


@given(st.lists(st.integers(0, 10**9), max_size=200))
def test_tenths_are_even_and_in_order(amounts: list[int]) -> None:
    spent = np.array(amounts, I64)
    tenths = gains.deciles(spent)
    buyers = tenths[spent > 0]
    assert (tenths[spent <= 0] == 0).all()
    counts = np.bincount(buyers, minlength=11)[1:]
    assert counts.max() - counts.min() <= 1
    order = np.argsort(spent[spent > 0], kind="stable")
    assert (np.diff(buyers[order]) >= 0).all()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-(10**12), 10**12), st.integers(0, 10**12)), max_size=60))
def test_nothing_is_lost_between_the_groups(rows: list[tuple[int, int, int]]) -> None:
    groups, won, spent = (
        (np.array(column, I64) for column in zip(*rows, strict=True)) if rows else [np.zeros(0, I64)] * 3
    )
    found = gains.shares(groups, won, spent, 4)
    assert sum(share.members for share in found) == len(rows)
    assert sum(share.gain for share in found) == int(won.sum())
    assert sum(share.spent for share in found) == int(spent.sum())
    assert sum(share.winners + share.losers for share in found) == int((won != 0).sum())


def test_flows_count_every_member_once() -> None:
    before, after = np.array([0, 0, 1, 2, 2, 2], I64), np.array([0, 1, 1, 0, 2, 1], I64)
    assert gains.flows(before, after, (3, 4)).tolist() == [[1, 1, 0, 0], [0, 1, 0, 0], [1, 1, 1, 0]]
