"""What a tier gives when it is reached, once ever a level."""

from __future__ import annotations

from regulars.rules.layout import *
from regulars.rules.step.counters import counter
from regulars.rules.step.earning import hand_out
from regulars.rules.step.records import Buffers
from regulars.rules.step.tasks import give
from regulars.rules.step.tiers import climb, note_activity


def reach(D: Buffers, s: int, N: Buffers, before: int, today: int) -> None:
    """The event has raised the member from level ``before``: every level above it gives what it gives.

    Growth among it may raise them further. It is no part of an order: it does not wait, and no refund takes it back.
    """
    S = D[AT_S]
    kind = N[N_KIND]
    N[N_KIND] = OTHER
    while S[s + LEVEL] > before:
        reached = S[s + LEVEL]
        note_activity(D, s, N[N_DAY], 0, 0, hand_over(D, s, N, before, reached, today))
        before = reached
        climb(D, s, N[N_AT], REACHED, N[N_EVENT])
    N[N_KIND] = kind


def hand_over(D: Buffers, s: int, N: Buffers, before: int, reached: int, today: int) -> int:
    """Give what the levels above ``before`` up to ``reached`` give; how many of the points count toward tiers."""
    K, X, T = D[AT_K], D[AT_X], D[AT_T]
    grown = 0
    for x in range(0, T[T_CURRENCIES] * XW, XW):
        X[x + X_LOT] = -1
    for level in range(before, reached):
        rule = T[T[T_LEVEL0] + level * VW + V_RULE]
        if rule < 0:
            continue
        k = counter(D, s, rule, 0)
        if K[k + K_TIMES] == 0:
            K[k + K_POINTS] = 1
            K[k + K_TIMES] = 1
            grown += give(D, s, N, T[T_RULE0] + rule * RW, rule, 1, 1, today)
    hand_out(D, s, N[N_AT], N[N_EVENT], today)
    return grown
