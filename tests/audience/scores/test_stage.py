"""The stage by hand, and the same as columns; since when, against asking every day."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.audience.scores.making.orders import Past
from regulars.audience.scores.making.people import stages
from regulars.audience.scores.stage import since, stage

ON = date(2026, 10, 31)


@pytest.mark.parametrize(
    ("ago", "is_", "for_days"),
    [
        ([], None, None),
        ([0], "new", 0),
        ([29], "new", 29),
        ([30], "at_risk", 0),
        ([119], "at_risk", 89),
        ([120], "lost", 0),
        ([5, 40], "growing", 5),
        ([5, 40, 70], "loyal", 5),
        ([5, 130], "back", 5),
        ([5, 119], "growing", 5),
        ([-3], None, None),
    ],
)
def test_by_hand(ago: list[int], is_: str | None, for_days: int | None) -> None:
    days = [ON - timedelta(days=n) for n in ago]
    assert stage(days, ON) == is_
    found = since(days, ON)
    assert (None if found is None else (ON - found[1]).days) == for_days


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=12))
def test_since_is_what_asking_every_day_finds_and_columns_say_the_same(ago: list[int]) -> None:
    days = [ON - timedelta(days=n) for n in ago]
    found = since(days, ON)
    assert found is not None
    day = ON
    while stage(days, day - timedelta(days=1)) == found[0]:
        day -= timedelta(days=1)
    assert found[1] == day
    orders = pl.DataFrame({"member": [1] * len(days), "day": days})
    assert stages(Past(orders, orders, ON + timedelta(days=1)))["stage"].to_list() == [found[0]]
