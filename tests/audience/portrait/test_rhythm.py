"""The rhythm by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from regulars.audience.portrait.rhythm import rhythm

FIRST = date(2026, 1, 1)


def days(*gaps: int) -> list[date]:
    found = [FIRST]
    for gap in gaps:
        found.append(found[-1] + timedelta(days=gap))
    return found


@pytest.mark.parametrize("gaps", [(), (3,), (3, 3, 3)])
def test_too_few_pauses_are_no_rhythm(gaps: tuple[int, ...]) -> None:
    assert rhythm(days(*gaps), FIRST) is None


@pytest.mark.parametrize(
    ("gaps", "typical", "short", "long", "silent", "late", "unheard_of"),
    [
        ((7, 7, 7, 7), 7, 7, 7, 7, 0, False),
        ((7, 7, 7, 7), 7, 7, 7, 8, 1, True),
        ((5, 6, 7, 8, 9), 7, 6, 8, 8, 0, False),
        ((5, 6, 7, 8, 30), 7, 6, 8, 20, 12, False),
        ((5, 6, 7, 8, 30), 7, 6, 8, 31, 23, True),
        ((1, 2, 3, 4), 2, 2, 4, 0, 0, False),
    ],
)
def test_by_hand(
    gaps: tuple[int, ...], typical: int, short: int, long: int, silent: int, late: int, unheard_of: bool
) -> None:
    bought = days(*gaps)
    found = rhythm([*bought, bought[0]], bought[-1] + timedelta(days=silent))
    assert found is not None
    assert (found.typical_days, found.short_days, found.long_days) == (typical, short, long)
    assert (found.earliest - found.last).days == short and (found.latest - found.last).days == long
    assert (found.late_days, found.unheard_of) == (late, unheard_of)


def test_old_habits_do_not_count() -> None:
    found = rhythm(days(*[60] * 10, *[7] * 24), date(2030, 1, 1))
    assert found is not None and (found.typical_days, found.longest_days, found.pauses) == (7, 60, 24)
