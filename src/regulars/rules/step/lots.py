"""Lots of points: opened, paid from, moved on in time."""

from __future__ import annotations

from regulars.rules.days import end_of, last_of, midnight, plus_months, year_month
from regulars.rules.layout import *
from regulars.rules.step.records import Buffers, due_at, emit, lapses_at, put


def lot_expiry(T: Buffers, M: Buffers, X: Buffers, currency: int, day: int) -> int:
    """The moment points earned or moved on local ``day`` lapse: the midnight after their last good day.

    ``X`` remembers the last answer of each currency: most events of a batch fall on one day.
    """
    c = T[T_CUR0] + currency * CW
    months = T[c + C_MONTHS]
    days = T[c + C_DAYS]
    if months == 0 and days == 0:
        return NEVER
    x = currency * XW
    if X[x + X_DAY] != day:
        period = T[c + C_END_OF]
        if months == 0:
            last = end_of(day + days, period)
        elif period == END_NONE:
            last = plus_months(day, months)
        else:
            last = last_of(year_month(day) + months, period)
        X[x + X_DAY] = day
        X[x + X_EXPIRES] = midnight(M, last + 1)
    return X[x + X_EXPIRES]


def new_lot(D: Buffers, s: int, currency: int, order: int, pending: int, at: int, day: int, event: int) -> int:
    """Open an empty lot on local ``day``, the day of ``at``, and return its number."""
    S, L, X, T, M = D[AT_S], D[AT_L], D[AT_X], D[AT_T], D[AT_M]
    lot = S[s + NL]
    S[s + NL] = lot + 1
    o = S[s + L0] + lot * LW
    c = T[T_CUR0] + currency * CW
    expires = lot_expiry(T, M, X, currency, day)
    if pending == 1:
        days = T[c + C_PENDING_DAYS]
        matures = at + days * DAY_US if days > 0 else NEVER
        put(L, o, (currency, order, 0, 0, LOT_PENDING, matures, expires, event))
        due_at(S, s, matures)
    else:
        put(L, o, (currency, order, 0, 0, LOT_AVAILABLE, NEVER, expires, event))
        lapses_at(S, s, expires)
    return lot


def open_lot(D: Buffers, s: int, N: Buffers, currency: int, today: int) -> int:
    """The event's lot of a currency, opened; ``X`` remembers it until the points are handed out."""
    X, T = D[AT_X], D[AT_T]
    pending = 1 if N[N_KIND] == ORDER and T[T[T_CUR0] + currency * CW + C_PENDING] == 1 else 0
    lot = new_lot(D, s, currency, N[N_ORDER], pending, N[N_AT], today, N[N_EVENT])
    x = currency * XW
    X[x + X_LOT] = lot
    X[x + X_CREDIT] = ACC_PENDING if pending == 1 else ACC_AVAILABLE
    X[x + X_POINTS] = 0
    return lot


def repay(D: Buffers, s: int, lot: int, at: int, event: int) -> None:
    """Points that have just become available pay what the member owes of their currency."""
    S, B, L, O = D[AT_S], D[AT_B], D[AT_L], D[AT_O]
    o = S[s + L0] + lot * LW
    currency = L[o + L_CURRENCY]
    b = S[s + B0] + currency * BW
    owed = B[b + DEBT]
    remaining = L[o + L_REMAINING]
    if owed == 0 or remaining == 0:
        return
    paid = min(owed, remaining)
    L[o + L_REMAINING] = remaining - paid
    B[b + AVAILABLE] -= paid
    B[b + DEBT] = owed - paid
    emit(O, REPAY, ACC_AVAILABLE, ACC_DEBT, currency, paid, lot, at, event)


def move_expiries(D: Buffers, s: int, currency: int, day: int) -> None:
    """Sliding expiry: activity on ``day`` moves the expiry of every open lot of the currency."""
    S, L, H, U, X, T, M = D[AT_S], D[AT_L], D[AT_H], D[AT_U], D[AT_X], D[AT_T], D[AT_M]
    expires = lot_expiry(T, M, X, currency, day)
    for i in range(S[s + OPEN], S[s + NL]):
        o = S[s + L0] + i * LW
        if L[o + L_CURRENCY] == currency and L[o + L_REMAINING] > 0 and L[o + L_EXPIRES] < expires:
            L[o + L_EXPIRES] = expires
    # a lot that is set aside to the last point is open too; a spent one is not, and live does not even load it
    for i in range(S[s + NU]):
        u = S[s + U0] + i * UW
        if U[u + U_POINTS] > 0 and H[S[s + H0] + U[u + U_HOLD] * HW + H_STATE] == HOLD_OPEN:
            o = S[s + L0] + U[u + U_LOT] * LW
            if L[o + L_CURRENCY] == currency and L[o + L_EXPIRES] < expires:
                L[o + L_EXPIRES] = expires
    lapses_at(S, s, expires)


def next_to_spend(D: Buffers, s: int, currency: int, start: int, soonest: int) -> int:
    """The open lot to spend from next: earliest expiry first, then the oldest; -1 when there is none.

    soonest: no such lot lapses before that moment, and none before number ``start`` at it, so that the first from
    ``start`` on which lapses then is the one, without a look at the others.
    """
    S, L = D[AT_S], D[AT_L]
    l0 = S[s + L0]
    lots = S[s + NL]
    count = lots - S[s + OPEN]
    best = -1
    expires = NEVER
    for k in range(start, start + count):
        i = k if k < lots else k - count
        o = l0 + i * LW
        if L[o + L_CURRENCY] == currency and L[o + L_STATE] == LOT_AVAILABLE and L[o + L_REMAINING] > 0:
            moment = L[o + L_EXPIRES]
            if moment <= soonest:
                return i
            if best < 0 or moment < expires or (moment == expires and i < best):
                best = i
                expires = moment
    return best


def take_from_lots(
    D: Buffers, s: int, currency: int, points: int, kind: int, credit: int, hold: int, at: int, event: int
) -> int:
    """Take available points out of lots in spending order; returns how many could not be taken."""
    S, B, L, U, O = D[AT_S], D[AT_B], D[AT_L], D[AT_U], D[AT_O]
    b = S[s + B0] + currency * BW
    start = S[s + OPEN]
    soonest = S[s + LAPSES]
    while points > 0:
        lot = next_to_spend(D, s, currency, start, soonest)
        if lot < 0:
            break
        o = S[s + L0] + lot * LW
        start = lot + 1
        soonest = L[o + L_EXPIRES]
        part = min(points, L[o + L_REMAINING])
        L[o + L_REMAINING] -= part
        B[b + AVAILABLE] -= part
        points -= part
        r = emit(O, kind, ACC_AVAILABLE, credit, currency, part, lot, at, event)
        if hold >= 0:
            O[r + O_HOLD] = hold
            B[b + HELD] += part
            u = S[s + U0] + S[s + NU] * UW
            S[s + NU] += 1
            U[u + U_HOLD] = hold
            U[u + U_LOT] = lot
            U[u + U_POINTS] = part
    return points
