"""What they say, do and feel, and the index of it."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import polars as pl

from regulars.science import measures
from tests.science.measures.tables import answer, day, orders, random_orders, random_visits, table, visits

END = day("1-31")


def answers(rows: str):
    """Answers from lines ``member day kind score``."""
    made = [(int(m), day(d), kind, int(score)) for m, d, kind, score in (row.split() for row in rows.splitlines())]
    return table(pl.DataFrame(made, schema=["member", "day", "kind", "score"], orient="row"))


def test_answers_are_read_from_events():
    asked = visits("1 1-1 Survey_Answered\n2 1-2 Survey_Answered\n3 1-2 Survey_Answered\n4 1-2 Product_Viewed\n"
                   "5 1-3 Survey_Answered")  # fmt: skip
    told = [
        '{"kind":"NPS","score":9}',
        '{"score": "4", "kind": "csat"}',
        '{"kind":"csat","score":6}',  # of 5: refused
        '{"kind":"nps","score":9}',  # not an answer
        '{"kind":"mood","score":3}',
    ]
    events = table(pl.DataFrame({"seq": range(5), "properties": told}))
    assert answer(measures.answers(asked, events)) == [(1, "2026-01-01", "nps", 9), (2, "2026-01-02", "csat", 4)]


def test_satisfaction():
    said = answers(
        "1 1-1 nps 10\n2 1-1 nps 9\n3 1-2 nps 7\n4 1-3 nps 6\n1 1-4 csat 5\n2 1-4 csat 3\n1 1-5 ces 5\n2 1-5 ces 2"
    )
    month = "2026-01-01"
    # two promoters, one detractor, of four
    assert answer(measures.nps(said, "month", END)) == [(month, 4, 1, 25.0, 8.0, True)]
    assert answer(measures.csat(said, "month", END)) == [(month, 2, 1, 0.5, 4.0, True)]
    assert answer(measures.ces(said, "month", END)) == [(month, 2, 1, 0.5, 3.5, True)]


def test_three_layers_and_the_index():
    # Ann (1): 3 orders, the last today; 13 visit days; 3 acts of feeling; NPS 10 and CSAT 3. Bo (2): nothing at all.
    shop = orders("1 1-1 100\n1 1-2 100\n1 1-31 100\n1 2-1 100")  # February is not seen
    days = "\n".join(f"1 1-{n} Product_Viewed" for n in range(1, 14))
    looks = visits(f"{days}\n1 1-1 Product_Reviewed\n1 1-1 Product_Shared\n1 1-2 Referral_Counted")
    said = answers("1 1-1 nps 10\n1 1-2 csat 3")
    people = table(pl.DataFrame({"member": [1, 2]}))
    think = (100 + 50) / 2
    do = 50 * 3 / 12 + 25 * 13 / 52 + 25 * (1 - 0 / 365)
    feel = 100 * 3 / 6
    assert answer(measures.think(said, END)) == [(1, 2, think)]
    assert answer(measures.do(shop, looks, END)) == [(1, 3, 13, 0, do)]
    assert answer(measures.feel(looks, END)) == [(1, 3, feel)]
    index = measures.loyalty_index(people, shop, looks, said, END)
    whole = 0.25 * think + 0.5 * do + 0.25 * feel
    assert answer(index) == [(1, think, do, feel, whole), (2, None, 0.0, 0.0, 0.0)]
    # of two, one was heard
    assert answer(measures.loyalty_layers(index)) == [(2, 1, think, do / 2, feel / 2, whole / 2)]


def test_who_was_never_heard_is_judged_by_the_rest():
    nothing = answers("9 1-1 nps 1")
    shop = orders("1 1-31 100")
    got = answer(measures.loyalty_index(table(pl.DataFrame({"member": [1]})), shop, visits("7 1-1 Seen"), nothing, END))
    do = 50 / 12 + 25
    assert got == [(1, None, round(do, 6), 0.0, round(0.5 * do / 0.75, 6))]


def test_full_marks_are_a_hundred():
    shop = orders("\n".join(f"1 1-{n} 100" for n in range(1, 32)))
    looks = visits("\n".join(f"1 {m}-{n} Product_Shared" for m in ("2025-12", "1") for n in range(1, 32)))
    got = answer(
        measures.loyalty_index(table(pl.DataFrame({"member": [1]})), shop, looks, answers("1 1-1 nps 10"), END)
    )
    assert got == [(1, 100.0, 100.0, 100.0, 100.0)]


def test_against_plain_python():
    bought, came = random_orders(days=500), random_visits(days=450)
    until = date(2026, 3, 1)
    rng = np.random.default_rng(1)
    kinds = rng.choice(["nps", "csat", "ces"], 1000)
    said = pl.DataFrame(
        {
            "member": rng.integers(1, 400, 1000),
            "day": [until - timedelta(days=int(n)) for n in rng.integers(-20, 400, 1000)],
            "kind": kinds,
            "score": rng.integers(1, 6, 1000),
        }
    )
    people = pl.DataFrame({"member": range(1, 650)})
    got = answer(measures.loyalty_index(table(people), table(bought), table(came), table(said), until))
    low = until - timedelta(days=365)
    theirs = []
    of = {name: frame.filter((pl.col("day") <= until) & (pl.col("day") > low)).partition_by("member", as_dict=True)
          for name, frame in {"bought": bought, "came": came, "said": said}.items()}  # fmt: skip
    for member in range(1, 650):
        orders_, visits_, answers_ = (of[name].get((member,)) for name in ("bought", "came", "said"))
        do = 0.0
        if orders_ is not None:
            silent = (until - max(orders_["day"])).days
            do += 50 * min(len(orders_), 12) / 12 + 25 * (1 - silent / 365)
        acts = 0
        if visits_ is not None:
            do += 25 * min(len(set(visits_["day"])), 52) / 52
            acts = sum(name in ("Product Reviewed", "Product Shared") for name in visits_["name"])
        feel = 100 * min(acts, 6) / 6
        think = None
        if answers_ is not None:
            scale = {"nps": (0, 10), "csat": (1, 4), "ces": (1, 6)}
            each = [100 * (s - scale[k][0]) / scale[k][1] for k, s in answers_.select("kind", "score").rows()]
            think = sum(each) / len(each)
        index = (0.5 * do + 0.25 * feel) / 0.75 if think is None else 0.25 * think + 0.5 * do + 0.25 * feel
        theirs.append((member, think, do, feel, index))
    for mine, other in zip(got, theirs, strict=True):
        for a, b in zip(mine, other, strict=True):
            assert (a is None and b is None) or math.isclose(a, b, abs_tol=1e-5), (mine, other)
