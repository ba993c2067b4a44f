"""A refund: paid points return to their lots, what the order earned is taken back, tiers count less."""

from __future__ import annotations

from regulars.rules.layout import *
from regulars.rules.step.counters import counter
from regulars.rules.step.earning import rate_points
from regulars.rules.step.holds import put_back
from regulars.rules.step.lots import take_from_lots
from regulars.rules.step.records import Buffers, emit
from regulars.rules.step.tasks import forget
from regulars.rules.step.tiers import note_activity


def give_back(D: Buffers, s: int, N: Buffers) -> None:
    """A refund returns the points that paid for it to their own lots, the last taken first."""
    S, H = D[AT_S], D[AT_H]
    for i in range(S[s + NH]):
        h = S[s + H0] + i * HW
        if H[h + H_ORDER] != N[N_ORDER] or H[h + H_STATE] != HOLD_CAPTURED:
            continue
        points = H[h + H_POINTS]
        due = points if N[N_WHOLE] == 1 else points * N[N_SHARE_NUM] // N[N_SHARE_DEN]
        left = due - H[h + H_RETURNED]
        if left <= 0:
            continue
        put_back(D, s, i, left, N)


def take_back(D: Buffers, s: int, lot: int, points: int, rule: int, base: int, N: Buffers) -> None:
    """Claw ``points`` of a rule back: from the order's own lot, then from other available points, then as debt."""
    S, B, L, O, T = D[AT_S], D[AT_B], D[AT_L], D[AT_O], D[AT_T]
    o = S[s + L0] + lot * LW
    currency = L[o + L_CURRENCY]
    b = S[s + B0] + currency * BW
    at = N[N_AT]
    first = O[0]
    part = min(points, L[o + L_REMAINING])
    if part > 0:
        L[o + L_REMAINING] -= part
        if L[o + L_STATE] == LOT_PENDING:
            B[b + PENDING] -= part
            emit(O, CLAW_BACK, ACC_PENDING, ISSUED, currency, part, lot, at, N[N_EVENT])
        else:
            B[b + AVAILABLE] -= part
            emit(O, CLAW_BACK, ACC_AVAILABLE, ISSUED, currency, part, lot, at, N[N_EVENT])
    beyond = take_from_lots(D, s, currency, points - part, CLAW_BACK, ISSUED, -1, at, N[N_EVENT])
    if beyond > 0 and T[T[T_CUR0] + currency * CW + C_ZERO] == 0:
        B[b + DEBT] += beyond
        emit(O, CLAW_BACK, ACC_DEBT, ISSUED, currency, beyond, lot, at, N[N_EVENT])
    for i in range(first, O[0]):
        O[1 + i * OW + O_RULE] = rule
        O[1 + i * OW + O_BASE] = base


def refund(D: Buffers, s: int, N: Buffers, Q: Buffers, q: int) -> None:
    """Undo an order, or those lines of it: paid points return, what they earned is taken back, tiers count less."""
    S, L, E, K, T = D[AT_S], D[AT_L], D[AT_E], D[AT_K], D[AT_T]
    give_back(D, s, N)
    grown = 0
    for i in range(S[s + NE]):
        e = S[s + E0] + i * EW
        lot = E[e + E_LOT]
        granted = E[e + E_GRANTED]
        if E[e + E_DEN] == PROGRESS:
            if N[N_WHOLE] == 1 and L[S[s + L0] + lot * LW + L_ORDER] == N[N_ORDER]:
                forget(D, s, e)
            continue
        if granted == 0 or L[S[s + L0] + lot * LW + L_ORDER] != N[N_ORDER]:
            continue
        rule = E[e + E_RULE]
        base = E[e + E_BASE] - Q[q + rule]
        if N[N_WHOLE] == 1 or base < 0:
            base = 0
        if base == E[e + E_BASE]:
            continue
        r = T[T_RULE0] + rule * RW
        kept = 0
        if base > 0:
            kept = granted
            if E[e + E_NUM] > 0:
                kept = min(granted, rate_points(base, E[e + E_NUM], E[e + E_DEN], T[r + R_ROUND]))
        taken = E[e + E_BASE] - base
        E[e + E_BASE] = base
        if kept == granted:
            continue
        E[e + E_GRANTED] = kept
        if T[r + R_CAP] != CAP_NONE and T[r + R_KIND] == PLAIN and E[e + E_DEN] > 0:
            k = counter(D, s, rule, E[e + E_WINDOW])
            K[k + K_POINTS] -= granted - kept
            if kept == 0:
                K[k + K_TIMES] -= 1
        if L[S[s + L0] + lot * LW + L_CURRENCY] == T[T_GROWTH]:
            grown += granted - kept
        take_back(D, s, lot, granted - kept, rule, taken, N)
    note_activity(D, s, N[N_ORDER_DAY], -N[N_NET], -N[N_WHOLE], -grown)
