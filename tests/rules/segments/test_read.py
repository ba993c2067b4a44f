"""The language of segments: what is understood, what is refused and how that is said, and the way back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from regulars.rules import condition, segments
from regulars.rules.condition import Condition
from regulars.rules.segments.model import (
    All,
    Any,
    Belongs,
    Bounds,
    Did,
    Not,
    Orders,
    Points,
    Said,
    Score,
    Sequence,
    Spent,
    Standing,
    Step,
    When,
    Window,
)

TODAY = date(2026, 11, 20).toordinal() - date(1970, 1, 1).toordinal()
TEA = Condition((condition.Test("line.category", "any_of", ("tea",)),))


def who(data, **known):
    return segments.read_who(data, "CNY", 2, **known)


MEANT = {
    "three orders": ({"orders": {"at_least": 3}}, Orders(Bounds(at_least=3))),
    "any order is one": ({"orders": {"within_days": 90}}, Orders(Bounds(at_least=1), Window(within_days=90))),
    "of tea": ({"orders": {"where": {"line.category": ["tea"]}}}, Orders(Bounds(at_least=1), Window(), TEA)),
    "money is exact": ({"spent": {"at_least": Decimal("500.10")}}, Spent(Bounds(at_least=50010))),
    "a time of the year": (
        {"spent": {"above": 0, "between": [date(2026, 11, 1), "2026-11-11"]}},
        Spent(Bounds(above=0), Window(first=TODAY - 19, last=TODAY - 9)),
    ),
    "did": ({"did": {"event": "Product Viewed", "at_most": 2}}, Did("Product Viewed", Bounds(at_most=2))),
    "one after the other": (
        {"sequence": {"steps": [{"event": "Product Viewed"}, {"event": "Order Completed"}], "within_days": 7}},
        Sequence((Step("Product Viewed"), Step("Order Completed")), 7),
    ),
    "long ago": ({"last_order": {"before_days": 60}}, When("last_order", Window(before_days=60))),
    "has ordered": ({"first_order": {"ever": True}}, When("first_order", Window())),
    "joined": ({"joined": {"within_days": 30}}, When("joined", Window(within_days=30))),
    "tiers": ({"tier": ["gold", "none"]}, Standing(condition.Test("tier", "any_of", ("gold", "none")))),
    "points": ({"points": {"at_least": 100}}, Points(Bounds(at_least=100))),
    "a trait": ({"traits.age": "35-44"}, Standing(condition.Test("traits.age", "equal", "35-44"))),
    "unhappy": ({"nps": {"at_most": 6}}, Said("nps", Bounds(at_most=6))),
    "leaving": ({"score.alive": {"below": Decimal("0.3")}}, Score("alive", Bounds(below=Decimal("0.3")))),
    "worth": ({"score.value": {"at_least": 200}}, Score("value", Bounds(at_least=20000))),
    "of others": ({"segment": ["a", "b", "a"]}, Belongs(("a", "b"))),
    "side by side is all": (
        {"points": {"above": 1}, "not": {"any": [{"tier": "gold"}, {"segment": "vip"}]}},
        All((
            Points(Bounds(above=1)),
            Not(Any((Standing(condition.Test("tier", "equal", "gold")), Belongs(("vip",))))),
        )),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "meant"), MEANT.values(), ids=MEANT)
def test_understood_and_written_back(data, meant):
    found, problems = who(data, tiers=("silver", "gold"))
    assert (found, problems) == (meant, [])
    assert who(segments.write_who(meant, 2)) == (meant, [])


REFUSED = {
    "nothing": ({}, "", "must not be empty"),
    "a list": ([], "", "must be conditions, such as `orders: {at_least: 3}`"),
    "a slip": ({"order": {"at_least": 3}}, "order", "is not a known setting here; did you mean `orders`?"),
    "a slip within": ({"orders": {"atleast": 3}}, "orders.atleast", "did you mean `at_least`?"),
    "cents of cents": ({"spent": {"at_least": Decimal("0.001")}}, "spent.at_least", "more decimals than CNY has (2)"),
    "no bound": ({"spent": {"within_days": 3}}, "spent", "needs a bound: at_least, at_most, above or below"),
    "two bounds alike": ({"points": {"at_least": 3, "above": 3}}, "points.above", "keep one of them"),
    "for nobody": ({"points": {"at_least": 3, "at_most": 2}}, "points", "can hold for nobody"),
    "an empty window": ({"orders": {"within_days": 7, "before_days": 7}}, "orders.before_days", "or no day is left"),
    "backwards": ({"orders": {"between": ["2026-02-01", "2026-01-01"]}}, "orders.between", "must begin before it ends"),
    "one day": ({"orders": {"between": ["2026-02-01"]}}, "orders.between", "must be two days"),
    "no day": ({"orders": {"between": ["2026-02-30", "2026-03-01"]}}, "orders.between.0", "is no day of the calendar"),
    "ever and not": ({"orders": {"ever": True, "within_days": 3}}, "orders.within_days", "does not go with `ever`"),
    "no event": ({"did": {"at_least": 3}}, "did", "needs `event`"),
    "an order is no did": ({"did": {"event": "Order Completed"}}, "did.event", "write `orders` in place of `did`"),
    "a refund": ({"did": {"event": "Order Refunded"}}, "did.event", "is nothing that a member does by herself"),
    "lines of no order": (
        {"did": {"event": "Cart Viewed", "where": {"line.category": "tea"}}}, "did.where.line.category", "only orders"
    ),
    "the member in where": ({"orders": {"where": {"member.tier": "gold"}}}, "orders.where.member.tier", "write `tier`"),
    "a line's own": ({"orders": {"where": {"line.roast": "dark"}}}, "orders.where.line.roast", "is not kept of a line"),
    "one step": ({"sequence": {"steps": [{"event": "A"}]}}, "sequence.steps", "must be at least two steps"),
    "a tier of old": ({"tier": "bronze"}, "tier", "must be silver, gold or none"),
    "a tier in numbers": ({"tier": {"at_least": 3}}, "tier.at_least", "does not go with a tier"),
    "which trait": ({"traits": "x"}, "traits", "needs a dot and a name after it, such as traits.age"),
    "which score": ({"score.luck": {"above": 1}}, "score.luck", "is no score"),
    "no probability": ({"score.alive": {"below": 30}}, "score.alive.below", "must be from 0 to 1"),
    "no segment": ({"segment": ["vp"]}, "segment.0", "must be vip"),
    "everybody": ({"joined": {"ever": True}}, "joined", "holds for everybody"),
    "when": ({"last_order": {}}, "last_order", "needs one of within_days, before_days, between or ever"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "path", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(data, path, message):
    found, problems = who(data, tiers=("silver", "gold"), known=("vip",))
    assert found is None
    told = {".".join(map(str, problem.path)): problem.message for problem in problems}
    assert message in told[path]


def test_a_time_to_come_is_allowed_and_spoken_of():
    found, problems = who({"orders": {"between": ["2026-12-01", "2026-12-31"]}}, today=TODAY)
    assert found is not None
    assert [(one.severity, one.message[:22]) for one in problems] == [("warning", "has not begun yet: nob")]


def test_too_deep():
    data = {"points": {"at_least": 1}}
    for _ in range(40):
        data = {"not": data}
    found, problems = who(data)
    assert found is None
    assert "nested too deeply" in problems[0].message


FILE = {
    "currency": "CNY",
    "segments": [
        {"key": "vip", "name": "Best", "strategy": "Call them", "who": {"spent": {"at_least": Decimal("0.5")}}},
        {"key": "tea", "who": {"segment": "vip", "points": {"at_least": 5}}},
    ],
}


def test_a_file():
    found, problems = segments.read(FILE, known=())
    assert problems == []
    assert found is not None
    assert [(one.key, one.name, one.strategy) for one in found.segments] == [
        ("vip", "Best", "Call them"), ("tea", "tea", "")
    ]  # fmt: skip
    assert segments.read(segments.write(found)) == (found, [])


@pytest.mark.parametrize(
    ("items", "path", "message"),
    [
        ([{"key": "a", "who": {"segment": "a"}}], ("segments", 0, "who"), "asks for itself: a → a"),
        (
            [{"key": "a", "who": {"segment": "b"}}, {"key": "b", "who": {"not": {"segment": "a"}}}],
            ("segments", 0, "who"),
            "asks for itself: a → b → a",
        ),
        ([{"key": "a", "who": {"points": {"at_least": 1}}}] * 2, ("segments", 1, "key"), "is there twice"),
        ([{"key": "A b", "who": {"points": {"at_least": 1}}}], ("segments", 0, "key"), "must be lower-case letters"),
        ([{"key": "a", "who": {"segment": "z"}}], ("segments", 0, "who", "segment"), "must be a"),
        ([{"key": "a"}], ("segments", 0), "needs `who`"),
    ],
)
def test_a_file_refused(items, path, message):
    found, problems = segments.read({"currency": "CNY", "segments": items}, known=())
    assert found is None
    assert message in {problem.path: problem.message for problem in problems}[path]
