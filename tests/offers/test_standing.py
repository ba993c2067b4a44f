"""How an offer stands, and the days it can hold on, as tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from regulars.offers.file import check
from regulars.offers.models import Use
from regulars.offers.standing import Run, runs, state_of
from regulars.rules.offers.model import Offer

SHANGHAI = ZoneInfo("Asia/Shanghai")


def offer(settings: str) -> Offer:
    """One offer of ten percent off with more settings."""
    text = (
        f"currency: CNY\ntime_zone: Asia/Shanghai\noffers:\n  - {{key: a, kind: percent, off_percent: 10, {settings}}}"
    )
    checked = check(text)
    assert checked.offers is not None, checked.problems
    return checked.offers.offers[0]


NOON = datetime(2026, 12, 8, 4, tzinfo=UTC)  # noon in Shanghai


@pytest.mark.parametrize(
    ("settings", "units", "amount_minor", "state"),
    [
        ("", 0, 0, "running"),
        ("valid: {from: '2026-12-08T12:00'}", 0, 0, "running"),
        ("valid: {from: '2026-12-08T12:01'}", 0, 0, "coming"),
        ("valid: {until: '2026-12-08T12:01'}", 0, 0, "running"),
        ("valid: {until: '2026-12-08T12:00'}", 0, 0, "over"),
        ("stock: 5", 4, 0, "running"),
        ("stock: 5", 5, 0, "sold_out"),
        ("stock: 0", 0, 0, "sold_out"),
        ("budget: {amount: 10}", 9, 999, "running"),
        ("budget: {amount: 10}", 9, 1000, "spent"),
        ("stock: 5, valid: {until: 2026-12-01}", 5, 0, "over"),
    ],
)
def test_state(settings: str, units: int, amount_minor: int, state: str) -> None:
    use = Use(offer="a", units=units, times=1, amount_minor=amount_minor) if units or amount_minor else None
    assert state_of(offer(settings), use, NOON) == state


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", [(1, 31)]),
        ("valid: {from: 2026-12-05}", [(5, 31)]),
        ("valid: {until: 2026-12-05}", [(1, 4)]),
        ("valid: {until: '2026-12-05T00:01'}", [(1, 5)]),
        ("valid: {from: '2026-12-08T20:00', until: '2026-12-08T22:00'}", [(8, 8)]),
        ("valid: {from: 2027-01-01}", []),
        ("valid: {until: 2026-12-01}", []),
        ("where: {at.weekday: thursday}", [(3, 3), (10, 10), (17, 17), (24, 24), (31, 31)]),
        ("where: {at.weekday: [saturday, sunday]}, valid: {from: 2026-12-06, until: 2026-12-14}", [(6, 6), (12, 13)]),
        ("where: {at.day: [8, 18, 28]}", [(8, 8), (18, 18), (28, 28)]),
        ("where: {at.month: 11}", []),
        ("where: {at.date: [2026-12-24, 2026-12-25]}", [(24, 25)]),
        ("where: {at.hour: {at_least: 20}}", [(1, 31)]),
    ],
)
def test_runs(settings: str, expected: list[tuple[int, int]]) -> None:
    found = runs(offer(settings), date(2026, 12, 1), date(2026, 12, 31), SHANGHAI)
    assert found == [Run(date(2026, 12, first), date(2026, 12, last)) for first, last in expected]
