"""Numbers that stand in an address."""

from __future__ import annotations

import pytest

from regulars.console.segments import compared_words
from regulars.screens.numbers import number_in


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("17", 17), (17, 17), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 19, 0), ("9" * 5000, 0), ("-1", 0),
     ("1.5", 0), ("²", 0), ("１２", 0), ("", 0), (None, 0), ("1\0", 0), (" 1", 0)],
)  # fmt: skip
def test_a_number_or_nothing(text: object, number: int) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("measure", "first", "second", "unit", "said"),
    [
        ("nps", 5.77, 20.0, "number", "+14.2 points"),
        ("csat", 0.5, 0.75, "share", "+25.0 points"),
        ("depth", 2.0, 1.0, "number", "−50.0%"),
        ("depth", 0.0, 1.0, "number", "–"),
        ("depth", None, 1.0, "number", "–"),
    ],
)
def test_how_far_one_figure_is_from_another(
    measure: str, first: float | None, second: float, unit: str, said: str
) -> None:
    assert compared_words.difference(measure, first, second, unit) == said
