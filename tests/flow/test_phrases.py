"""Figures and days as readers write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from django.utils import translation

from regulars.flow import phrases
from regulars.rules.programme import Programme

PROGRAMME = Programme("p", {"en": "P"}, "USD", 2, "UTC", (), None, ())

MONEY = [
    # currency, decimals, minor units, short, English, Simplified Chinese
    ("USD", 2, 174000, False, "$1,740.00", "$1,740.00"),
    ("USD", 2, 174000, True, "$1,740", "$1,740"),
    ("USD", 2, 174050, True, "$1,740.50", "$1,740.50"),
    ("USD", 2, -5, False, "-$0.05", "-$0.05"),
    ("CNY", 2, 123456789012345, False, "¥1,234,567,890,123.45", "¥1,234,567,890,123.45"),
    ("JPY", 0, 5000, False, "¥5,000", "¥5,000"),
    ("KWD", 3, 1234, False, "KWD 1.234", "KWD 1.234"),
    ("CHF", 2, 1000, True, "CHF 10", "CHF 10"),
    ("TWD", 2, 9900, True, "NT$99", "NT$99"),
]


@pytest.mark.parametrize(("currency", "digits", "minor", "short", "english", "chinese"), MONEY)
def test_money(currency: str, digits: int, minor: int, short: bool, english: str, chinese: str) -> None:
    programme = replace(PROGRAMME, currency=currency, minor_digits=digits)
    for language, wanted in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            assert phrases.money(minor, programme, short=short).replace("\u00a0", " ") == wanted


@pytest.mark.parametrize(
    ("minor", "digits", "text"),
    [
        (12050, 2, "120.50"),
        (0, 2, "0.00"),
        (5, 2, "0.05"),
        (-5, 2, "-0.05"),
        (7, 0, "7"),
        (10**20 + 1, 3, "100000000000000000.001"),
    ],
)
def test_decimal_text_is_exact(minor: int, digits: int, text: str) -> None:
    assert phrases.decimal_text(minor, digits) == text


@pytest.mark.parametrize(
    ("value", "text"), [(Fraction(6, 5), "1.2"), (Fraction(2), "2"), (Fraction(10), "10"), (Fraction(4, 3), "4/3")]
)
def test_factor(value: Fraction, text: str) -> None:
    assert phrases.factor(value) == text


@pytest.mark.parametrize(
    ("language", "this_year", "other_year", "month"),
    [
        ("en", "4 December", "4 December 2026", "December 2026"),
        ("zh-hans", "12月4日", "2026年12月4日", "2026年12月"),
        ("zh-hant", "12月4日", "2026年12月4日", "2026年12月"),
    ],
)
def test_days(language: str, this_year: str, other_year: str, month: str) -> None:
    on = date(2026, 12, 4)
    with translation.override(language):
        assert phrases.day(on, date(2026, 1, 1)) == this_year
        assert phrases.day(on, date(2027, 1, 1)) == other_year
        assert phrases.day(on) == other_year
        assert phrases.month(on) == month


def test_one_point_is_one_point() -> None:
    assert [phrases.counted(n, "points") for n in (1, 2)] == ["1 point", "2 points"]
    assert phrases.counted(1, "growth") == "1 growth"
