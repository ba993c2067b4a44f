"""Recency, frequency and money: scores worked by hand, and the laws that hold whatever the shop."""

from __future__ import annotations

from datetime import date

import ibis
import numpy as np
import polars as pl
import pytest

from regulars.science import rfm
from tests.science.measures.tables import ENGINE, answer, day, orders, random_orders, table

END = day("1-31")
# Ten members; the days back from the 31st are 0, 1, 2, … 9; who comes later in the list bought more often and more.
TEN = "\n".join(f"{who} 1-{31 - back} {100 * (who + 1)}" for back, who in enumerate(range(9, -1, -1)))


def scores(rows: ibis.Table, window_days: int | None = 365) -> list[tuple[object, ...]]:
    """member, r, f, m, fm, group of everybody."""
    known = rfm.history(rows, END, window_days=window_days)
    cuts = rfm.cuts_of(known)
    assert cuts is not None
    return answer(rfm.scored(known, cuts), "member", "r", "f", "m", "fm", "group")


def test_cuts_are_values_that_occur_and_take_a_fifth_each():
    known = rfm.history(orders(TEN), END)
    assert rfm.cuts_of(known) == rfm.Cuts((1, 3, 5, 7), (1, 1, 1, 1), (200, 400, 600, 800))
    # recency falls by two members a score, money rises alike; everybody ordered once, so frequency tells nobody apart
    assert scores(orders(TEN)) == [
        (0, 1, 1, 1, 1, "lost"),
        (1, 1, 1, 1, 1, "lost"),
        (2, 2, 1, 2, 2, "hibernating"),
        (3, 2, 1, 2, 2, "hibernating"),
        (4, 3, 1, 3, 2, "attention"),
        (5, 3, 1, 3, 2, "attention"),
        (6, 4, 1, 4, 3, "loyal"),
        (7, 4, 1, 4, 3, "loyal"),
        (8, 5, 1, 5, 3, "potential"),
        (9, 5, 1, 5, 3, "potential"),
    ]


def test_equals_get_equal_scores_and_a_score_may_stay_empty():
    # six with one order, two with two, two with five: the first three cuts are all 1
    rows = "\n".join(f"{who} 1-20 100" for who in range(6))
    rows += "\n" + "\n".join(f"{who} 1-20 100" for who in (6, 6, 7, 7, *[8] * 5, *[9] * 5))
    known = rfm.history(orders(rows), END)
    cuts = rfm.cuts_of(known)
    assert cuts is not None and cuts.orders == (1, 1, 1, 2)
    assert [(member, f) for member, _r, f, *_rest in scores(orders(rows))] == [
        *((who, 1) for who in range(6)), (6, 4), (7, 4), (8, 5), (9, 5)
    ]  # fmt: skip


def test_refunds_windows_and_later_days():
    rows = """
1 2025-1-1 900
1 1-30 100
2 1-30 500 500
3 2-1 700
4 2025-1-1 300
5 1-10 400 100
"""
    # 2 gave everything back, 3 comes after the last day; 1 and 4 had an order a year before
    assert answer(rfm.history(orders(rows), END)) == [(1, 1, 1, 100), (4, 395, 0, 0), (5, 21, 1, 300)]
    assert answer(rfm.history(orders(rows), END, window_days=None)) == [
        (1, 1, 2, 1000),
        (4, 395, 1, 300),
        (5, 21, 1, 300),
    ]
    with pytest.raises(ValueError, match="a day or longer"):
        rfm.history(orders(rows), END, window_days=0)


def test_every_cell_has_a_group():
    assert set(rfm.GROUPS) == set(rfm.SCORES)
    assert {rfm.group_of(r, f, m) for r in rfm.SCORES for f in rfm.SCORES for m in rfm.SCORES} == set(rfm.NAMES)
    with pytest.raises(LookupError):
        rfm.group_of(0, 1, 1)
    # a later order never makes it worse within the same custom: champions above loyal above lost
    assert [rfm.group_of(r, 5, 5) for r in rfm.SCORES] == ["cant_lose", "cant_lose", "loyal", "champions", "champions"]
    assert [rfm.group_of(r, 1, 1) for r in rfm.SCORES] == ["lost", "hibernating", "attention", "new", "new"]
    assert [rfm.together(f, m) for f, m in ((1, 1), (1, 2), (1, 5), (5, 4), (5, 5))] == [1, 2, 3, 5, 5]


@pytest.mark.parametrize(
    ("shop", "expected"),
    [
        ("", []),
        ("7 1-31 100", [(7, 5, 1, 1, 1, "new")]),
        # all on one day, all alike: nothing tells them apart, so all are the same
        ("1 1-5 100\n2 1-5 100\n3 1-5 100", [(who, 5, 1, 1, 1, "new") for who in (1, 2, 3)]),
    ],
    ids=["nothing yet", "one order", "all on one day"],
)
def test_little_history(shop: str, expected: list[tuple[object, ...]]):
    known = rfm.history(orders(shop), END)
    cuts = rfm.cuts_of(known)
    if not expected:
        assert cuts is None
        return
    assert cuts is not None
    assert scores(orders(shop)) == expected
    assert rfm.without_spread(cuts) == ["recency_days", "orders", "spent_minor"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_laws_on_random_shops(seed: int):
    frame = random_orders(3000, members=400, days=300, seed=seed)
    until = frame["day"].max()
    assert isinstance(until, date)
    known = rfm.history(table(frame), until)
    cuts = rfm.cuts_of(known)
    assert cuts is not None
    got = ENGINE.to_polars(rfm.scored(known, cuts))
    for column, score in (("recency_days", "r"), ("orders", "f"), ("spent_minor", "m")):
        assert got.group_by(column).agg(pl.col(score).n_unique()).get_column(score).max() == 1
        ordered = got.sort(column)[score].to_list()
        assert ordered == sorted(ordered, reverse=column == "recency_days")
        # what is at most a cut is at least that many fifths
        values = np.sort(got[column].to_numpy())
        for fifths, cut in enumerate(getattr(cuts, column), start=1):
            assert (values <= cut).mean() >= fifths / 5 > (values < cut).mean()
    assert got["group"].to_list() == [rfm.group_of(r, f, m) for r, f, m in got.select("r", "f", "m").iter_rows()]
    assert ENGINE.to_polars(rfm.cells(rfm.scored(known, cuts)))["members"].sum() == len(got)


def test_members_of_a_group_and_of_a_cell():
    known = rfm.history(orders(TEN), END)
    cuts = rfm.cuts_of(known)
    assert cuts is not None
    rows = rfm.scored(known, cuts)
    assert answer(rfm.members_in(rows, group="loyal")) == [(6,), (7,)]
    assert answer(rfm.members_in(rows, cell={"r": 5, "fm": 3})) == [(8,), (9,)]
    with pytest.raises(LookupError):
        rfm.members_in(rows, group="nobody")
    with pytest.raises(LookupError):
        rfm.members_in(rows, cell={"r": 6})


def test_cuts_of_ones_own_must_rise():
    with pytest.raises(ValueError, match="do not fall"):
        rfm.Cuts((5, 3, 2, 1), (1, 2, 3, 4), (1, 2, 3, 4))
