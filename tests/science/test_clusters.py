"""Groups that a model finds: planted ones come out again, the same seed gives the same, and little history is said."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from regulars.science import cluster_features, clusters
from tests.science.measures.tables import answer, day, table

END = day("1-31")
KINDS = {
    # the truth: recency_days, orders, average_order_minor, tenure_days, categories, discount_share
    "regulars": (4, 60, 9_000, 700, 20, 0.05),
    "bargain hunters": (20, 15, 3_000, 500, 8, 0.45),
    "gone": (300, 3, 4_000, 600, 3, 0.05),
    "new": (10, 1, 5_000, 12, 2, 0.10),
}


def planted(each: int, seed: int = 1) -> tuple[pl.DataFrame, np.ndarray]:
    """Members of each kind, by chance around the truth, shuffled; and the kind of each."""
    rng = np.random.default_rng(seed)
    rows, kinds = [], []
    for kind, (recency, orders, average, tenure, categories, discount) in enumerate(KINDS.values()):
        spread = lambda middle: middle * rng.lognormal(0, 0.2, each)  # noqa: E731
        rows.append(
            pl.DataFrame(
                {
                    "recency_days": spread(recency).round(),
                    "orders": np.maximum(spread(orders).round(), 1),
                    "average_order_minor": spread(average),
                    "tenure_days": spread(tenure).round(),
                    "categories": np.maximum(spread(categories).round(), 1),
                    "discount_share": np.clip(discount + rng.normal(0, 0.02, each), 0, 1),
                    "returned_share": np.clip(rng.normal(0.02, 0.02, each), 0, 1),
                }
            )
        )
        kinds += [kind] * each
    frame = pl.concat(rows).with_columns(
        member=pl.Series(rng.permutation(4 * each)),
        spent_minor=(pl.col("orders") * pl.col("average_order_minor")).cast(pl.Int64),
    )
    mixed = rng.permutation(len(frame))
    return frame[mixed], np.array(kinds)[mixed]


def test_planted_groups_are_found_again():
    known, kinds = planted(300)
    found = clusters.find(known)
    assert len(found.portraits) == 4
    assert max(found.silhouettes, key=lambda k: found.silhouettes[k]) == 4
    # nearly everybody of a kind is in one group, and each kind in another
    where = [np.bincount(found.labels[kinds == kind], minlength=5) for kind in range(4)]
    assert all(counts.max() >= 0.99 * 300 for counts in where)
    assert sorted(int(counts.argmax()) for counts in where) == [1, 2, 3, 4]
    # numbered by what a member spends: 60 × 90, 15 × 30, 3 × 40, 1 × 50
    assert [int(counts.argmax()) for counts in where] == [1, 2, 3, 4]
    assert [p.members for p in found.portraits] == [int((found.labels == p.number).sum()) for p in found.portraits]
    assert sum(p.spent_minor for p in found.portraits) == known["spent_minor"].sum()


def test_portraits_say_what_was_planted():
    found = clusters.find(planted(300)[0])
    traits = [{trait.feature: trait for trait in p.traits} for p in found.portraits]
    assert traits[0]["orders"].apart > 1 and traits[0]["orders"].here == pytest.approx(60, rel=0.1)
    assert max(traits[1].values(), key=lambda t: abs(t.apart)).feature == "discount_share"
    assert traits[1]["discount_share"].here == pytest.approx(0.45, abs=0.02)
    assert traits[1]["discount_share"].everybody == pytest.approx(0.16, abs=0.02)
    assert traits[2]["recency_days"].apart > 1 and traits[2]["recency_days"].here == pytest.approx(300, rel=0.1)
    assert max(traits[3].values(), key=lambda t: abs(t.apart)).feature == "tenure_days"
    assert all(abs(trait.apart) >= clusters.APART for group in traits for trait in group.values())
    for group in found.portraits:
        assert [abs(t.apart) for t in group.traits] == sorted((abs(t.apart) for t in group.traits), reverse=True)


def test_the_same_members_in_any_order_give_the_same_groups():
    known, _kinds = planted(100)
    found = clusters.find(known, seed=3)
    turned = clusters.find(known.reverse(), seed=3)
    assert (found.labels == turned.labels[::-1]).all()
    assert found.model == turned.model
    assert found.silhouettes == turned.silhouettes


def test_a_kept_model_puts_later_members_into_the_same_groups():
    found = clusters.find(planted(300)[0])
    kept = clusters.Model.from_json(found.model.as_json())
    assert kept == found.model
    later, kinds = planted(50, seed=99)
    assert ((clusters.numbers_of(later, kept) - 1) == kinds).mean() > 0.99


@pytest.mark.parametrize(
    "broken",
    [{}, {"features": ["orders"], "means": [1.0], "deviations": [0.0], "centres": [[1.0]]},
     {"features": ["shoe_size"], "means": [1.0], "deviations": [1.0], "centres": [[1.0]]},
     {"features": ["orders"], "means": [1.0], "deviations": [1.0], "centres": [[1.0, 2.0]]},
     {"features": ["orders"], "means": ["x"], "deviations": [1.0], "centres": [[1.0]]}],
)  # fmt: skip
def test_what_is_no_model_is_refused(broken: dict[str, Any]):
    with pytest.raises(ValueError, match="no kept model"):
        clusters.Model.from_json(broken)


def test_a_number_of_groups_that_is_asked_for():
    assert len(clusters.find(planted(100)[0], groups=6).portraits) == 6


@pytest.mark.parametrize(("members", "why"), [(0, "too_few"), (1, "too_few"), (99, "too_few"), (500, "all_alike")])
def test_little_or_nothing_to_tell_apart(members: int, why: str):
    one = dict.fromkeys((*clusters.FEATURES, "spent_minor"), 1.0)
    known = pl.DataFrame([{"member": i, **one} for i in range(members)], schema=["member", *one])
    with pytest.raises(clusters.NoGroupsError) as said:
        clusters.find(known)
    assert (said.value.why, said.value.members) == (why, members)


def test_features_by_hand():
    orders = pl.DataFrame(
        [
            (0, 1, date(2026, 1, 1), 1000, 0, 250), (1, 1, date(2026, 1, 21), 500, 100, 0),
            (2, 2, date(2026, 1, 11), 800, 800, 0),  # given back whole: no buyer
            (3, 3, date(2026, 1, 31), 300, 0, 0), (4, 3, date(2026, 1, 30), 100, 100, 0),
            (5, 4, date(2026, 2, 1), 9, 0, 0),
        ],
        schema=["seq", "member", "day", "net_minor", "returned_minor", "discount_minor"], orient="row",
    )  # fmt: skip
    lines = pl.DataFrame(
        [(1, date(2026, 1, 1), "tea"), (1, date(2026, 1, 1), "cups"), (1, date(2026, 1, 21), "tea"),
         (3, date(2026, 2, 3), "tea")],
        schema=["member", "day", "category"], orient="row",
    )  # fmt: skip
    got = answer(
        cluster_features.features(table(orders), table(lines), END), "member", *clusters.FEATURES, "spent_minor"
    )  # fmt: skip
    assert got == [
        # 1: 250 off 1750, 100 of 1500 back; 3: 100 of 400 back, and its whole order is none
        (1, 10, 2, 700.0, 30, 2, round(250 / 1750, 6), round(100 / 1500, 6), 1400),
        (3, 0, 1, 300.0, 0, 0, 0.0, 0.25, 300),
    ]


def test_many_members_take_seconds():
    known, _kinds = planted(50_000)
    before = time.process_time()
    found = clusters.find(known)
    assert len(found.portraits) == 4
    assert time.process_time() - before < 20
