"""Tiers: what counts in the window, the level it earns, reviews, and a new version's ladder."""

from __future__ import annotations

from regulars.rules.days import local_day, midnight, month_first, plus_months, year_month
from regulars.rules.layout import *
from regulars.rules.step.records import Buffers, due_at, emit


def refresh_window(D: Buffers, s: int, day: int) -> None:
    """Let the tier window move on to local ``day``: what fell out of it counts no more."""
    S, A, T = D[AT_S], D[AT_A], D[AT_T]
    window = T[T_WINDOW]
    cut = S[s + CUT]
    if window == WINDOW_ROLLING:
        cut = day - T[T_WINDOW_DAYS]
    elif window == WINDOW_CALENDAR:
        cut = month_first(year_month(day) // 12 * 12) - 1
    elif window == WINDOW_ANNIVERSARY:
        years = (year_month(day) - year_month(S[s + JOINED])) // 12
        if plus_months(S[s + JOINED], years * 12) > day:
            years -= 1
        cut = plus_months(S[s + JOINED], years * 12) - 1
    if cut <= S[s + CUT]:
        return
    S[s + CUT] = cut
    head = S[s + HEAD]
    while head < S[s + NA]:
        a = S[s + A0] + head * AW
        if A[a + A_DAY] > cut:
            break
        S[s + SPENT] -= A[a + A_SPENT]
        S[s + ORDERS] -= A[a + A_ORDERS]
        S[s + GROWN] -= A[a + A_GROWN]
        head += 1
    S[s + HEAD] = head


def earned_level(S: Buffers, s: int, T: Buffers) -> int:
    """The level (1 upwards, 0 none) that the member's window earns today."""
    measure = T[T_MEASURE]
    value = S[s + SPENT]
    if measure == MEASURE_ORDERS:
        value = S[s + ORDERS]
    elif measure == MEASURE_GROWTH:
        value = S[s + GROWN]
    level = T[T_LEVELS]
    v = T[T_LEVEL0] + (level - 1) * VW + V_THRESHOLD
    while level > 0 and value < T[v]:
        level -= 1
        v -= VW
    return level


def set_level(D: Buffers, s: int, level: int, at: int, reason: int, event: int) -> None:
    """Put the member on ``level`` and record the change."""
    S, O = D[AT_S], D[AT_O]
    o = emit(O, TIER, S[s + LEVEL], level, 0, 0, -1, at, event)
    O[o + O_RULE] = reason
    S[s + LEVEL] = level
    S[s + SINCE] = at
    keep(D, s, at)


def keep(D: Buffers, s: int, at: int) -> None:
    """The member's level is kept from ``at`` on; its review is set."""
    S, T, M = D[AT_S], D[AT_T], D[AT_M]
    S[s + GRACE] = 0
    S[s + REVIEW] = NEVER
    if S[s + LEVEL] > 0 and T[T_KEEP_DAYS] > 0:
        S[s + REVIEW] = midnight(M, local_day(M, at) + T[T_KEEP_DAYS])
        due_at(S, s, S[s + REVIEW])


def review(D: Buffers, s: int, at: int) -> None:
    """The tier review at ``at``: keep, give grace, or step down."""
    S, T, M = D[AT_S], D[AT_T], D[AT_M]
    day = local_day(M, at)
    refresh_window(D, s, day)
    earned = earned_level(S, s, T)
    level = S[s + LEVEL]
    if earned >= level:
        keep(D, s, at)
    elif S[s + GRACE] == 0 and T[T_GRACE_DAYS] > 0:
        S[s + GRACE] = 1
        S[s + REVIEW] = midnight(M, day + T[T_GRACE_DAYS])
        due_at(S, s, S[s + REVIEW])
    else:
        below = level - 1 if T[T_THEN] == ONE_STEP else earned
        set_level(D, s, below, at, REVIEWED, -1)


def climb(D: Buffers, s: int, at: int, reason: int, event: int) -> None:
    """Raise the member to the level the window earns, at once; in grace, earning the level again keeps it."""
    S, T = D[AT_S], D[AT_T]
    if T[T_MEASURE] == MEASURE_NONE:
        return
    earned = earned_level(S, s, T)
    level = S[s + LEVEL]
    if earned > level:
        set_level(D, s, earned, at, reason, event)
    elif earned == level and S[s + GRACE] == 1:
        keep(D, s, at)


def revise(D: Buffers, s: int, at: int, Q: Buffers) -> None:
    """A new programme version takes effect at ``at``: measure the window again under it and raise who is due.

    ``D`` holds the new tables; the member was advanced to ``at`` under the old ones, and all activity is loaded.
    ``Q[level]`` is the old level's number on the new ladder.
    """
    S, A, T, M = D[AT_S], D[AT_A], D[AT_T], D[AT_M]
    S[s + LEVEL] = Q[S[s + LEVEL]]
    S[s + CLOCK] = max(S[s + CLOCK], at)
    S[s + CUT] = -NEVER
    S[s + HEAD] = 0
    S[s + SPENT] = 0
    S[s + ORDERS] = 0
    S[s + GROWN] = 0
    for i in range(S[s + NA]):
        a = S[s + A0] + i * AW
        S[s + SPENT] += A[a + A_SPENT]
        S[s + ORDERS] += A[a + A_ORDERS]
        S[s + GROWN] += A[a + A_GROWN]
    refresh_window(D, s, local_day(M, at))
    climb(D, s, at, REVISED, -1)
    if S[s + LEVEL] == 0 or T[T_KEEP_DAYS] == 0:
        S[s + GRACE] = 0
        S[s + REVIEW] = NEVER
    elif S[s + REVIEW] == NEVER:
        keep(D, s, at)


def note_activity(D: Buffers, s: int, day: int, spent: int, orders: int, grown: int) -> None:
    """Count an order's spending, an order or growth on local ``day`` toward tiers (negative takes back)."""
    S, A, O = D[AT_S], D[AT_A], D[AT_O]
    if spent == 0 and orders == 0 and grown == 0:
        return
    o = emit(O, ACTIVITY, spent, orders, grown, 0, -1, day, -1)
    O[o + O_RULE] = 0
    i = S[s + NA] - 1
    a0 = S[s + A0]
    while i >= 0 and A[a0 + i * AW + A_DAY] > day:
        i -= 1
    if i >= 0 and A[a0 + i * AW + A_DAY] == day:
        a = a0 + i * AW
        A[a + A_SPENT] += spent
        A[a + A_ORDERS] += orders
        A[a + A_GROWN] += grown
    else:
        i += 1
        j = S[s + NA]
        while j > i:
            for f in range(AW):
                A[a0 + j * AW + f] = A[a0 + (j - 1) * AW + f]
            j -= 1
        a = a0 + i * AW
        A[a + A_DAY] = day
        A[a + A_SPENT] = spent
        A[a + A_ORDERS] = orders
        A[a + A_GROWN] = grown
        S[s + NA] += 1
        if day <= S[s + CUT]:
            S[s + HEAD] += 1
    if day > S[s + CUT]:
        S[s + SPENT] += spent
        S[s + ORDERS] += orders
        S[s + GROWN] += grown
