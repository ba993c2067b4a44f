"""Every measure once more, from its definition in docs/measures.md, in loops over plain lists: no Ibis, no SQL.

Slow and plain on purpose. Each function answers the rows of the measure as a dict: what names a row to what it says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise, permutations
from typing import Any

import numpy as np

from tests.science.year.tables import UNTIL, Year

Rows = dict[tuple[Any, ...], tuple[Any, ...]]
DAYS = 60
STEPS = ("Product Viewed", "Cart Viewed", "Order Completed")
WITHIN = timedelta(days=7)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def month(day: date) -> int:
    return day.year * 12 + day.month - 1


def first_of(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


LAST = month(UNTIL)


def over(number: int) -> bool:
    """Whether a month had ended by UNTIL: December had not."""
    return number < LAST


@cache
def orders(year: Year) -> dict[int, list[tuple[date, Any, int, int]]]:
    """Each member's orders up to UNTIL as they happened: day, at, seq, net."""
    found: dict[int, list[tuple[date, Any, int, int]]] = defaultdict(list)
    for member, day, at, seq, net, _channel in sorted(year.orders, key=lambda row: (row[2], row[3])):
        if day <= UNTIL:
            found[member].append((day, at, seq, net))
    return found


@cache
def bought(year: Year) -> dict[int, list[int]]:
    """The months in which each member bought, ascending."""
    return {member: sorted({month(row[0]) for row in rows}) for member, rows in orders(year).items()}


def retention(year: Year, hit: Callable[[set[int], int], bool]) -> Rows:
    cohorts: dict[int, list[set[int]]] = defaultdict(list)
    for months in bought(year).values():
        cohorts[months[0]].append({at - months[0] for at in months})
    return {
        (first_of(began), n): (len(those), sum(hit(each, n) for each in those),
                               sum(hit(each, n) for each in those) / len(those), over(began + n))
        for began, those in cohorts.items()
        for n in range(LAST - began + 1)
    }  # fmt: skip


def classic(year: Year) -> Rows:
    return retention(year, lambda ns, n: n in ns)


def rolling(year: Year) -> Rows:
    return retention(year, lambda ns, n: max(ns) >= n)


