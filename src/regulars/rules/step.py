"""One event of one member: the step that live requests, batches and the replay all take.

Plain functions over integers and indexable buffers (see ``rules.layout``), inside numba's subset: live calls them as
they stand, ``science.replay`` compiles the same function objects. ``step`` first lets time pass up to the event
(``advance``: points mature and lapse, holds lapse, tiers are reviewed, each at its own moment and in order), then
decides the event. Time passing is confluent: advancing to one moment and then to a later one leaves exactly what
advancing to the later one leaves, so when a sweep happens to run never changes a result.

``D`` is the tuple of buffers ``(S, B, L, E, A, H, U, K, G, O, X, T, M)`` and ``s`` the start of the member's scalars.
"""

from __future__ import annotations

from typing import Any

from regulars.rules.days import (
    end_of,
    last_of,
    local_day,
    midnight,
    month_first,
    plus_months,
    window_of,
    year_month,
)
from regulars.rules.layout import *

Buffers = Any
"""Lists of int (live) or numpy int64 arrays (replay)."""


def put(buffer: Buffers, at: int, numbers: tuple[int, ...]) -> None:
    """Write ``numbers`` from ``at`` on. Said a second time, for arrays, in ``science.compile``."""
    buffer[at : at + len(numbers)] = numbers


def emit(
    O: Buffers,
    kind: int,
    debit: int,
    credit: int,
    currency: int,
    amount: int,
    lot: int,
    at: int,
    event: int,
) -> int:
    """Append an output record; the caller fills the rest. Returns where it begins."""
    n = O[0]
    o = 1 + n * OW
    O[0] = n + 1
    put(O, o, (kind, debit, credit, currency, amount, -1, 0, 1, 1, lot, -1, at, event))
    return o


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


def due_at(S: Buffers, s: int, moment: int) -> None:
    """Something of the member falls due at ``moment``."""
    if moment < S[s + DUE]:
        S[s + DUE] = moment


def lapses_at(S: Buffers, s: int, moment: int) -> None:
    """Available points of the member lapse at ``moment``."""
    if moment < S[s + LAPSES]:
        S[s + LAPSES] = moment
    if moment < S[s + DUE]:
        S[s + DUE] = moment


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


# Time passing


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


def mature(D: Buffers, s: int, lot: int, at: int, event: int) -> None:
    """Pending points of a lot become available."""
    S, B, L, O = D[AT_S], D[AT_B], D[AT_L], D[AT_O]
    o = S[s + L0] + lot * LW
    amount = L[o + L_REMAINING]
    currency = L[o + L_CURRENCY]
    b = S[s + B0] + currency * BW
    L[o + L_STATE] = LOT_AVAILABLE
    B[b + PENDING] -= amount
    B[b + AVAILABLE] += amount
    emit(O, MATURE, ACC_PENDING, ACC_AVAILABLE, currency, amount, lot, at, event)
    repay(D, s, lot, at, event)
    if L[o + L_REMAINING] > 0:
        lapses_at(S, s, L[o + L_EXPIRES])


def expire(D: Buffers, s: int, first: int, at: int) -> None:
    """What is left of lot ``first`` lapses, and of every later lot that lapses at the same moment."""
    S, B, L, O = D[AT_S], D[AT_B], D[AT_L], D[AT_O]
    moment = L[S[s + L0] + first * LW + L_EXPIRES]
    for lot in range(first, S[s + NL]):
        o = S[s + L0] + lot * LW
        amount = L[o + L_REMAINING]
        if L[o + L_EXPIRES] == moment and amount > 0 and L[o + L_STATE] == LOT_AVAILABLE:
            currency = L[o + L_CURRENCY]
            L[o + L_REMAINING] = 0
            B[S[s + B0] + currency * BW + AVAILABLE] -= amount
            emit(O, EXPIRE, ACC_AVAILABLE, EXPIRED, currency, amount, lot, at, L[o + L_EVENT])


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


def first_to_lapse(D: Buffers, s: int) -> int:
    """The available lot that lapses first, the oldest of several; ``LAPSES`` becomes its moment. -1: none ever does."""
    S, L = D[AT_S], D[AT_L]
    l0 = S[s + L0]
    first = NEVER
    which = -1
    leading = True
    for i in range(S[s + OPEN], S[s + NL]):
        o = l0 + i * LW
        if L[o + L_REMAINING] == 0:
            if leading:
                S[s + OPEN] = i + 1
            continue
        leading = False
        if L[o + L_STATE] == LOT_AVAILABLE and L[o + L_EXPIRES] < first:
            first = L[o + L_EXPIRES]
            which = i
    S[s + LAPSES] = first
    return which


