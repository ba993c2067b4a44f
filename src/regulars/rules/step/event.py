"""One event of one member: the step itself."""

from __future__ import annotations

from regulars.rules.days import local_day
from regulars.rules.layout import *
from regulars.rules.step.earning import earn
from regulars.rules.step.holds import adjust, capture, find_hold, let_go, place_hold, undo
from regulars.rules.step.passing import advance, mature_order
from regulars.rules.step.reaching import reach
from regulars.rules.step.records import Buffers
from regulars.rules.step.refunding import refund
from regulars.rules.step.tiers import climb, note_activity, refresh_window


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
            if N[N_MATURES] >= BIRTHDAY_BIT:
                S[s + BIRTHDAY] = N[N_DAY]
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
    level = S[s + LEVEL]
    climb(D, s, at, REACHED, N[N_EVENT])
    if S[s + LEVEL] > level:
        reach(D, s, N, level, today)
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
    if kind == UNDO:
        return undo(D, s, hold, N)
    h = S[s + H0] + hold * HW
    if H[h + H_STATE] != HOLD_OPEN:
        return HOLD_CLOSED
    if kind == TAKE:
        points = N[N_POINTS] if N[N_POINTS] >= 0 else H[h + H_POINTS]
        return capture(D, s, hold, points, N[N_ORDER], REDEEMED, N[N_AT], N[N_EVENT])
    let_go(D, s, hold, RELEASE, N[N_AT], N[N_EVENT])
    return OK
