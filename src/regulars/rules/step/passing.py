"""Time passing: points mature and lapse, holds lapse, tiers are reviewed, each at its own moment and in order."""

from __future__ import annotations

from regulars.rules.layout import *
from regulars.rules.step.holds import let_go
from regulars.rules.step.lots import repay
from regulars.rules.step.records import Buffers, emit, lapses_at
from regulars.rules.step.tiers import review


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
