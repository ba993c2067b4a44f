"""Days on which more is earned."""

from __future__ import annotations

from regulars.rules.days import month_first, year_month
from regulars.rules.layout import *
from regulars.rules.step.records import Buffers


def times_of_day(D: Buffers, s: int, day: int, level: int) -> int:
    """Where the largest multiplier of local ``day`` for the member lies in T; -1 when there is none."""
    S, T = D[AT_S], D[AT_T]
    tenure = day - S[s + JOINED]
    best = -1
    for m in range(T[T_TIMES0], T[T_TIMES0] + T[T_TIMES] * MW, MW):
        if (T[m + M_MASK] >> level) & 1 == 0 or tenure < T[m + M_JOINED_MIN] or tenure > T[m + M_JOINED_MAX]:
            continue
        if is_on(T, m, day, S[s + BIRTHDAY]) and (
            best < 0 or T[m + M_NUM] * T[best + M_DEN] > T[best + M_NUM] * T[m + M_DEN]
        ):
            best = m
    return best


def is_on(T: Buffers, m: int, day: int, birthday: int) -> bool:
    """Whether ``day`` is one of the days of the multiplier at ``m``."""
    days = T[m + M_DAYS]
    if days == ON_BIRTHDAY:
        return day == birthday
    if days == ON_DAY_OF_MONTH:
        month = year_month(day)
        last = month_first(month + 1) - 1
        return day == min(month_first(month) + T[m + M_DAY0] - 1, last)
    low = T[m + M_DAY0]
    high = low + days
    while low < high:
        middle = (low + high) // 2
        if T[middle] < day:
            low = middle + 1
        else:
            high = middle
    return low < T[m + M_DAY0] + days and T[low] == day
