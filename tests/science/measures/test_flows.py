"""Funnels, paths, states of life, tiers, baskets and the programme's health."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import permutations

import numpy as np
import polars as pl
import pytest

from regulars.science import measures
from regulars.science.measures import lifecycle
from tests.science.measures.tables import answer, day, noon, orders, random_orders, random_visits, table, visits

STEPS = ["See", "Cart", "Buy"]
# Ann (1) sees, carts and buys in time. Bo (2) buys before he carts: strictly, he stops at the cart. Cy (3) carts too
# late. Di (4) only carts.
LOOKS = """
1 1-1 See
1 1-2 Else
1 1-2 Cart
1 1-8 Buy
2 1-20 See
2 1-21 Buy
2 1-22 Cart
3 1-1 See
3 1-9 Cart
4 1-1 Cart
"""


def test_funnel():
    got = answer(measures.funnel(visits(LOOKS), STEPS, 7, day("1-26")))
    # three began, of whom Ann's and Cy's seven days are over on the 26th, and Bo's will be on the 27th
    third, half = round(1 / 3, 6), 0.5
    assert got == [
        (1, "See", 3, 1.0, 1.0, 2),
        (2, "Cart", 2, round(2 / 3, 6), round(2 / 3, 6), 2),
        (3, "Buy", 1, third, half, 2),
    ]


def test_a_funnel_cut_shows_empty_steps():
    cut = table(pl.DataFrame({"member": [1, 3], "tier": ["gold", "silver"]}))
    got = answer(measures.funnel(visits(LOOKS), STEPS, 7, day("1-31"), cut=cut, by=["tier"]), "tier", "step", "members")
    assert got == [("gold", 1, 1), ("gold", 2, 1), ("gold", 3, 1), ("silver", 1, 1), ("silver", 2, 0), ("silver", 3, 0),
                   (None, 1, 1), (None, 2, 1), (None, 3, 0)]  # fmt: skip


def test_the_same_step_twice_wants_two_events():
    looks = visits("1 1-1 See\n1 1-2 See\n2 1-1 See")
    assert answer(measures.funnel(looks, ["See", "See"], 7, day("1-31")), "step", "members") == [(1, 2), (2, 1)]


def test_orders_are_steps_too():
    steps = measures.with_orders(visits("1 1-1 See"), orders("9 1-1 100\n1 1-2 100"))
    assert answer(measures.funnel(steps, ["See", "Order Completed"], 7, day("1-31")), "members") == [(1,), (1,)]


def test_a_funnel_without_steps_is_refused():
    with pytest.raises(ValueError, match="at least one step"):
        measures.funnel(visits(LOOKS), [], 7, day("1-31"))


def test_paths():
    got = answer(measures.paths(visits(LOOKS), 2, day("1-31")))
    assert got == [
        ("Cart", 1, 0.25, 1),
        ("See → Buy", 1, 0.25, 2),
        ("See → Cart", 1, 0.25, 3),
        ("See → Else", 1, 0.25, 4),
    ]
    assert answer(measures.paths(visits(LOOKS), 1, day("1-31"), top=1)) == [("See", 3, 0.75, 1)]


def test_funnel_and_paths_against_plain_python():
    frame = random_visits(3000, members=60)
    until, within = date(2025, 6, 1), timedelta(days=20)
    steps = ["Product Viewed", "Cart Viewed", "Order Completed"]
    reached, closed, ways = [0, 0, 0], 0, Counter()
    for _, rows in frame.filter(pl.col("day") <= until).sort("at", "seq").group_by("member", maintain_order=True):
        told = rows.select("at", "name", "day").rows()
        ways[" → ".join(name for _, name, _ in told[:3])] += 1
        begun = next((row for row in told if row[1] == steps[0]), None)
        if begun is None:
            continue
        closed += begun[2] + within <= until
        place = 0
        for at, name, _ in told:
            if place < 3 and name == steps[place] and at <= begun[0] + within:
                reached[place] += 1
                place += 1
    got = answer(measures.funnel(table(frame), steps, 20, until), "members", "complete_members")
    assert got == sorted((count, closed) for count in reached)
    assert reached[2] > 10  # or the comparison would say little
    got = answer(measures.paths(table(frame), 3, until, top=10**6), "path", "members")
    assert got == sorted(ways.items())


# Ann buys every month to April, Bo in January and in June, Cy in February and March.
LIFE = "1 1-3 1\n1 2-3 1\n1 3-3 1\n1 4-3 1\n2 1-5 1\n2 6-5 1\n3 2-1 1\n3 3-1 1"


def test_states():
    got = {
        (member, month - 2026 * 12 + 1): state
        for member, month, state in answer(lifecycle.states(orders(LIFE), day("7-31")))
    }
    ann = ["new", "growing", "loyal", "loyal", "at_risk", "at_risk", "at_risk"]
    bo = ["new", "at_risk", "at_risk", "at_risk", "lost", "back", "at_risk"]
    cy = ["new", "growing", "at_risk", "at_risk", "at_risk", "lost"]
    expected = {(1, n): s for n, s in enumerate(ann, 1)} | {(2, n): s for n, s in enumerate(bo, 1)}
    assert got == expected | {(3, n): s for n, s in enumerate(cy, 2)}


def test_life_cycle_and_its_flows():
    got = answer(measures.life_cycle(orders(LIFE), day("3-15")))
    march = [row for row in got if row[0] == "2026-03-01"]
    third = round(1 / 3, 6)
    assert march == [("2026-03-01", "at_risk", 1, third, False), ("2026-03-01", "growing", 1, third, False),
                     ("2026-03-01", "loyal", 1, third, False)]  # fmt: skip
    got = answer(measures.life_cycle_flows(orders(LIFE), day("2-28")))
    assert got == [
        ("2026-01-01", None, "new", 2, None, True),
        ("2026-02-01", "new", "at_risk", 1, 0.5, True),
        ("2026-02-01", "new", "growing", 1, 0.5, True),
        ("2026-02-01", None, "new", 1, None, True),
    ]


def _state(months: set[int], month: int) -> str:
    """The state by its definition, read straight from the months with orders."""
    past = [m for m in months if m <= month]
    if month not in months:
        return "at_risk" if month - max(past) <= 3 else "lost"
    if min(past) == month:
        return "new"
    recent = sum(month - back in months for back in (1, 2, 3))
    return "back" if recent == 0 else "loyal" if recent >= 2 else "growing"


def test_life_cycle_against_plain_python():
    frame, until = random_orders(3000, days=540), date(2026, 6, 30)
    bought = defaultdict(set)
    for member, when in frame.select("member", "day").rows():
        bought[member].add(when.year * 12 + when.month - 1)
    states, flows = Counter(), Counter()
    for months in bought.values():
        before = None
        for month in range(min(months), 2026 * 12 + 6):
            after = _state(months, month)
            first = date(month // 12, month % 12 + 1, 1).isoformat()
            states[first, after] += 1
            flows[first, before, after] += 1
            before = after
    assert {row[:2]: row[2] for row in answer(measures.life_cycle(table(frame), until))} == states
    assert {row[:3]: row[3] for row in answer(measures.life_cycle_flows(table(frame), until))} == flows
    assert {state for _, state in states} == set(lifecycle.STATES)


def test_tier_flows():
    # Ann rises twice in January: from none to gold. Bo goes up and down again: nothing. Cy falls in February.
    rows = [(1, 1, "1-2", None, "silver"), (2, 1, "1-9", "silver", "gold"), (3, 2, "1-3", "silver", "gold"),
            (4, 2, "1-4", "gold", "silver"), (5, 3, "2-1", "gold", None)]  # fmt: skip
    frame = pl.DataFrame([(s, m, day(d), b, a) for s, m, d, b, a in rows], orient="row",
                         schema={"seq": pl.Int64, "member": pl.Int64, "day": pl.Date, "before": pl.String,
                                 "after": pl.String})  # fmt: skip
    got = answer(measures.tier_flows(table(frame.with_columns(at=noon())), day("2-15")))
    assert got == [("2026-01-01", None, "gold", 1, True), ("2026-02-01", "gold", None, 1, False)]


def test_category_pairs():
    # four baskets: tea+cup, tea+cup (two teas), tea, jam. The fifth names no category and is not seen.
    rows = [(1, "tea"), (1, "cup"), (2, "tea"), (2, "tea"), (2, "cup"), (3, "tea"), (4, "jam"), (5, None)]
    frame = pl.DataFrame([(seq, day("1-1"), what) for seq, what in rows], orient="row",
                         schema={"seq": pl.Int64, "day": pl.Date, "category": pl.String})  # fmt: skip
    got = answer(measures.category_pairs(table(frame), day("1-31")))
    # support 2 of 4; who takes a cup takes tea always, and tea is in 3 of 4 baskets: lift 4/3
    lift = round(4 / 3, 6)
    assert got == [("cup", "tea", 2, 0.5, 1.0, lift), ("tea", "cup", 2, 0.5, round(2 / 3, 6), lift)]
    assert answer(measures.category_pairs(table(frame), day("1-31"), minimum=3)) == []


def test_category_pairs_against_plain_python():
    rng = np.random.default_rng(2)
    frame = pl.DataFrame({"seq": rng.integers(0, 1200, 4000), "category": rng.choice(list("abcdefg"), 4000)})
    frame = frame.with_columns(day=pl.lit(date(2026, 1, 1)))
    baskets = defaultdict(set)
    for seq, what in frame.select("seq", "category").rows():
        baskets[seq].add(what)
    single = Counter(what for held in baskets.values() for what in held)
    pairs = Counter(pair for held in baskets.values() for pair in permutations(held, 2))
    theirs = sorted(
        (
            a,
            b,
            n,
            round(n / len(baskets), 6),
            round(n / single[a], 6),
            round(n * len(baskets) / single[a] / single[b], 6),
        )
        for (a, b), n in pairs.items()
    )
    assert answer(measures.category_pairs(table(frame), day("1-31"))) == theirs


def ledger(rows: str):
    """Transfers from lines ``member day kind points debit credit``, of the currency ``points``."""
    made = []
    for transfer, row in enumerate(rows.strip().splitlines()):
        member, when, kind, points, debit, credit = row.split()
        made.append((transfer, int(member), day(when), "points", kind, int(points), debit, credit))
    columns = ["transfer", "member", "day", "currency", "kind", "points", "debit", "credit"]
    return table(pl.DataFrame(made, schema=columns, orient="row"))


# Ann earns 100 pending, which become available; of them she holds 30 and spends them, gets 10 back, and 20 expire in
# February. Bo earns 50 and loses 20 of them to a refund.
POINTS = """
1 1-1 earned     100 issued    pending
1 1-2 matured    100 pending   available
1 1-3 held        30 available held
1 1-4 spent       30 held      redeemed
1 1-5 given_back  10 redeemed  available
2 1-9 earned      50 issued    available
2 1-9 taken_back  20 available issued
1 2-1 expired     20 available expired
"""


def test_points_owed_and_redemption():
    got = answer(measures.points_owed(ledger(POINTS), "month", day("2-10")))
    # in: 100 + 10 + 50; out: 30 + 20. Then 20 less.
    assert got == [("points", "2026-01-01", 160, 50, 110, True), ("points", "2026-02-01", 0, 20, 90, False)]
    got = answer(measures.redemption_rate(ledger(POINTS), "month", day("2-10")))
    rate = round(20 / 130, 6)
    assert got == [
        ("points", "2026-01-01", 130, 20, rate, 130, 20, rate, True),
        ("points", "2026-02-01", 0, 0, None, 130, 20, rate, False),
    ]


def test_active_rate():
    people = table(pl.DataFrame({"member": [1, 2, 3], "joined": [day("1-1"), day("1-9"), day("3-1")]}))
    got = answer(measures.active_rate(people, ledger(POINTS), "month", day("3-15")))
    # January: both earned. February: only an expiry, which is nobody's doing. March: Cy has joined and done nothing.
    assert got == [("2026-01-01", 2, 2, 1.0, True), ("2026-02-01", 2, 0, 0.0, True), ("2026-03-01", 3, 0, 0.0, False)]


def test_health_against_plain_python():
    rng = np.random.default_rng(4)
    moves = [("earned", "issued", "pending"), ("matured", "pending", "available"), ("spent", "held", "redeemed"),
             ("held", "available", "held"), ("expired", "available", "expired"), ("repaid", "available", "debt"),
             ("taken_back", "debt", "issued"), ("given_back", "redeemed", "available")]  # fmt: skip
    picked = rng.integers(0, len(moves), 3000)
    frame = pl.DataFrame(
        {
            "member": rng.integers(1, 300, 3000),
            "day": [date(2025, 1, 1) + timedelta(days=int(n)) for n in rng.integers(0, 300, 3000)],
            "currency": rng.choice(["points", "stars"], 3000),
            "points": rng.integers(1, 500, 3000),
            "kind": [moves[i][0] for i in picked],
            "debit": [moves[i][1] for i in picked],
            "credit": [moves[i][2] for i in picked],
        }
    )
    until = frame["day"].max()
    people = pl.DataFrame(
        {"member": range(1, 300), "joined": [date(2025, 1, 1) + timedelta(days=n % 200) for n in range(299)]}
    )
    held = {"pending", "available", "held"}
    owed, active = defaultdict(int), defaultdict(set)
    joined = dict(people.rows())
    for member, when, currency, points, kind, debit, credit in frame.sort("day").rows():
        owed[currency] += points * ((credit in held) - (debit in held))
        owed[currency, when.month] = owed[currency]
        if kind in ("earned", "spent") and (joined[member].month <= when.month):
            active[when.month].add(member)
    got = {(row[0], int(row[1][5:7])): row[4] for row in answer(measures.points_owed(table(frame), "month", until))}
    assert got == {key: value for key, value in owed.items() if isinstance(key, tuple)}
    got = {
        int(row[0][5:7]): row[1:3] for row in answer(measures.active_rate(table(people), table(frame), "month", until))
    }
    counted = {month: sum(when.month <= month for when in joined.values()) for month in got}
    assert got == {month: (counted[month], len(active[month])) for month in got} and len(got) == 10
