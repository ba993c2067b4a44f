"""The compiled half of a replay: members through their events, by the rules' own step.

Everything here is numba's subset of Python. Names that are not defined here (``step``, ``advance``, the constants of
``rules.layout``) come from ``science.compile``.
"""

from __future__ import annotations

import numba
import numpy as np

from regulars.science.compile import rules_namespace

globals().update(rules_namespace())
I64 = np.int64


@numba.njit(cache=True, nogil=True)
def _forget_uses(S, U, s):
    """Drop what holds have let go of or given back, before another hold takes lots: a member who sets all points aside
    and releases them again and again would otherwise need a use for every lot every time."""
    u0 = S[s + U0]
    kept = 0
    for i in range(S[s + NU]):
        if U[u0 + i * UW + U_POINTS] > 0:
            for f in range(UW):
                U[u0 + kept * UW + f] = U[u0 + i * UW + f]
            kept += 1
    S[s + NU] = kept


@numba.njit(cache=True, nogil=True)
def run_members(
    t,
    threads,
    S,
    B,
    L,
    E,
    A,
    H,
    U,
    K,
    G,
    V,
    TT,
    MM,
    REMAP,
    STARTS,
    first,
    last,
    groups,
    N_all,
    relevant,
    Q,
    until,
    totals,
    by_member,
):
    """Take a part's members, those whose turn is thread ``t``'s, through their events; then, when ``until`` is a
    moment, let time pass up to it."""
    versions = TT.shape[0]
    rules = TT[0, T_RULES]
    currencies = TT[0, T_CURRENCIES]
    N = np.zeros(NW, I64)
    X = np.full(3 * max(currencies, 1), -1, I64)
    room = 4096
    O = np.zeros(1 + room * OW, I64)
    cached = -1
    slot = t
    for j in range(t, groups.shape[0], threads):
        m = groups[j]
        s = m * SW
        if by_member:
            slot = m
        for i in range(first[j], last[j] + 1):
            end = i == last[j]
            if end and until < 0:
                break
            if not end and not relevant[i] and S[s + JOINED] != -NEVER:
                continue
            if end and S[s + JOINED] == -NEVER:
                break
            needed = 4 * S[s + NL] + 3 * S[s + NU] + 2 * S[s + NH] + 64
            needed += (rules + 1) * (8 + (S[s + NL] if not end and N_all[i, N_KIND] == REFUND else 0))
            if needed > room:
                room = 2 * needed
                O = np.zeros(1 + room * OW, I64)
            at = until if end else N_all[i, N_AT]
            target = versions - 1
            while target > 0 and STARTS[target] > at:
                target -= 1
            if V[m] < 0:
                V[m] = target
            while V[m] < target:
                v = V[m]
                O[0] = 0
                X[:] = -1
                cached = -1
                D = (S, B, L, E, A, H, U, K, G, O, X, TT[v], MM[v])
                advance(D, s, STARTS[v + 1])
                D = (S, B, L, E, A, H, U, K, G, O, X, TT[v + 1], MM[v + 1])
                X[:] = -1
                revise(D, s, STARTS[v + 1], REMAP[v + 1])
                V[m] = v + 1
                _add(O, totals, slot, currencies)
            if cached != V[m]:
                # X remembers expiries of one version
                X[:] = -1
                cached = V[m]
            O[0] = 0
            if not end and N_all[i, N_KIND] == PLACE:
                _forget_uses(S, U, s)
            D = (S, B, L, E, A, H, U, K, G, O, X, TT[V[m]], MM[V[m]])
            if end:
                advance(D, s, until)
            else:
                for f in range(NW):
                    N[f] = N_all[i, f]
                step(D, s, N, Q, i * rules)
            _add(O, totals, slot, currencies)


@numba.njit(cache=True, nogil=True)
def _add(O, totals, row, currencies):
    """Add a step's transfers to the sums in that row (a thread's, or a member's); the first is their number."""
    for n in range(O[0]):
        o = 1 + n * OW
        kind = O[o + O_KIND]
        if kind <= ADJUST:
            place = kind
            if kind == ADJUST and O[o + O_CREDIT] == ISSUED:
                place = ADJUST + 1
            totals[row, O[o + O_CURRENCY], place] += O[o + O_AMOUNT]
            totals[row, O[o + O_CURRENCY], 0] += 1


@numba.njit(cache=True, nogil=True)
def sum_lines(begin, end, offsets, amounts, mask, once, applies, out, rule, rules):
    """Sum the masked lines of every event from ``begin`` to ``end`` that the rule applies to."""
    for i in range(begin, end):
        if applies[i]:
            total = 0
            any_line = False
            for j in range(offsets[i], offsets[i + 1]):
                if mask[j]:
                    any_line = True
                    total += amounts[j]
            if once and any_line and total < 1:
                total = 1
            out[i * rules + rule] = total
