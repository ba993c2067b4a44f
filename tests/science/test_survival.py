"""The curve of unspent points and the estimate of what lapses, against cases by hand and lives of a known kind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from regulars.science import survival
from regulars.science.survival import ENTERED, LEFT, SPENT, Curve, Flows, Open

LIFE = 200


def flows(*rows: tuple[int, int, int, int]) -> Flows:
    """Rows of (member, age, points, what)."""
    member, age, points, what = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    return Flows(member, age, points, what, int(member.max()) + 1)


@pytest.mark.parametrize(
    ("case", "rows", "unspent"),
    [
        ("nothing is spent", [(0, 0, 10, ENTERED), (0, 3, 10, LEFT)], [1, 1, 1, 1]),
        ("half is spent on day 1", [(0, 0, 10, ENTERED), (0, 1, 5, SPENT), (0, 3, 5, LEFT)], [1, 0.5, 0.5, 0.5]),
        (
            "what left before counts no more: 5 of the 6 left are spent on day 2",
            [(0, 0, 10, ENTERED), (0, 1, 4, LEFT), (0, 2, 5, SPENT), (0, 3, 1, LEFT)],
            [1, 1, 1 / 6, 1 / 6],
        ),
        (
            "a point weighs one, whoever has it",
            [(0, 0, 30, ENTERED), (1, 0, 10, ENTERED), (1, 1, 10, SPENT), (0, 3, 30, LEFT)],
            [1, 0.75, 0.75, 0.75],
        ),
        (
            "what comes back enters late: 10 of 20 spent on day 1, then 10 of 20 on day 3",
            [(0, 0, 20, ENTERED), (0, 1, 10, SPENT), (0, 2, 10, ENTERED), (0, 3, 10, SPENT), (0, 3, 10, LEFT)],
            [1, 0.5, 0.5, 0.25],
        ),
    ],
)
def test_the_curve_of_cases_by_hand(case: str, rows: list[tuple[int, int, int, int]], unspent: Sequence[float]) -> None:
    assert survival.curve(flows(*rows), 3).unspent == pytest.approx(unspent)


def test_beyond_what_is_known_the_curve_goes_on_as_it_fell() -> None:
    found = Curve(np.array([1.0, 0.9, 0.81]), 2)
    assert found.at(np.array([0, 1, 2, 4])) == pytest.approx([1.0, 0.9, 0.81, 0.81**2])
    assert Curve(np.ones(1), -1).at(np.array([5])) == pytest.approx([1.0])


def test_an_age_is_known_when_enough_members_reached_it() -> None:
    rows = [(member, 0, 10, ENTERED) for member in range(40)]
    rows += [(member, 100 if member < 29 else 50, 10, LEFT) for member in range(40)]
    assert survival.horizon(flows(*rows)) == 50
    assert survival.horizon(flows(*rows[:20], (0, 5, 10, LEFT))) == -1


@pytest.mark.parametrize(("known", "enough"), [(-1, False), (79, False), (80, True)])
def test_too_short_a_history_is_not_enough(known: int, enough: bool) -> None:
    still_open = Open(np.zeros(1, int), np.array([10]), np.array([100]), np.array([7]))
    assert survival.covers(known, still_open) is enough


def lives(seed: int, members: int = 300, whole: bool = False) -> tuple[Flows, Open, int]:
    """Members who earn on random days of a year and spend with a constant chance a day, each of their own.

    Seen until day 365: the flows until then, what is open then, and what of it will really lapse.
    whole: everybody spends all they have or nothing.
    """
    random = np.random.default_rng(seed)
    rows: list[tuple[int, int, int, int]] = []
    opened: list[tuple[int, int, int, int]] = []
    lapsing = 0
    for member in range(members):
        daily = random.gamma(2.0, 0.002)
        days_of_spending = set(np.flatnonzero(random.random(365 + LIFE) < daily).tolist()) if whole else set()
        for _ in range(int(random.integers(1, 9))):
            born, points = int(random.integers(0, 365)), int(random.integers(5, 200))
            if whole:
                age = next((day - born for day in sorted(days_of_spending) if day > born), 10_000)
            else:
                age = int(random.geometric(daily))
            rows.append((member, 0, points, ENTERED))
            seen = min(365 - born, LIFE)
            if age <= seen:
                rows.append((member, age, points, SPENT))
                continue
            rows.append((member, seen, points, LEFT))
            if seen < LIFE:
                opened.append((member, seen, LIFE, points))
                lapsing += points if age > LIFE else 0
    member, age, lapses, points = (np.array(column, np.int64) for column in zip(*opened, strict=True))
    return flows(*rows), Open(member, age, lapses, points), lapsing


@pytest.mark.parametrize("whole", [False, True])
def test_what_really_lapses_lies_in_the_interval_as_often_as_it_says(whole: bool) -> None:
    within, errors = 0, []
    for seed in range(40):
        seen, still_open, actual = lives(seed, whole=whole)
        guess = survival.breakage(seen, still_open, draws=100)
        assert guess.low <= guess.points <= guess.high
        within += guess.low <= actual <= guess.high
        errors.append((guess.points - actual) / guess.open_points)
    # 95 in 100 are promised; of 40, fewer than 34 would come by chance in one run of a thousand
    assert within >= 34
    assert abs(float(np.mean(errors))) < 0.03


def test_the_same_ledger_gives_the_same_interval() -> None:
    seen, still_open, _actual = lives(1)
    assert survival.breakage(seen, still_open) == survival.breakage(seen, still_open)
    assert survival.breakage(seen, still_open) != survival.breakage(seen, still_open, seed=1)