def advance(D: Buffers, s: int, until: int) -> None:
    """Let time pass up to and including ``until``: everything due happens, in the order of its moment.

    At one moment pending points mature first, then holds lapse, then points expire, then the tier is reviewed.
    """
    S, L, H = D[AT_S], D[AT_L], D[AT_H]
    while S[s + DUE] <= until:
        first = S[s + FLOOR]
        what = 0
        which = -1
        l0 = S[s + L0]
        leading = True
        for i in range(S[s + PEND], S[s + NL]):
            o = l0 + i * LW
            if L[o + L_STATE] != LOT_PENDING or L[o + L_REMAINING] == 0:
                if leading:
                    S[s + PEND] = i + 1
                continue
            leading = False
            if L[o + L_MATURES] < first:
                first = L[o + L_MATURES]
                what = 1
                which = i
        for i in range(S[s + NH]):
            h = S[s + H0] + i * HW
            if H[h + H_STATE] == HOLD_OPEN and H[h + H_EXPIRES] < first:
                first = H[h + H_EXPIRES]
                what = 2
                which = i
        if S[s + LAPSES] < first and S[s + LAPSES] <= until:
            lot = first_to_lapse(D, s)
            if S[s + LAPSES] < first:
                first = S[s + LAPSES]
                what = 3
                which = lot
        if S[s + REVIEW] < first:
            first = S[s + REVIEW]
            what = 4
        S[s + DUE] = min(first, S[s + LAPSES])
        if first > until or what == 0:
            break
        at = max(first, S[s + CLOCK])
        S[s + CLOCK] = at
        if what == 1:
            mature(D, s, which, at, L[l0 + which * LW + L_EVENT])
        elif what == 2:
            let_go(D, s, which, LAPSE, at, H[S[s + H0] + which * HW + H_EVENT])
        elif what == 3:
            expire(D, s, which, at)
        else:
            review(D, s, at)
    if until > S[s + CLOCK]:
        S[s + CLOCK] = until


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


# What an event does


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


def counter(D: Buffers, s: int, rule: int, window: int) -> int:
    """Where the counter of a rule and window lies in K; made at zero when it does not exist yet."""
    S, K, G = D[AT_S], D[AT_K], D[AT_G]
    k0 = S[s + K0]
    g = S[s + G0] + rule
    newer = -1
    i = G[g]
    while i >= 0 and K[k0 + i * KW + K_WINDOW] > window:
        newer = i
        i = K[k0 + i * KW + K_PREVIOUS]
    if i >= 0 and K[k0 + i * KW + K_WINDOW] == window:
        return k0 + i * KW
    made = S[s + NK]
    S[s + NK] = made + 1
    k = k0 + made * KW
    K[k + K_RULE] = rule
    K[k + K_WINDOW] = window
    K[k + K_POINTS] = 0
    K[k + K_TIMES] = 0
    K[k + K_PREVIOUS] = i
    if newer >= 0:
        K[k0 + newer * KW + K_PREVIOUS] = made
    else:
        G[g] = made
    return k


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


def rate_points(base: int, num: int, den: int, rounding: int) -> int:
    """``base * num / den`` in whole points, rounded once."""
    if rounding == ROUND_FLOOR:
        return base * num // den
    if rounding == ROUND_NEAREST:
        return (2 * base * num + den) // (2 * den)
    return (base * num + den - 1) // den


