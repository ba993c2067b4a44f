"""Parts of a change: worked by hand, and the laws that make them fair."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.science.changes import of_mean, of_product, of_revenue, whole

NUMBERS = st.fractions(min_value=0, max_value=1000, max_denominator=50)
SIDES = st.integers(1, 4).flatmap(lambda n: st.tuples(*[st.lists(NUMBERS, min_size=n, max_size=n)] * 2))


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        # (buyers, orders, revenue): what buyers, frequency and the average order did
        ((10, 20, 2000), (20, 40, 4000), (2000, 0, 0)),
        ((10, 20, 2000), (10, 30, 3000), (0, 1000, 0)),
        ((10, 20, 2000), (10, 20, 1500), (0, 0, -500)),
        # twice the buyers at half the frequency: +1500 and −1500 (mean of 2000/1000 and of −1000/−2000)
        ((10, 20, 2000), (20, 20, 2000), (1500, -1500, 0)),
        ((0, 0, 0), (5, 6, 700), (700, 0, 0)),
        ((5, 6, 700), (0, 0, 0), (-700, 0, 0)),
    ],
)  # fmt: skip
def test_revenue(before, after, parts) -> None:
    assert tuple(of_revenue(before, after).values()) == parts


@given(st.tuples(*[st.integers(1, 10**6)] * 3), st.tuples(*[st.integers(1, 10**6)] * 3))
def test_the_parts_of_revenue_add_up_to_the_minor_unit(before, after) -> None:
    assert sum(of_revenue(before, after).values()) == after[2] - before[2]


@given(SIDES)
def test_parts_of_a_product_add_up_and_swap_sign_backwards(sides) -> None:
    before, after = sides
    parts = of_product(before, after)
    assert sum(parts) == prod(after, start=Fraction(1)) - prod(before, start=Fraction(1))
    assert of_product(after, before) == [-part for part in parts]
    assert all(part == 0 for part, a, b in zip(parts, before, after, strict=True) if a == b)


def test_two_factors_by_hand() -> None:
    # 2 × 3 → 4 × 5: first alone 2 × (3 + 5)/2 = 8, second 2 × (2 + 4)/2 = 6; together 14
    assert of_product([Fraction(2), Fraction(3)], [Fraction(4), Fraction(5)]) == [8, 6]


def test_a_mean_by_hand() -> None:
    # new: 1 order of 100; returning: 3 of 200 each. Then 2 of 100 and 2 of 220: the mean falls from 175 to 160.
    parts = of_mean({"new": (1, 100), "returning": (3, 600)}, {"new": (2, 200), "returning": (2, 440)})
    assert parts == {"new": 0, "returning": Fraction(25, 2), "mix": Fraction(-55, 2)}
    assert sum(parts.values()) == 160 - 175


@given(
    st.dictionaries(st.sampled_from("abc"), st.tuples(st.integers(1, 50), st.integers(0, 5000)), min_size=1),
    st.dictionaries(st.sampled_from("abc"), st.tuples(st.integers(1, 50), st.integers(0, 5000)), min_size=1),
)
def test_the_parts_of_a_mean_add_up(before, after) -> None:
    def mean(side):
        return Fraction(sum(total for _count, total in side.values()), sum(count for count, _total in side.values()))

    assert sum(of_mean(before, after).values()) == mean(after) - mean(before)


@given(st.lists(st.fractions(min_value=-1000, max_value=1000, max_denominator=9), min_size=1, max_size=6))
def test_rounded_parts_keep_their_sum_and_stay_within_one(parts) -> None:
    total = sum(parts)
    parts = [*parts, 1000 - total]
    rounded = whole(parts, 1000)
    assert sum(rounded) == 1000
    assert all(abs(part - number) < 1 for part, number in zip(parts, rounded, strict=True))


def test_there_is_no_mean_of_nothing() -> None:
    with pytest.raises(ValueError, match="mean of nothing"):
        of_mean({}, {"a": (1, 1)})
