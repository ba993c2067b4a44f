"""Points set aside: placed, captured, let go; and points given or taken by hand."""

from __future__ import annotations

from regulars.rules.days import local_day, midnight
from regulars.rules.layout import *
from regulars.rules.step.lots import move_expiries, new_lot, repay, take_from_lots
from regulars.rules.step.records import Buffers, due_at, emit, lapses_at


def find_hold(D: Buffers, s: int, ref: int) -> int:
    """The number of the member's hold with that reference, or -1."""
    S, H = D[AT_S], D[AT_H]
    for i in range(S[s + NH]):
        if H[S[s + H0] + i * HW + H_REF] == ref:
            return i
    return -1


def place_hold(D: Buffers, s: int, N: Buffers) -> int:
    """Set points aside; with ``N_CAPTURE`` they are spent, or given away, at once."""
    S, B, H = D[AT_S], D[AT_B], D[AT_H]
    currency = N[N_CURRENCY]
    points = N[N_POINTS]
    if B[S[s + B0] + currency * BW + AVAILABLE] < points:
        return INSUFFICIENT
    hold = S[s + NH]
    S[s + NH] = hold + 1
    h = S[s + H0] + hold * HW
    H[h + H_REF] = N[N_HOLD]
    H[h + H_CURRENCY] = currency
    H[h + H_STATE] = HOLD_OPEN
    H[h + H_EXPIRES] = N[N_EXPIRES]
    H[h + H_ORDER] = N[N_ORDER]
    H[h + H_POINTS] = points
    H[h + H_RETURNED] = 0
    H[h + H_EVENT] = N[N_EVENT]
    take_from_lots(D, s, currency, points, HOLD, ACC_HELD, hold, N[N_AT], N[N_EVENT])
    due_at(S, s, N[N_EXPIRES])
    if N[N_CAPTURE] == AT_ONCE:
        return capture(D, s, hold, points, N[N_ORDER], REDEEMED, N[N_AT], N[N_EVENT])
    if N[N_CAPTURE] == FOR_GOOD:
        return capture(D, s, hold, points, N[N_ORDER], DONATED, N[N_AT], N[N_EVENT])
    return OK


def capture(D: Buffers, s: int, hold: int, points: int, order: int, credit: int, at: int, event: int) -> int:
    """Spend ``points`` of an open hold (``credit``: redeemed or donated), in the order they were set aside; the rest
    goes back."""
    S, B, L, H, U, O, T, M = D[AT_S], D[AT_B], D[AT_L], D[AT_H], D[AT_U], D[AT_O], D[AT_T], D[AT_M]
    h = S[s + H0] + hold * HW
    if H[h + H_STATE] != HOLD_OPEN:
        return HOLD_CLOSED
    if points > H[h + H_POINTS]:
        return ABOVE_HOLD
    currency = H[h + H_CURRENCY]
    b = S[s + B0] + currency * BW
    left = points
    for i in range(S[s + NU]):
        u = S[s + U0] + i * UW
        if U[u + U_HOLD] != hold:
            continue
        part = min(left, U[u + U_POINTS])
        back = U[u + U_POINTS] - part
        lot = U[u + U_LOT]
        left -= part
        U[u + U_POINTS] = part
        B[b + HELD] -= part + back
        if part > 0:
            o = emit(O, CAPTURE, ACC_HELD, credit, currency, part, lot, at, event)
            O[o + O_HOLD] = hold
        if back > 0:
            L[S[s + L0] + lot * LW + L_REMAINING] += back
            B[b + AVAILABLE] += back
            o = emit(O, RELEASE, ACC_HELD, ACC_AVAILABLE, currency, back, lot, at, event)
            O[o + O_HOLD] = hold
            repay(D, s, lot, at, event)
            lapses_at(S, s, L[S[s + L0] + lot * LW + L_EXPIRES])
            if lot < S[s + OPEN]:
                S[s + OPEN] = lot
    H[h + H_STATE] = HOLD_CAPTURED
    H[h + H_POINTS] = points
    if order >= 0:
        H[h + H_ORDER] = order
    if T[T[T_CUR0] + currency * CW + C_SLIDING] == 1:
        move_expiries(D, s, currency, local_day(M, at))
    return OK


