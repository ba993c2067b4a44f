"""The compiled half of a replay: members through their events, by the rules' own step.

Everything here is numba's subset of Python. Names that are not defined here (``step``, ``advance``, the constants of
``rules.layout``) come from ``science.compile``.
"""

from __future__ import annotations

import numba

from regulars.science.compile import rules_namespace

globals().update(rules_namespace())

_compiled = numba.njit(cache=True, nogil=True, _nrt=False)
"""Without numba's reference counts: every call would count every buffer up and down, and two threads counting the same
buffers wait for each other most of the time. In return nothing here may make an array: all scratch is handed in."""


@_compiled
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


@_compiled
def _clear(X):
    """Forget the expiries that ``X`` remembers: they are of one version."""
    for i in range(X.shape[0]):
        X[i] = -1


@_compiled
def run_members(
    begin,
    end,
    row,
    N,
    X,
    O,
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
    untils,
    totals,
    by_member,
):
    """Take a part's members number ``begin`` to ``end`` through their events; then, when ``untils`` (one for all, or
    one a member) is a moment, let time pass up to it. Sums go to ``row`` of ``totals``, or to each member's own.
    """
    versions = TT.shape[0]
    rules = TT[0, T_RULES]
    currencies = TT[0, T_CURRENCIES]
    cached = -1
    slot = row
    for j in range(begin, end):
        m = groups[j]
        s = m * SW
        if by_member:
            slot = m
        until = untils[m] if untils.shape[0] > 1 else untils[0]
        for i in range(first[j], last[j] + 1):
            over = i == last[j]
            if over and until < 0:
                break
            if not over and not relevant[i] and S[s + JOINED] != -NEVER:
                continue
            if over and S[s + JOINED] == -NEVER:
                break
            at = until if over else N_all[i, N_AT]
            target = versions - 1
            while target > 0 and STARTS[target] > at:
                target -= 1
            if V[m] < 0:
                V[m] = target
            while V[m] < target:
                v = V[m]
                O[0] = 0
                _clear(X)
                cached = -1
                D = (S, B, L, E, A, H, U, K, G, O, X, TT[v], MM[v])
                advance(D, s, STARTS[v + 1])
                D = (S, B, L, E, A, H, U, K, G, O, X, TT[v + 1], MM[v + 1])
                _clear(X)
                revise(D, s, STARTS[v + 1], REMAP[v + 1])
                V[m] = v + 1
                _add(O, totals, slot, currencies)
            if cached != V[m]:
                _clear(X)
                cached = V[m]
            O[0] = 0
            if not over and N_all[i, N_KIND] == PLACE:
                _forget_uses(S, U, s)
            D = (S, B, L, E, A, H, U, K, G, O, X, TT[V[m]], MM[V[m]])
            if over:
                advance(D, s, until)
            else:
                for f in range(NW):
                    N[f] = N_all[i, f]
                step(D, s, N, Q, i * rules)
            _add(O, totals, slot, currencies)


@_compiled
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


@_compiled
def sum_lines(begin, end, offsets, amounts, codes, of_code, once, applies, out, rule, rules):
    """Sum the lines that the rule picks, of every event from ``begin`` to ``end`` that it applies to.

    of_code: by a line's code, 1 when it is picked, else 0.
    """
    for i in range(begin, end):
        if applies[i]:
            total = 0
            lines = 0
            for j in range(offsets[i], offsets[i + 1]):
                # no branch: whether a line is picked is anybody's guess, also the processor's
                picked = of_code[codes[j]]
                lines += picked
                total += amounts[j] * picked
            if once and lines > 0 and total < 1:
                total = 1
            out[i * rules + rule] = total


@_compiled
def place_of(codes, out):
    """For each code that occurs, a row that has it."""
    for i in range(codes.shape[0]):
        out[codes[i]] = i


@_compiled
def common_numbers(begin, end, codes, kinds, matures, versions, starts, order_refs, effective, occurred, nets, M, out):
    """The numbers that every event has, for the events from ``begin`` to ``end``."""
    for i in range(begin, end):
        code = codes[i]
        at = effective[i]
        version = versions - 1
        while version > 0 and starts[version] > at:
            version -= 1
        out[i, N_KIND] = kinds[code]
        out[i, N_EVENT] = i
        out[i, N_ORDER] = order_refs[i]
        out[i, N_DAY] = local_day(M, min(occurred[i], at))
        out[i, N_AT] = at
        out[i, N_NET] = nets[i]
        out[i, N_MATURES] = matures[version, code]