def weekly(year: Year) -> Rows:
    """Cohorts by week from the second of October on."""
    last = monday(UNTIL)
    cohorts: dict[date, list[set[int]]] = defaultdict(list)
    for rows in orders(year).values():
        weeks = {monday(row[0]) for row in rows}
        began = min(weeks)
        if began >= date(2017, 10, 2):
            cohorts[began].append({(week - began).days // 7 for week in weeks})
    return {
        (began, n): (len(those), sum(n in each for each in those), sum(n in each for each in those) / len(those),
                     began + timedelta(days=7 * n + 6) <= UNTIL)
        for began, those in cohorts.items()
        for n in range((last - began).days // 7 + 1)
    }  # fmt: skip


def brackets(year: Year) -> Rows:
    found: Rows = {}
    for low, high in ((1, 1), (2, 3), (4, 6)):
        hits: dict[int, list[bool]] = defaultdict(list)
        for months in bought(year).values():
            hits[months[0]].append(any(low <= at - months[0] <= high for at in months))
        for began, those in hits.items():
            found[first_of(began), low, high] = (len(those), sum(those), sum(those) / len(those), over(began + high))
    return found


def repurchase_rate(year: Year) -> Rows:
    counts = [len(rows) for rows in orders(year).values()]
    again = sum(count > 1 for count in counts)
    return {(): (len(counts), again, again / len(counts))}


def second_order(year: Year) -> Rows:
    waits = [
        ((UNTIL - rows[0][0]).days, (rows[1][0] - rows[0][0]).days if len(rows) > 1 else None)
        for rows in orders(year).values()
    ]
    found: Rows = {}
    for n in range(DAYS + 1):
        watched = [wait for seen, wait in waits if seen >= n]
        came = sum(wait is not None and wait <= n for wait in watched)
        if watched:
            found[(n,)] = (len(watched), came, came / len(watched))
    return found


def time_to_second(year: Year) -> Rows:
    curve = {key[0]: row[2] for key, row in second_order(year).items()}
    return {(share,): (next((n for n in sorted(curve) if curve[n] >= share), None),) for share in (0.25, 0.5, 0.75)}


def gaps(year: Year) -> Rows:
    days = [(b[0] - a[0]).days for rows in orders(year).values() for a, b in pairwise(rows)]
    quarters = np.quantile(np.array(days, dtype=float), [0.25, 0.5, 0.75])
    return {(): (len(days), sum(days) / len(days), *(float(q) for q in quarters))}


def by_month(year: Year) -> dict[int, list[tuple[int, int, bool]]]:
    """Each month's orders: member, net, whether it was not the member's first."""
    found: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
    for member, rows in orders(year).items():
        for place, (day, _at, _seq, net) in enumerate(rows):
            found[month(day)].append((member, net, place > 0))
    return found


def frequency(year: Year) -> Rows:
    return {
        (first_of(at),): (len(rows), len({row[0] for row in rows}), len(rows) / len({row[0] for row in rows}), over(at))
        for at, rows in by_month(year).items()
    }


def average_order(year: Year) -> Rows:
    return {
        (first_of(at),): (len(rows), sum(row[1] for row in rows), sum(row[1] for row in rows) / len(rows), over(at))
        for at, rows in by_month(year).items()
    }


def returning(year: Year) -> Rows:
    found: Rows = {}
    for at, rows in by_month(year).items():
        again = [row for row in rows if row[2]]
        money, theirs = sum(row[1] for row in rows), sum(row[1] for row in again)
        found[(first_of(at),)] = (
            len(rows), len(again), len(again) / len(rows), money, theirs, theirs / money, over(at),
        )  # fmt: skip
    return found


def cohort_revenue(year: Year) -> Rows:
    spent: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    sizes: Counter[int] = Counter()
    for rows in orders(year).values():
        began = month(rows[0][0])
        sizes[began] += 1
        for day, _at, _seq, net in rows:
            cell = spent[began][month(day) - began]
            cell[0] += 1
            cell[1] += net
    found: Rows = {}
    for began, size in sizes.items():
        so_far = 0
        for n in range(LAST - began + 1):
            count, money = spent[began].get(n, [0, 0])
            so_far += money
            found[first_of(began), n] = (
                size, count, money, money / spent[began][0][1], so_far, so_far / size, over(began + n),
            )  # fmt: skip
    return found


def active(year: Year) -> Rows:
    days: dict[date, set[int]] = defaultdict(set)
    for row in year.visits:
        if row[1] <= UNTIL:
            days[row[1]].add(row[0])
    first = min(days)
    found: Rows = {}
    for place in range((UNTIL - first).days + 1):
        day = first + timedelta(days=place)
        d, w, m = (
            len(set().union(*(days.get(day - timedelta(days=back), set()) for back in range(length))))
            for length in (1, 7, 30)
        )
        found[(day,)] = (d, w, m, d / w if w else None, d / m if m else None, place >= 29)
    return found


@cache
def visit_days(year: Year) -> dict[tuple[int, date], list[Any]]:
    """What each member did on each day."""
    found: dict[tuple[int, date], list[Any]] = defaultdict(list)
    for row in year.visits:
        if row[1] <= UNTIL:
            found[row[0], row[1]].append(row)
    return found


def visits_per_member(year: Year) -> Rows:
    came: dict[int, list[int]] = defaultdict(list)
    for member, day in visit_days(year):
        came[month(day)].append(member)
    return {
        (first_of(at),): (len(set(those)), len(those), over(at), len(those) / len(set(those)))
        for at, those in came.items()
    }


def depth(year: Year) -> Rows:
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for (_member, day), rows in visit_days(year).items():
        sums[month(day)][0] += 1
        sums[month(day)][1] += len(rows)
    return {(first_of(at),): (days, events, over(at), events / days) for at, (days, events) in sums.items()}


def dwell(year: Year) -> Rows:
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for (_member, day), rows in visit_days(year).items():
        known = [row[6] for row in rows if row[6] is not None]
        if known:
            sums[month(day)][0] += 1
            sums[month(day)][1] += sum(known)
    return {(first_of(at),): (days, seconds, over(at), seconds / days) for at, (days, seconds) in sums.items()}


def breadth(year: Year) -> Rows:
    used = {(month(row[1]), row[0], row[4]) for row in year.visits if row[1] <= UNTIL}
    uses, members = Counter(at for at, _member, _name in used), defaultdict(set)
    for at, member, _name in used:
        members[at].add(member)
    return {
        (first_of(at),): (len(members[at]), count, over(at), count / len(members[at])) for at, count in uses.items()
    }


SCALES = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}


def said(year: Year) -> list[tuple[int, date, str, int]]:
    return [row for row in year.answers if row[1] <= UNTIL and SCALES[row[2]][0] <= row[3] <= SCALES[row[2]][1]]


def satisfaction(year: Year, kind: str, worth: Callable[[int], int], scale: int) -> Rows:
    scores: dict[int, list[int]] = defaultdict(list)
    for _member, day, of, score in said(year):
        if of == kind:
            scores[month(day)].append(score)
    return {
        (first_of(at),): (len(those), sum(map(worth, those)), scale * sum(map(worth, those)) / len(those),
                          sum(those) / len(those), over(at))
        for at, those in scores.items()
    }  # fmt: skip


def recent(day: date) -> bool:
    """In the 365 days that end with UNTIL."""
    return UNTIL - timedelta(days=365) < day <= UNTIL


def think(year: Year) -> Rows:
    scores: dict[int, list[float]] = defaultdict(list)
    for member, day, kind, score in said(year):
        low, high = SCALES[kind]
        if recent(day):
            scores[member].append((score - low) / (high - low) * 100)
    return {(member,): (len(those), sum(those) / len(those)) for member, those in scores.items()}


def do(year: Year) -> Rows:
    found: Rows = {}
    came: Counter[int] = Counter(member for member, day in visit_days(year) if recent(day))
    theirs = {member: [row[0] for row in rows if recent(row[0])] for member, rows in orders(year).items()}
    for member in {*came, *(member for member, days in theirs.items() if days)}:
        days = theirs.get(member) or []
        silent = (UNTIL - max(days)).days if days else None
        score = 50 * min(len(days), 12) / 12 + 25 * min(came[member], 52) / 52
        score += 25 * (1 - silent / 365) if silent is not None else 0
        found[(member,)] = (len(days), came[member], silent, score)
    return found


def feel(year: Year) -> Rows:
    names = ("Product Reviewed", "Product Shared", "Referral Counted", "Suggestion Made", "Suggestion Adopted")
    acts = Counter(row[0] for row in year.visits if recent(row[1]) and row[4] in names)
    return {(member,): (count, 100 * min(count, 6) / 6) for member, count in acts.items()}


def index(year: Year) -> Rows:
    thought, did, felt = think(year), do(year), feel(year)
    found: Rows = {}
    for member in year.joined:
        opinion = thought[(member,)][1] if (member,) in thought else None
        doing = did[(member,)][3] if (member,) in did else 0.0
        feeling = felt[(member,)][1] if (member,) in felt else 0.0
        rest = 0.5 * doing + 0.25 * feeling
        found[(member,)] = (opinion, doing, feeling, rest / 0.75 if opinion is None else rest + 0.25 * opinion)
    return found


def layers(year: Year) -> Rows:
    groups: dict[str | None, list[tuple[Any, ...]]] = defaultdict(list)
    for (member,), row in index(year).items():
        groups[year.tiers.get(member)].append(row)
    found: Rows = {}
    for tier, rows in groups.items():
        heard = [row[0] for row in rows if row[0] is not None]
        means = (sum(row[i] for row in rows) / len(rows) for i in (1, 2, 3))
        found[(tier,)] = (len(rows), len(heard), sum(heard) / len(heard) if heard else None, *means)
    return found


def interactions(year: Year) -> Rows:
    rows = [row for row in year.visits if row[1] <= UNTIL]
    wholes = Counter(month(row[1]) for row in rows)
    events = Counter((month(row[1]), row[5]) for row in rows)
    return {
        (first_of(at), channel): (
            count, len({row[0] for row in rows if (month(row[1]), row[5]) == (at, channel)}),
            count / wholes[at], over(at),
        )
        for (at, channel), count in events.items()
    }  # fmt: skip


@cache
def steps_of(year: Year) -> dict[int, list[tuple[Any, int, str, date]]]:
    """What each member did in order, orders among it: at, seq, name, day."""
    found: dict[int, list[tuple[Any, int, str, date]]] = defaultdict(list)
    for member, day, at, seq, name, _channel, _seconds in year.visits:
        if day <= UNTIL:
            found[member].append((at, seq, name, day))
    for member, day, at, seq, _net, _channel in year.orders:
        if day <= UNTIL:
            found[member].append((at, seq, "Order Completed", day))
    return {member: sorted(rows) for member, rows in found.items()}


def funnel(year: Year) -> Rows:
    reached, closed = Counter[int](), 0
    for rows in steps_of(year).values():
        start = next((row for row in rows if row[2] == STEPS[0]), None)
        if start is None:
            continue
        closed += (UNTIL - start[3]).days >= WITHIN.days
        step, last = 1, start
        reached[1] += 1
        for name in STEPS[1:]:
            later = [row for row in rows if row[2] == name and row[:2] > last[:2] and row[0] <= start[0] + WITHIN]
            if not later:
                break
            step, last = step + 1, later[0]
            reached[step] += 1
    return {
        (k,): (STEPS[k - 1], reached[k], reached[k] / reached[1], reached[k] / reached[max(k - 1, 1)], closed)
        for k in range(1, len(STEPS) + 1)
    }  # fmt: skip


def paths(year: Year) -> Rows:
    ways = Counter(" → ".join(row[2] for row in rows[:3]) for rows in steps_of(year).values())
    ranked = sorted(ways, key=lambda way: (-ways[way], way))[:20]
    return {(place,): (way, ways[way], ways[way] / ways.total()) for place, way in enumerate(ranked, 1)}


def state(months: Sequence[int], now: int) -> str | None:
    """A member's state at the end of a month, as the page of measures says it."""
    before = [at for at in months if at < now]
    if now in months:
        if not before:
            return "new"
        lately = [at for at in before if now - 3 <= at]
        return "back" if not lately else "loyal" if len(lately) >= 2 else "growing"
    if not before:
        return None
    return "at_risk" if now - max(before) <= 3 else "lost"


def life(year: Year) -> Rows:
    counts: Counter[tuple[int, str]] = Counter()
    for months in bought(year).values():
        counts.update((now, str(state(months, now))) for now in range(months[0], LAST + 1))
    wholes = Counter[int]()
    for (now, _state), count in counts.items():
        wholes[now] += count
    return {(first_of(now), one): (count, count / wholes[now], over(now)) for (now, one), count in counts.items()}


def life_flows(year: Year) -> Rows:
    counts: Counter[tuple[int, Any, Any]] = Counter()
    for months in bought(year).values():
        counts.update((now, state(months, now - 1), state(months, now)) for now in range(months[0], LAST + 1))
    wholes: Counter[tuple[int, Any]] = Counter()
    for (now, before, _after), count in counts.items():
        wholes[now, before] += count
    return {
        (first_of(now), before, after): (count, count / wholes[now, before] if before else None, over(now))
        for (now, before, after), count in counts.items()
    }


def tier_flows(year: Year) -> Rows:
    months: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for member, day, at, seq, before, after in year.changes:
        if day <= UNTIL:
            months[member, month(day)].append((at, seq, before, after))
    moves = Counter(
        (now, min(rows)[2], max(rows)[3])
        for (_member, now), rows in ((key, sorted(rows, key=lambda row: row[:2])) for key, rows in months.items())
        for rows in [_Ends(rows)]
        if min(rows)[2] != max(rows)[3]
    )
    return {(first_of(now), before, after): (count, over(now)) for (now, before, after), count in moves.items()}


class _Ends(list[Any]):
    """The first and last of rows that stand in order already."""

    def __init__(self, rows: Iterable[Any]) -> None:
        kept = list(rows)
        super().__init__([(0, 0, *kept[0][2:]), (1, 0, *kept[-1][2:])])


def pairs(year: Year) -> Rows:
    days = {row[3]: row[1] for row in year.orders}
    held = [categories for seq, categories in year.baskets.items() if days[seq] <= UNTIL]
    single = Counter(category for categories in held for category in categories)
    both = Counter(pair for categories in held for pair in permutations(sorted(categories), 2))
    return {
        (a, b): (count, count / len(held), count / single[a], (count / single[a]) / (single[b] / len(held)))
        for (a, b), count in both.items()
        if count >= 20
    }


def active_rate(year: Year) -> Rows:
    joined = {member: month(day) for member, day in year.joined.items() if day <= UNTIL}
    moved: dict[int, set[int]] = defaultdict(set)
    for member, day, _currency, kind, *_rest in year.ledger:
        if day <= UNTIL and kind in ("earned", "spent") and month(day) >= joined.get(member, 10**9):
            moved[month(day)].add(member)
    found: Rows = {}
    for now in range(min(joined.values()), LAST + 1):
        there = sum(at <= now for at in joined.values())
        found[(first_of(now),)] = (there, len(moved[now]), len(moved[now]) / there, over(now))
    return found


def redemption(year: Year) -> Rows:
    sums: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
    signs = {"earned": (0, 1), "taken_back": (0, -1), "spent": (1, 1), "given_back": (1, -1)}
    for _member, day, currency, kind, points, *_rest in year.ledger:
        if day <= UNTIL:
            side, sign = signs.get(kind, (0, 0))
            sums[currency, month(day)][side] += sign * points
    found: Rows = {}
    so_far: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for currency, now in sorted(sums):
        earned, spent = sums[currency, now]
        total = so_far[currency]
        total[0] += earned
        total[1] += spent
        found[currency, first_of(now)] = (
            earned, spent, spent / earned if earned else None, total[0], total[1],
            total[1] / total[0] if total[0] else None, over(now),
        )  # fmt: skip
    return found


def owed(year: Year) -> Rows:
    theirs = ("pending", "available", "held")
    sums: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
    for _member, day, currency, _kind, points, debit, credit in year.ledger:
        if day <= UNTIL and (credit in theirs) != (debit in theirs):
            sums[currency, month(day)][0 if credit in theirs else 1] += points
    found: Rows = {}
    balance: Counter[str] = Counter()
    for currency, now in sorted(sums):
        entered, left = sums[currency, now]
        balance[currency] += entered - left
        found[currency, first_of(now)] = (entered, left, balance[currency], over(now))
    return found
