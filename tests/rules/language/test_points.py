"""What currencies of points and rates come to mean."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from regulars.rules.programme import Currency, EarnRule, Expiry, Programme
from tests.rules.language.small import D, accepted, currency, programme, refused


def test_the_smallest_programme() -> None:
    assert accepted(programme()) == Programme(
        key="corner-shop",
        name={"en": "Corner Shop"},
        currency="CNY",
        minor_digits=2,
        time_zone="Asia/Shanghai",
        points=(Currency("points", {"en": "points"}),),
        tiers=None,
        earn=(EarnRule("purchase", "Order Completed", "points", rate=Fraction(1, 100)),),
    )


RATES = [
    ("one for each yuan", "CNY", 1, D("1.00"), Fraction(1, 100)),
    ("three for each two yuan", "CNY", 3, 2, Fraction(3, 200)),
    ("half a point for each yuan", "CNY", D("0.5"), 1, Fraction(1, 200)),
    ("one for each 0.01", "CNY", 1, D("0.01"), Fraction(1)),
    ("one for each 100 yen", "JPY", 1, 100, Fraction(1, 100)),
    ("one for each dinar of 1,000 fils", "KWD", 1, 1, Fraction(1, 1000)),
    ("the highest numerator", "CNY", 10_000, D("0.01"), Fraction(10_000)),
    ("the highest denominator", "CNY", 1, 100_000, Fraction(1, 10_000_000)),
]


@pytest.mark.parametrize(("money", "points", "per", "rate"), [r[1:] for r in RATES], ids=[r[0] for r in RATES])
def test_a_rate_is_exact(money: str, points: Any, per: Any, rate: Fraction) -> None:
    data = programme(currency=money)
    data["earn"][0]["rate"] = {"points": points, "per": per}
    assert accepted(data).earn[0].rate == rate


RATES_REFUSED = [
    ("too high", {"points": 10_001, "per": D("0.01")},
     ((), "is too fine or too high a rate; write fewer decimals or fewer points")),
    ("too low", {"points": 1, "per": D("100000.01")},
     ((), "is too fine or too low a rate; write fewer decimals or a smaller `per`")),
    ("a tenth of a cent", {"points": 1, "per": D("0.001")}, (("per",), "has more decimals than CNY has (2)")),
    ("nothing", {"points": 0, "per": 1}, (("points",), "must be above 0")),
    ("less than nothing", {"points": 1, "per": -1}, (("per",), "must be above 0")),
    ("infinity", {"points": D("Infinity"), "per": 1}, (("points",), "is too long a number")),
    ("a number that is none", {"points": D("sNaN"), "per": 1}, (("points",), "is too long a number")),
    ("a float", {"points": 0.5, "per": 1}, (("points",), "must be a number")),
    ("true", {"points": True, "per": 1}, (("points",), "must be a number")),
]  # fmt: skip


@pytest.mark.parametrize(("rate", "problem"), [r[1:] for r in RATES_REFUSED], ids=[r[0] for r in RATES_REFUSED])
def test_a_rate_that_is_refused(rate: dict[str, Any], problem: tuple[tuple[str, ...], str]) -> None:
    data = programme()
    data["earn"][0]["rate"] = rate
    path, message = problem
    assert refused(data) == [(("earn", 0, "rate", *path), message)]


EXPIRIES = [
    ("months", {"after_months": 12, "at_end_of": "month"}, Expiry(after_months=12, at_end_of="month")),
    ("days", {"after_days": 90}, Expiry(after_days=90)),
    ("years", {"at_end_of": "year", "years": 1}, Expiry(after_months=12, at_end_of="year")),
    ("sliding", {"after_months": 6, "sliding": True}, Expiry(after_months=6, sliding=True)),
]


@pytest.mark.parametrize(("settings", "expiry"), [e[1:] for e in EXPIRIES], ids=[e[0] for e in EXPIRIES])
def test_expiry(settings: dict[str, Any], expiry: Expiry) -> None:
    assert currency(expires=settings).expires == expiry


PENDINGS = [
    ("an event or days", {"until": "Order Delivered", "at_most_days": 15}, ("Order Delivered", 15)),
    ("an event", {"until": "Order Delivered"}, ("Order Delivered", 0)),
    ("days", {"days": 7}, (None, 7)),
    ("no days", {"days": 0}, (None, 0)),
]


@pytest.mark.parametrize(("settings", "pending"), [p[1:] for p in PENDINGS], ids=[p[0] for p in PENDINGS])
def test_pending(settings: dict[str, Any], pending: tuple[str | None, int]) -> None:
    read_currency = currency(pending=settings)
    assert (read_currency.pending_until, read_currency.pending_days) == pending


@pytest.mark.parametrize(
    ("worth", "minor_a_point"),
    [({"points": 100, "amount": D("1.00")}, Fraction(1)), ({"points": 3, "amount": D("0.02")}, Fraction(2, 3))],
)
def test_worth(worth: dict[str, Any], minor_a_point: Fraction) -> None:
    assert currency(worth=worth).worth == minor_a_point


def test_paying_and_refunds() -> None:
    read_currency = currency(
        worth={"points": 100, "amount": 1},
        pays={"at_least_points": 100, "at_most_percent": 50},
        refund={"beyond_balance": "zero", "paid_points": "original_lot", "grace_days": 0},
        earns_on_points_paid=True,
    )
    assert (read_currency.pays_at_least_points, read_currency.pays_at_most_percent) == (100, 50)
    assert (read_currency.beyond_balance, read_currency.grace_days) == ("zero", 0)
    assert read_currency.earns_on_points_paid is True