def earn(D: Buffers, s: int, N: Buffers, Q: Buffers, q: int, today: int) -> int:
    """What every rule gives for the event: ``Q[q + rule]`` is the amount that counts, 0 when it does not apply.

    Returns how many of the points count toward tiers. Lots and balances get the sum of what the rules gave, once.
    """
    S, B, L, E, _, _, _, K, _, O, X, T, _ = D
    is_order = N[N_KIND] == ORDER
    day = N[N_DAY]
    at = N[N_AT]
    event = N[N_EVENT]
    level = S[s + LEVEL]
    keeps = is_order and S[s + FORGETS] == 0
    currencies = T[T_CURRENCIES]
    growth = T[T_GROWTH]
    grown = 0
    for x in range(0, currencies * XW, XW):
        X[x + X_LOT] = -1
    r = T[T_RULE0] - RW
    for rule in range(T[T_RULES]):
        r += RW
        base = Q[q + rule]
        if base <= 0 or (T[r + R_ASKS] == 1 and not admits(T, r, level, day, day - S[s + JOINED])):
            continue
        num = 1
        den = 1
        rate_num = T[r + R_NUM]
        rate_den = T[r + R_DEN]
        if level > 0 and T[r + R_TIMES] == 1:
            v = T[T_LEVEL0] + (level - 1) * VW
            num = T[v + V_NUM]
            den = T[v + V_DEN]
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
        cap = T[r + R_CAP]
        if cap != CAP_NONE:
            window = window_of(day, T[r + R_PER])
            k = counter(D, s, rule, window)
            room = T[r + R_LIMIT] - (K[k + K_POINTS] if cap == CAP_POINTS else K[k + K_TIMES])
            wanted = points
            if cap == CAP_POINTS:
                points = min(points, max(room, 0))
            elif room <= 0:
                points = 0
            if points < wanted:
                o = emit(O, CAPPED, 0, 0, currency, wanted - points, -1, at, event)
                O[o + O_RULE] = rule
            if points == 0:
                continue
            K[k + K_POINTS] += points
            K[k + K_TIMES] += 1
        x = currency * XW
        lot = X[x + X_LOT]
        if lot < 0:
            pending = 1 if is_order and T[T[T_CUR0] + currency * CW + C_PENDING] == 1 else 0
            lot = new_lot(D, s, currency, N[N_ORDER], pending, at, today, event)
            X[x + X_LOT] = lot
            X[x + X_CREDIT] = ACC_PENDING if pending == 1 else ACC_AVAILABLE
            X[x + X_POINTS] = points
        else:
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
    for currency in range(currencies):
        x = currency * XW
        lot = X[x + X_LOT]
        if lot >= 0:
            points = X[x + X_POINTS]
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
    return grown


def admits(T: Buffers, r: int, level: int, day: int, tenure: int) -> bool:
    """Whether the rule at ``r`` speaks of a member on ``level`` for ``tenure`` days, on local ``day``."""
    if day < T[r + R_FROM] or day >= T[r + R_UNTIL] or (T[r + R_MASK] >> level) & 1 == 0:
        return False
    return T[r + R_JOINED_MIN] <= tenure and tenure <= T[r + R_JOINED_MAX]


def next_to_spend(D: Buffers, s: int, currency: int) -> int:
    """The open lot to spend from next: earliest expiry first, then the oldest; -1 when there is none."""
    S, L = D[AT_S], D[AT_L]
    best = -1
    soonest = NEVER
    for i in range(S[s + OPEN], S[s + NL]):
        o = S[s + L0] + i * LW
        if (
            L[o + L_CURRENCY] == currency
            and L[o + L_STATE] == LOT_AVAILABLE
            and L[o + L_REMAINING] > 0
            and (best < 0 or L[o + L_EXPIRES] < soonest)
        ):
            best = i
            soonest = L[o + L_EXPIRES]
    return best


def take_from_lots(
    D: Buffers, s: int, currency: int, points: int, kind: int, credit: int, hold: int, at: int, event: int
) -> int:
    """Take available points out of lots in spending order; returns how many could not be taken."""
    S, B, L, U, O = D[AT_S], D[AT_B], D[AT_L], D[AT_U], D[AT_O]
    b = S[s + B0] + currency * BW
    while points > 0:
        lot = next_to_spend(D, s, currency)
        if lot < 0:
            break
        o = S[s + L0] + lot * LW
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


def find_hold(D: Buffers, s: int, ref: int) -> int:
    """The number of the member's hold with that reference, or -1."""
    S, H = D[AT_S], D[AT_H]
    for i in range(S[s + NH]):
        if H[S[s + H0] + i * HW + H_REF] == ref:
            return i
    return -1


def place_hold(D: Buffers, s: int, N: Buffers) -> int:
    """Set points aside; with ``N_CAPTURE`` they are spent at once."""
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
    if N[N_CAPTURE] == 1:
        return capture(D, s, hold, points, N[N_ORDER], N[N_AT], N[N_EVENT])
    return OK


def capture(D: Buffers, s: int, hold: int, points: int, order: int, at: int, event: int) -> int:
    """Spend ``points`` of an open hold, in the order they were set aside; the rest goes back."""
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
            o = emit(O, CAPTURE, ACC_HELD, REDEEMED, currency, part, lot, at, event)
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


