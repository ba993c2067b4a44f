"""Tasks: counting, summing up, keeping a streak, taking steps, and the gifts when one is done.

How far a member has come lies in the counters of the rule: of a count or sum the window of its period, of a streak the
period itself, of steps window 0 (which are taken, how often all were) and 1 (the day of the first). How often a rule
has given lies in windows below zero, so that the two never meet.
"""

from __future__ import annotations

from regulars.rules.days import window_of
from regulars.rules.layout import *
from regulars.rules.step.counters import counter, find
from regulars.rules.step.lots import open_lot
from regulars.rules.step.records import Buffers, emit, put


def take_on(D: Buffers, s: int, N: Buffers, r: int, rule: int, base: int, today: int) -> int:
    """Take the task at ``r`` one event further: ``base`` is what the event adds, or the steps it could be.

    Gives what is due, and returns how many of the points count toward tiers.
    """
    K, T = D[AT_K], D[AT_T]
    kind = T[r + R_KIND]
    done = 1
    figure = 1
    daily = 0
    if kind == COUNT:
        window = window_of(N[N_DAY], T[r + R_WINDOW])
        k = counter(D, s, rule, window)
        done = count_up(K, k, base, T[r + R_REACHES], T[r + R_WAY])
        figure = K[k + K_POINTS]
        note(D, s, N, r, rule, window, base, done, today)
    elif kind == STREAK:
        window = window_of(N[N_DAY], T[r + R_WINDOW])
        run = keep_up(D, s, rule, window)
        if run == 0:
            return 0
        note(D, s, N, r, rule, window, run, 1, today)
        daily = points_of_run(T, r, run)
        done = 1 if is_last_of_run(T, r, run) else 0
        figure = run
    elif kind == STEPS:
        done = take_step(D, s, r, rule, base, N[N_DAY])
        figure = T[r + R_LIST]
        if done > 0:
            note(D, s, N, r, rule, 0, 0, done, today)
    if done == 0 and daily == 0:
        return 0
    times = done
    if kind == STREAK:
        times = 1
    if T[r + R_CAP] != CAP_NONE:
        times = within_times(D, s, N, r, rule, times, daily, today)
        if times == 0:
            return 0
    grown = 0
    if daily > 0:
        grown += give_points(D, s, N, T[r + R_GIVES], daily, rule, figure, today)
    if done > 0:
        grown += give(D, s, N, r, rule, times, figure, today)
    return grown


def count_up(K: Buffers, k: int, base: int, reaches: int, every: int) -> int:
    """Add ``base`` to the progress at ``k``; how many times the task is done by it."""
    K[k + K_POINTS] += base
    times = K[k + K_POINTS] // reaches
    if every == 0:
        times = min(times, 1)
    done = max(times - K[k + K_TIMES], 0)
    K[k + K_TIMES] += done
    return done


def keep_up(D: Buffers, s: int, rule: int, period: int) -> int:
    """The length of the run that ends with this period; 0 when the period counted already."""
    K = D[AT_K]
    k = counter(D, s, rule, period)
    if K[k + K_TIMES] > 0:
        return 0
    run = 1
    before = find(D, s, rule, period - 1)
    if before >= 0:
        run += K[before + K_POINTS]
    K[k + K_POINTS] = run
    K[k + K_TIMES] = 1
    return run


def points_of_run(T: Buffers, r: int, run: int) -> int:
    """What a streak gives in the ``run``-th period."""
    n = T[r + R_LIST]
    place = run - 1
    if place >= n:
        if T[r + R_WAY] == THEN_STOP:
            return 0
        place = place % n if T[r + R_WAY] == THEN_REPEAT else n - 1
    return T[T[r + R_LIST0] + place]


def is_last_of_run(T: Buffers, r: int, run: int) -> bool:
    """Whether the whole streak is kept with the ``run``-th period; again at every multiple if it begins anew."""
    n = T[r + R_LIST]
    return run == n or (T[r + R_WAY] == THEN_REPEAT and run % n == 0)


def take_step(D: Buffers, s: int, r: int, rule: int, could_be: int, day: int) -> int:
    """Take the first of the steps that the event could be and that is not taken yet; 1 when all are then."""
    K, T = D[AT_K], D[AT_T]
    # the second counter may move nothing: places in K stay what they are
    k = counter(D, s, rule, 0)
    began = counter(D, s, rule, 1)
    taken = K[k + K_POINTS]
    if taken != 0 and T[r + R_WITHIN] > 0 and day > K[began + K_POINTS] + T[r + R_WITHIN]:
        taken = 0
    steps = T[r + R_LIST]
    step = 0
    while step < steps and ((taken >> step) & 1 == 1 or (could_be >> step) & 1 == 0):
        if T[r + R_WAY] == 1 and (taken >> step) & 1 == 0:
            step = steps
        step += 1
    if step < steps:
        if taken == 0:
            K[began + K_POINTS] = day
        taken |= 1 << step
    done = 1 if taken == (1 << steps) - 1 else 0
    K[k + K_POINTS] = taken * (1 - done)
    K[k + K_TIMES] += done
    return done