def let_go(D: Buffers, s: int, hold: int, kind: int, at: int, event: int) -> None:
    """Release (or lapse) an open hold: its points return to the lots they came from."""
    S, B, L, H, U, O = D[AT_S], D[AT_B], D[AT_L], D[AT_H], D[AT_U], D[AT_O]
    h = S[s + H0] + hold * HW
    H[h + H_STATE] = HOLD_RELEASED if kind == RELEASE else HOLD_LAPSED
    currency = H[h + H_CURRENCY]
    b = S[s + B0] + currency * BW
    for i in range(S[s + NU]):
        u = S[s + U0] + i * UW
        amount = U[u + U_POINTS]
        if U[u + U_HOLD] == hold and amount > 0:
            lot = U[u + U_LOT]
            U[u + U_POINTS] = 0
            L[S[s + L0] + lot * LW + L_REMAINING] += amount
            B[b + HELD] -= amount
            B[b + AVAILABLE] += amount
            o = emit(O, kind, ACC_HELD, ACC_AVAILABLE, currency, amount, lot, at, event)
            O[o + O_HOLD] = hold
            repay(D, s, lot, at, event)
            lapses_at(S, s, L[S[s + L0] + lot * LW + L_EXPIRES])
            if lot < S[s + OPEN]:
                S[s + OPEN] = lot


def undo(D: Buffers, s: int, hold: int, N: Buffers) -> int:
    """What a captured hold spent, as far as no refund has returned it, goes back to the lots it came from."""
    S, H = D[AT_S], D[AT_H]
    h = S[s + H0] + hold * HW
    left = H[h + H_POINTS] - H[h + H_RETURNED]
    if H[h + H_STATE] != HOLD_CAPTURED or left <= 0:
        return HOLD_CLOSED
    put_back(D, s, hold, left, N)
    return OK


def put_back(D: Buffers, s: int, hold: int, points: int, N: Buffers) -> None:
    """Return ``points`` that a captured hold spent to their own lots, the last taken first."""
    S, B, L, H, U, O, T, M = D[AT_S], D[AT_B], D[AT_L], D[AT_H], D[AT_U], D[AT_O], D[AT_T], D[AT_M]
    at = N[N_AT]
    h = S[s + H0] + hold * HW
    H[h + H_RETURNED] += points
    currency = H[h + H_CURRENCY]
    b = S[s + B0] + currency * BW
    left = points
    j = S[s + NU] - 1
    while j >= 0 and left > 0:
        u = S[s + U0] + j * UW
        part = min(left, U[u + U_POINTS]) if U[u + U_HOLD] == hold else 0
        if part > 0:
            lot = U[u + U_LOT]
            o = S[s + L0] + lot * LW
            left -= part
            U[u + U_POINTS] -= part
            L[o + L_REMAINING] += part
            B[b + AVAILABLE] += part
            if L[o + L_EXPIRES] <= at:
                grace = T[T[T_CUR0] + currency * CW + C_GRACE_DAYS]
                if grace > 0:
                    L[o + L_EXPIRES] = midnight(M, local_day(M, at) + grace + 1)
            if lot < S[s + OPEN]:
                S[s + OPEN] = lot
            r = emit(O, GIVE_BACK, REDEEMED, ACC_AVAILABLE, currency, part, lot, at, N[N_EVENT])
            O[r + O_HOLD] = hold
            repay(D, s, lot, at, N[N_EVENT])
            lapses_at(S, s, L[o + L_EXPIRES])
        j -= 1


def adjust(D: Buffers, s: int, N: Buffers) -> int:
    """Points given or taken by hand; never below what is available."""
    S, B, L, O, M = D[AT_S], D[AT_B], D[AT_L], D[AT_O], D[AT_M]
    currency = N[N_CURRENCY]
    points = N[N_POINTS]
    at = N[N_AT]
    b = S[s + B0] + currency * BW
    if points < 0:
        if B[b + AVAILABLE] < -points:
            return INSUFFICIENT
        take_from_lots(D, s, currency, -points, ADJUST, ISSUED, -1, at, N[N_EVENT])
        return OK
    lot = new_lot(D, s, currency, -1, 0, at, local_day(M, at), N[N_EVENT])
    o = S[s + L0] + lot * LW
    L[o + L_EARNED] = points
    L[o + L_REMAINING] = points
    B[b + AVAILABLE] += points
    emit(O, ADJUST, ISSUED, ACC_AVAILABLE, currency, points, lot, at, N[N_EVENT])
    repay(D, s, lot, at, N[N_EVENT])
    return OK