def give_back(D: Buffers, s: int, N: Buffers) -> None:
    """A refund returns the points that paid for it to their own lots, the last taken first."""
    S, B, L, H, U, O, T, M = D[AT_S], D[AT_B], D[AT_L], D[AT_H], D[AT_U], D[AT_O], D[AT_T], D[AT_M]
    at = N[N_AT]
    for i in range(S[s + NH]):
        h = S[s + H0] + i * HW
        if H[h + H_ORDER] != N[N_ORDER] or H[h + H_STATE] != HOLD_CAPTURED:
            continue
        currency = H[h + H_CURRENCY]
        points = H[h + H_POINTS]
        due = points if N[N_WHOLE] == 1 else points * N[N_SHARE_NUM] // N[N_SHARE_DEN]
        left = due - H[h + H_RETURNED]
        if left <= 0:
            continue
        H[h + H_RETURNED] = due
        b = S[s + B0] + currency * BW
        j = S[s + NU] - 1
        while j >= 0 and left > 0:
            u = S[s + U0] + j * UW
            part = min(left, U[u + U_POINTS]) if U[u + U_HOLD] == i else 0
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
                O[r + O_HOLD] = i
                repay(D, s, lot, at, N[N_EVENT])
                lapses_at(S, s, L[o + L_EXPIRES])
            j -= 1


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
        if T[r + R_CAP] != CAP_NONE:
            k = counter(D, s, rule, E[e + E_WINDOW])
            K[k + K_POINTS] -= granted - kept
            if kept == 0:
                K[k + K_TIMES] -= 1
        if L[S[s + L0] + lot * LW + L_CURRENCY] == T[T_GROWTH]:
            grown += granted - kept
        take_back(D, s, lot, granted - kept, rule, taken, N)
    note_activity(D, s, N[N_ORDER_DAY], -N[N_NET], -N[N_WHOLE], -grown)


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


def mature_order(D: Buffers, s: int, N: Buffers) -> None:
    """The event that pending points waited for has come: the order's points become available."""
    S, L = D[AT_S], D[AT_L]
    for i in range(S[s + PEND], S[s + NL]):
        o = S[s + L0] + i * LW
        if (
            L[o + L_STATE] == LOT_PENDING
            and L[o + L_REMAINING] > 0
            and L[o + L_ORDER] == N[N_ORDER]
            and (N[N_MATURES] >> L[o + L_CURRENCY]) & 1 == 1
        ):
            mature(D, s, i, N[N_AT], N[N_EVENT])


def step(D: Buffers, s: int, N: Buffers, Q: Buffers, q: int) -> int:
    """Take the member one event further. Returns ``OK`` or why the event is refused (then nothing but time moved)."""
    S, M = D[AT_S], D[AT_M]
    at = max(N[N_AT], S[s + CLOCK])
    N[N_AT] = at
    joins = S[s + JOINED] == -NEVER
    if joins:
        S[s + JOINED] = N[N_DAY]
    advance(D, s, at)
    today = local_day(M, at)
    kind = N[N_KIND]
    if kind == ORDER or kind == OTHER:
        if N[N_MATURES] != 0:
            mature_order(D, s, N)
        grown = earn(D, s, N, Q, q, today)
        if kind == ORDER:
            note_activity(D, s, N[N_DAY], N[N_NET], 1, grown)
        else:
            note_activity(D, s, N[N_DAY], 0, 0, grown)
    elif kind == REFUND:
        refund(D, s, N, Q, q)
    else:
        result = of_the_ledger(D, s, N)
        if result != OK:
            # not in the log, so a replay knows nothing of it: nobody joins by it, no window moves on
            if joins:
                S[s + JOINED] = -NEVER
            return result
    refresh_window(D, s, today)
    climb(D, s, at, REACHED, N[N_EVENT])
    if S[s + DUE] <= at:
        advance(D, s, at)
    return OK


def of_the_ledger(D: Buffers, s: int, N: Buffers) -> int:
    """An event that moves points by itself, whatever the programme says: a hold, its end, an adjustment by hand."""
    S, H = D[AT_S], D[AT_H]
    kind = N[N_KIND]
    if kind == PLACE:
        return place_hold(D, s, N)
    if kind == ADJUSTED:
        return adjust(D, s, N)
    hold = find_hold(D, s, N[N_HOLD])
    if hold < 0:
        return UNKNOWN_HOLD
    h = S[s + H0] + hold * HW
    if H[h + H_STATE] != HOLD_OPEN:
        return HOLD_CLOSED
    if kind == TAKE:
        points = N[N_POINTS] if N[N_POINTS] >= 0 else H[h + H_POINTS]
        return capture(D, s, hold, points, N[N_ORDER], N[N_AT], N[N_EVENT])
    let_go(D, s, hold, RELEASE, N[N_AT], N[N_EVENT])
    return OK
