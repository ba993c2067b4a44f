"""What an event earns: every rule's rate or points, within its cap."""

from __future__ import annotations

from regulars.rules.days import window_of
from regulars.rules.layout import *
from regulars.rules.step.calendar import times_of_day
from regulars.rules.step.counters import counter
from regulars.rules.step.lots import move_expiries, open_lot, repay
from regulars.rules.step.records import Buffers, emit, put
from regulars.rules.step.tasks import take_on


def rate_points(base: int, num: int, den: int, rounding: int) -> int:
    """``base * num / den`` in whole points, rounded once."""
    if rounding == ROUND_FLOOR:
        return base * num // den
    if rounding == ROUND_NEAREST:
        return (2 * base * num + den) // (2 * den)
    return (base * num + den - 1) // den


def admits(T: Buffers, r: int, level: int, day: int, tenure: int) -> bool:
    """Whether the rule at ``r`` speaks of a member on ``level`` for ``tenure`` days, on local ``day``."""
    if day < T[r + R_FROM] or day >= T[r + R_UNTIL] or (T[r + R_MASK] >> level) & 1 == 0:
        return False
    return T[r + R_JOINED_MIN] <= tenure and tenure <= T[r + R_JOINED_MAX]


def earn(D: Buffers, s: int, N: Buffers, Q: Buffers, q: int, today: int) -> int:
    """What every rule gives for the event: ``Q[q + rule]`` is the amount that counts, 0 when it does not apply.

    Returns how many of the points count toward tiers. Lots and balances get the sum of what the rules gave, once.
    """
    S, E, O, X, T = D[AT_S], D[AT_E], D[AT_O], D[AT_X], D[AT_T]
    is_order = N[N_KIND] == ORDER
    day = N[N_DAY]
    at = N[N_AT]
    event = N[N_EVENT]
    level = S[s + LEVEL]
    keeps = is_order and S[s + FORGETS] == 0
    currencies = T[T_CURRENCIES]
    growth = T[T_GROWTH]
    grown = 0
    today_times = times_of_day(D, s, day, level) if T[T_TIMES] > 0 else -1
    for x in range(0, currencies * XW, XW):
        X[x + X_LOT] = -1
    r = T[T_RULE0] - RW
    for rule in range(T[T_RULES]):
        r += RW
        base = Q[q + rule]
        if base <= 0 or (T[r + R_ASKS] == 1 and not admits(T, r, level, day, day - S[s + JOINED])):
            continue
        if T[r + R_KIND] != PLAIN:
            grown += take_on(D, s, N, r, rule, base, today)
            continue
        num = 1
        den = 1
        rate_num = T[r + R_NUM]
        rate_den = T[r + R_DEN]
        times = T[r + R_TIMES]
        if times != 0:
            if level > 0 and times != TIMES_DAY:
                v = T[T_LEVEL0] + (level - 1) * VW
                num = T[v + V_NUM]
                den = T[v + V_DEN]
            if today_times >= 0 and times >= TIMES_DAY:
                num *= T[today_times + M_NUM]
                den *= T[today_times + M_DEN]
            rate_num *= num
            rate_den *= den
        if rate_num == 0:
            points = rate_points(T[r + R_POINTS], num, den, T[r + R_ROUND])
        elif T[r + R_ROUND] == ROUND_FLOOR:
            points = base * rate_num // rate_den
        else:
            points = rate_points(base, rate_num, rate_den, T[r + R_ROUND])
        if points == 0:
            continue
        currency = T[r + R_GIVES]
        window = 0
        if T[r + R_CAP] != CAP_NONE:
            window = window_of(day, T[r + R_PER])
            points = within_cap(D, s, r, rule, window, points, at, event)
            if points == 0:
                continue
        x = currency * XW
        lot = X[x + X_LOT]
        if lot < 0:
            lot = open_lot(D, s, N, currency, today)
        X[x + X_POINTS] += points
        n = O[0]
        O[0] = n + 1
        put(
            O,
            1 + n * OW,
            (EARN, ISSUED, X[x + X_CREDIT], currency, points, rule, base, num, den, lot, -1, at, event),
        )
        if keeps:
            n = S[s + NE]
            S[s + NE] = n + 1
            put(E, S[s + E0] + n * EW, (lot, rule, base, points, rate_num, rate_den, window))
        if currency == growth:
            grown += points
    hand_out(D, s, at, event, today)
    return grown


def within_cap(D: Buffers, s: int, r: int, rule: int, window: int, points: int, at: int, event: int) -> int:
    """How many of the points a capped rule may still give in the window; counted, and what is cut off recorded."""
    K, O, T = D[AT_K], D[AT_O], D[AT_T]
    cap = T[r + R_CAP]
    k = counter(D, s, rule, window)
    room = T[r + R_LIMIT] - (K[k + K_POINTS] if cap == CAP_POINTS else K[k + K_TIMES])
    given = points
    if cap == CAP_POINTS:
        given = min(points, max(room, 0))
    elif room <= 0:
        given = 0
    if given < points:
        o = emit(O, CAPPED, 0, 0, T[r + R_GIVES], points - given, -1, at, event)
        O[o + O_RULE] = rule
    if given > 0:
        K[k + K_POINTS] += given
        K[k + K_TIMES] += 1
    return given


def hand_out(D: Buffers, s: int, at: int, event: int, today: int) -> None:
    """Put what the rules gave, summed by currency in ``X``, into the event's lots and the balances."""
    S, B, L, X, T = D[AT_S], D[AT_B], D[AT_L], D[AT_X], D[AT_T]
    for currency in range(T[T_CURRENCIES]):
        x = currency * XW
        lot = X[x + X_LOT]
        points = X[x + X_POINTS]
        if lot >= 0 and points > 0:
            o = S[s + L0] + lot * LW
            b = S[s + B0] + currency * BW
            L[o + L_EARNED] = points
            L[o + L_REMAINING] = points
            if X[x + X_CREDIT] == ACC_PENDING:
                B[b + PENDING] += points
            else:
                B[b + AVAILABLE] += points
                repay(D, s, lot, at, event)
            if T[T[T_CUR0] + currency * CW + C_SLIDING] == 1:
                move_expiries(D, s, currency, today)
