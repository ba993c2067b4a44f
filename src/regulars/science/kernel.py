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
def row_of(table, number):
    """Where that row of a table begins."""
    return pointer(table, number * table.shape[1])


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
def _place(rows, row):
    """How many of ``rows``, ascending, are below ``row``."""
    low = 0
    high = rows.shape[0]
    while low < high:
        middle = (low + high) // 2
        if rows[middle] < row:
            low = middle + 1
        else:
            high = middle
    return low


@_compiled
def lay_out(N, i, r, names, kinds, matures, order_refs, effective, occurred, nets, rare, M):
    """Write the numbers of event ``i`` to ``N``; ``r`` is its row of ``rare``, if it is one of those."""
    kind = kinds[names[i]]
    if kind > ORDER:
        for f in range(NW):
            N[f] = rare[r, f]
    at = effective[i]
    N[N_KIND] = kind
    N[N_EVENT] = i
    N[N_ORDER] = order_refs[i]
    N[N_DAY] = local_day(pointer(M, 0), min(occurred[i], at))
    N[N_AT] = at
    N[N_NET] = nets[i]
    N[N_MATURES] = matures[names[i]]


@_compiled
def run_members(
    begin,
    end,
    row,
    N,
    X,
    O,
    L,
    E,
    A,
    H,
    U,
    K,
    S,
    B,
    G,
    V,
    TT,
    MM,
    REMAP,
    STARTS,
    first,
    last,
    groups,
    kinds,
    matter,
    matures,
    names,
    order_refs,
    effective,
    occurred,
    nets,
    rare_rows,
    rare,
    Q,
    untils,
    totals,
    grants,
    badges,
    seen,
    by_member,
):
    """Take the members of stretches number ``begin`` to ``end`` through their events; then, when ``untils`` (one for
    all, or one a member) is a moment, let their time pass up to it. Sums go to ``row`` of ``totals``, or to each
    member's own, and what was given beside points to that row of ``grants``. badges: by the number of what is given, 1
    for what a member has once; seen: who of this thread's members had it last.
    """
    versions = TT.shape[0]
    rules = TT[0, T_RULES]
    S_, B_, L_, E_, A_, H_ = pointer(S, 0), pointer(B, 0), pointer(L, 0), pointer(E, 0), pointer(A, 0), pointer(H, 0)
    U_, K_, G_, O_, X_ = pointer(U, 0), pointer(K, 0), pointer(G, 0), pointer(O, 0), pointer(X, 0)
    N_, Q_ = pointer(N, 0), pointer(Q, 0)
    cached = -1
    slot = row
    for j in range(begin, end):
        m = groups[j]
        s = m * SW
        if by_member:
            slot = m
        until = -1
        if j + 1 == end or groups[j + 1] != m:
            until = untils[m] if untils.shape[0] > 1 else untils[0]
        r = _place(rare_rows, first[j])
        for i in range(first[j], last[j] + 1):
            over = i == last[j]
            if over and (until < 0 or S[s + JOINED] == -NEVER):
                break
            is_rare = not over and kinds[names[i]] > ORDER
            r += is_rare
            if not over and not matter[names[i]] and S[s + JOINED] != -NEVER:
                continue
            at = until if over else effective[i]
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
                D = (S_, B_, L_, E_, A_, H_, U_, K_, G_, O_, X_, row_of(TT, v), row_of(MM, v))
                advance(D, s, STARTS[v + 1])
                D = (S_, B_, L_, E_, A_, H_, U_, K_, G_, O_, X_, row_of(TT, v + 1), row_of(MM, v + 1))
                _clear(X)
                revise(D, s, STARTS[v + 1], row_of(REMAP, v + 1))
                V[m] = v + 1
                _add(O_, totals, slot)
            if cached != V[m]:
                _clear(X)
                cached = V[m]
            O[0] = 0
            D = (S_, B_, L_, E_, A_, H_, U_, K_, G_, O_, X_, row_of(TT, V[m]), row_of(MM, V[m]))
            if over:
                advance(D, s, until)
            else:
                lay_out(N, i, r - 1, names, kinds, matures[target], order_refs, effective, occurred, nets, rare, MM[0])
                if N[N_KIND] == PLACE:
                    _forget_uses(S, U, s)
                step(D, s, N_, Q_, i * rules)
            _add(O_, totals, slot)
            _grant(O_, grants, badges, seen, slot, m)


@_compiled
def _add(O, totals, row):
    """Add a step's transfers to the sums in that row (a thread's, or a member's), by currency and kind; their number to
    kind 0 of currency 0."""
    kinds = totals.shape[2]
    sums = pointer(totals, row * totals.shape[1] * kinds)
    count = 0
    for n in range(O[0]):
        o = 1 + n * OW
        kind = O[o + O_KIND]
        if kind <= ADJUST:
            place = kind
            if kind == ADJUST and O[o + O_CREDIT] == ISSUED:
                place = ADJUST + 1
            sums[O[o + O_CURRENCY] * kinds + place] += O[o + O_AMOUNT]
            count += 1
    sums[0] += count


@_compiled
def _grant(O, grants, badges, seen, row, m):
    """Count a step's coupons and badges in that row; a badge once a member."""
    if grants.shape[1] == 0:
        return
    for n in range(O[0]):
        o = 1 + n * OW
        if O[o + O_KIND] == GRANT:
            number = O[o + O_CREDIT]
            if badges[number] == 0:
                grants[row, number] += O[o + O_AMOUNT]
            elif seen[number] != m:
                seen[number] = m
                grants[row, number] += 1


@_compiled
def sum_lines(offsets, amounts, codes, of_code, once, applies, out, rule, rules):
    """Sum the lines that the rule picks, of every event that it applies to; event ``i`` owns the lines from
    ``offsets[i]`` up to ``offsets[i + 1]``.

    of_code: by a line's code, 1 when it is picked, else 0.
    """
    amounts_, codes_, of_code_ = pointer(amounts, 0), pointer(codes, 0), pointer(of_code, 0)
    for i in range(applies.shape[0]):
        if applies[i]:
            total = 0
            lines = 0
            for j in range(offsets[i], offsets[i + 1]):
                # no branch: whether a line is picked is anybody's guess, also the processor's
                picked = of_code_[codes_[j]]
                lines += picked
                total += amounts_[j] * picked
            if once and lines > 0 and total < 1:
                total = 1
            out[i * rules + rule] = total


@_compiled
def place_of(codes, out):
    """For each code that occurs, a row that has it."""
    for i in range(codes.shape[0]):
        out[codes[i]] = i


@_compiled
def count_room(first, last, groups, names, of_name, room):
    """Add to each member's row of ``room`` what each of their events may take: its name's row of ``of_name``."""
    for j in range(first.shape[0]):
        for i in range(first[j], last[j]):
            for c in range(room.shape[1]):
                room[groups[j], c] += of_name[names[i], c]