def within_times(D: Buffers, s: int, N: Buffers, r: int, rule: int, times: int, daily: int, today: int) -> int:
    """How many of the times a capped task may still give; counted, and what is not given recorded."""
    K, O, T = D[AT_K], D[AT_O], D[AT_T]
    window = -1 - window_of(N[N_DAY], T[r + R_PER])
    k = counter(D, s, rule, window)
    given = min(times, max(T[r + R_LIMIT] - K[k + K_TIMES], 0))
    if given < times:
        worth = daily
        for g in range(T[r + R_GIFT0], T[r + R_GIFT0] + T[r + R_GIFTS] * FW, FW):
            if daily == 0 and T[g + F_POINTS] > 0 and T[g + F_NUMBER] == T[r + R_GIVES]:
                worth += T[g + F_POINTS]
        o = emit(O, CAPPED, 0, 0, T[r + R_GIVES], worth * (times - given), -1, N[N_AT], N[N_EVENT])
        O[o + O_RULE] = rule
    if given > 0:
        K[k + K_POINTS] += given
        K[k + K_TIMES] += given
        note(D, s, N, r, rule, window, given, given, today)
    return given


def give(D: Buffers, s: int, N: Buffers, r: int, rule: int, times: int, figure: int, today: int) -> int:
    """Everything the rule at ``r`` gives, so many times; returns how many of the points count toward tiers."""
    O, T = D[AT_O], D[AT_T]
    grown = 0
    for g in range(T[r + R_GIFT0], T[r + R_GIFT0] + T[r + R_GIFTS] * FW, FW):
        if T[g + F_POINTS] > 0:
            grown += give_points(D, s, N, T[g + F_NUMBER], T[g + F_POINTS] * times, rule, figure, today)
        else:
            o = emit(O, GRANT, 0, T[g + F_NUMBER], 0, times, -1, N[N_AT], N[N_EVENT])
            O[o + O_RULE] = rule
    return grown


def give_points(D: Buffers, s: int, N: Buffers, currency: int, points: int, rule: int, figure: int, today: int) -> int:
    """Points of a task into the event's lot; returns how many of them count toward tiers."""
    S, E, O, X, T = D[AT_S], D[AT_E], D[AT_O], D[AT_X], D[AT_T]
    x = currency * XW
    lot = X[x + X_LOT]
    if lot < 0:
        lot = open_lot(D, s, N, currency, today)
    X[x + X_POINTS] += points
    o = emit(O, EARN, ISSUED, X[x + X_CREDIT], currency, points, lot, N[N_AT], N[N_EVENT])
    O[o + O_RULE] = rule
    O[o + O_BASE] = figure
    if N[N_KIND] == ORDER and S[s + FORGETS] == 0:
        n = S[s + NE]
        S[s + NE] = n + 1
        put(E, S[s + E0] + n * EW, (lot, rule, 1, points, 0, GIFT, 0))
    return points if currency == T[T_GROWTH] else 0


def note(D: Buffers, s: int, N: Buffers, r: int, rule: int, window: int, points: int, times: int, today: int) -> None:
    """Keep with an order what it added to a counter, so that a refund of the whole order takes it off again.

    Earnings are kept by lot; so an order that earned nothing gets a lot of no points.
    """
    S, E, X, T = D[AT_S], D[AT_E], D[AT_X], D[AT_T]
    if N[N_KIND] != ORDER:
        return
    currency = T[r + R_GIVES]
    lot = X[currency * XW + X_LOT]
    if lot < 0:
        lot = open_lot(D, s, N, currency, today)
    if S[s + FORGETS] == 0:
        n = S[s + NE]
        S[s + NE] = n + 1
        put(E, S[s + E0] + n * EW, (lot, rule, times, points, 0, PROGRESS, window))


def forget(D: Buffers, s: int, e: int) -> None:
    """The order is refunded whole: what it added to a counter (the row at ``e`` of E) counts no more."""
    E, K = D[AT_E], D[AT_K]
    k = counter(D, s, E[e + E_RULE], E[e + E_WINDOW])
    K[k + K_POINTS] -= E[e + E_GRANTED]
    K[k + K_TIMES] -= E[e + E_BASE]
    E[e + E_GRANTED] = 0
    E[e + E_BASE] = 0
