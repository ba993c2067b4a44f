"""Definitions over small lakes: cases worked by hand, and random ones against a second reading in plain Python."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.rules.segments import read_who
from regulars.science import segments
from tests.science.segments.lakes import UNTIL, Shop, meant


def who(data, digits=2):
    found, problems = read_who(data, "CNY", digits)
    assert found is not None, problems
    return found


def answer(shop, data):
    lake = shop.lake()
    table = segments.members(lake, who(data), UNTIL, others=shop.tables_of_others())
    return sorted(lake.connection.to_polars(table)["member"].to_list())


def shop():
    """Ann (1) orders often, Bo (2) ordered once long ago, Cy (3) sent all back, Di (4) only looks, Ed (5) is new."""
    made = Shop(others={"friends": {2, 5, 99}, "rich": who({"points": {"at_least": 100}})})
    made.member(1, tier="gold", points=120, source="app", traits={"age": "35-44", "children": 2, "tags": ["a", "b"]})
    made.member(2, points=99, joined=UNTIL - timedelta(days=300))
    made.member(3, tier="silver").member(4, traits={"age": "65+", "club": None})
    made.member(5, joined=UNTIL - timedelta(days=6), traits={"children": 2.0})
    made.order(1, 0, lines=[("tea", 2000, 2), ("cup", 500, 1)], properties={"channel": "app", "gift": True})
    made.order(1, 29, lines=[("tea", 1000, 1), ("tea", 300, 1)], returned=100)
    made.order(1, 30, lines=[("cup", 50_000, 1)], shipping_minor=900)
    made.order(1, -1, lines=[("tea", 9_999_999, 1)])  # today, which is not over
    made.order(2, 200, lines=[("tea", 2500, 1)], properties={"channel": "web"})
    made.order(3, 3, lines=[("tea", 700, 1)], returned=700)
    made.did(1, 31, "Product Viewed", category="tea", price=19.5).did(1, 2, "Product Viewed", category="cup")
    made.did(4, 5, "Product Viewed", category="tea", channel="web").did(4, 4, "Product Viewed", price=20)
    made.did(4, 3, "Survey Answered", kind="nps", score=9).did(4, 1, "Survey Answered", kind="nps", score=3)
    made.did(1, 9, "Product Reviewed", rating=4.5)
    made.scores = [
        {"member": 1, "alive": 0.91, "value_365_minor": 20_000},
        {"member": 2, "alive": 0.2, "value_365_minor": 1},
    ]
    return made


CASES = {
    "ever ordered, and it was not sent back": ({"orders": {}}, [1, 2]),
    "twice in the last 30 days": ({"orders": {"at_least": 2, "within_days": 30}}, [1]),
    "the 30th day back is the 29th before": ({"orders": {"at_least": 3, "within_days": 30}}, []),
    "one day more": ({"orders": {"at_least": 3, "within_days": 31}}, [1]),
    "before": ({"orders": {"before_days": 30}}, [1, 2]),
    "at most one counts those without": ({"orders": {"at_most": 1}}, [2, 3, 4, 5]),
    "between two days": ({"orders": {"between": ["2026-06-01", "2026-06-01"]}}, [1]),
    "two orders with tea, not three lines": ({"orders": {"at_least": 2, "where": {"line.category": "tea"}}}, [1]),
    "three orders with tea": ({"orders": {"at_least": 3, "where": {"line.category": "tea"}}}, []),
    "of two pieces": ({"orders": {"where": {"line.quantity": {"at_least": 2}}}}, [1]),
    "what only lines say": ({"orders": {"where": {"line.sku": "sku-tea"}}}, [1, 2]),
    "line and order": ({"orders": {"where": {"line.category": "tea", "channel": "web"}}}, [2]),
    "a property of the order": ({"orders": {"where": {"gift": True}}}, [1]),
    "a total with delivery": ({"orders": {"where": {"total": {"at_least": 509}}}}, [1]),
    "a total above": ({"orders": {"where": {"total": {"above": 509}}}}, []),
    "spent less what came back": ({"spent": {"at_least": Decimal("537.00")}}, [1]),
    "a cent more": ({"spent": {"at_least": Decimal("537.01")}}, []),
    "spent nothing": ({"spent": {"at_most": 0}}, [3, 4, 5]),
    "spent on tea": ({"spent": {"at_least": 33, "where": {"line.category": "tea"}}}, [1]),
    "spent nothing on cups": ({"spent": {"at_most": 0, "where": {"line.category": "cup"}}}, [2, 3, 4, 5]),
    "looked": ({"did": {"event": "Product Viewed", "at_least": 2}}, [1, 4]),
    "looked lately": ({"did": {"event": "Product Viewed", "at_least": 2, "within_days": 30}}, [4]),
    "looked at tea": ({"did": {"event": "Product Viewed", "where": {"category": "tea"}}}, [1, 4]),
    "looked at 19.50": ({"did": {"event": "Product Viewed", "where": {"price": Decimal("19.50")}}}, [1]),
    "looked at dear things": ({"did": {"event": "Product Viewed", "where": {"price": {"above": 19}}}}, [1, 4]),
    "looked from the web": ({"did": {"event": "Product Viewed", "where": {"channel": "web"}}}, [4]),
    "never looked": ({"did": {"event": "Product Viewed", "at_most": 0}}, [2, 3, 5]),
    "looked, then bought": (
        {"sequence": {"steps": [{"event": "Product Viewed"}, {"event": "Order Completed"}], "within_days": 2}}, [1]
    ),
    "within a day": (
        {"sequence": {"steps": [{"event": "Product Viewed"}, {"event": "Order Completed"}], "within_days": 1}}, [1]
    ),
    "bought, then looked, then bought": (
        {"sequence": {"steps": [{"event": one} for one in ("Order Completed", "Product Viewed", "Order Completed")]}},
        [1],
    ),
    "looked at tea, then at something without a category": (
        {"sequence": {"steps": [
            {"event": "Product Viewed", "where": {"category": "tea"}},
            {"event": "Product Viewed", "where": {"category": {"exists": False}}},
        ]}}, [4],
    ),
    "last order long ago": ({"last_order": {"before_days": 60}}, [2]),
    "last order lately": ({"last_order": {"within_days": 1}}, [1]),
    "first order within a year": ({"first_order": {"within_days": 100}}, [1]),
    "joined lately": ({"joined": {"within_days": 7}}, [5]),
    "joined a week ago or before": ({"joined": {"before_days": 7}}, [1, 2, 3, 4]),
    "gold": ({"tier": "gold"}, [1]),
    "no tier": ({"tier": ["none"]}, [2, 4, 5]),
    "not gold": ({"tier": {"none_of": ["gold"]}}, [2, 3, 4, 5]),
    "any tier": ({"tier": {"exists": True}}, [1, 3]),
    "points": ({"points": {"at_least": 99, "below": 120}}, [2]),
    "came by the app": ({"source": "app"}, [1]),
    "a trait": ({"traits.age": ["35-44", "65+"]}, [1, 4]),
    "a number in a trait": ({"traits.children": 2}, [1, 5]),
    "a trait that is null is none": ({"traits.club": {"exists": True}}, []),
    "one of a list": ({"traits.tags": {"contains": "b"}}, [1]),
    "without the trait": ({"traits.age": {"none_of": ["65+"]}}, [1, 2, 3, 5]),
    "the latest answer counts": ({"nps": {"at_most": 6}}, [4]),
    "not the one before": ({"nps": {"at_least": 9}}, []),
    "the answer then": ({"nps": {"at_least": 9, "before_days": 2}}, [4]),
    "a rating": ({"rating": {"above": 4}}, [1]),
    "likely gone": ({"score.alive": {"below": Decimal("0.3")}}, [2]),
    "worth": ({"score.value": {"at_least": 200}}, [1]),
    "friends who are members": ({"segment": "friends"}, [2, 5]),
    "rich or friends": ({"segment": ["friends", "rich"]}, [1, 2, 5]),
    "neither": ({"not": {"segment": ["friends", "rich"]}}, [3, 4]),
    "nested": (
        {"any": [
            {"all": [{"tier": "gold"}, {"not": {"points": {"above": 120}}}]},
            {"last_order": {"before_days": 90}},
        ]},
        [1, 2],
    ),
    "in a time to come": ({"orders": {"between": ["2027-01-01", "2027-02-01"]}}, []),
}  # fmt: skip


@pytest.fixture(scope="module")
def worked():
    """All cases over one lake, in one expression."""
    made = shop()
    lake = made.lake()
    asked = {f"case{place}": who(data) for place, (data, _) in enumerate(CASES.values())}
    table = segments.belonging(lake, asked, UNTIL, others=made.tables_of_others())
    frame = lake.connection.to_polars(table).sort("member")
    return made, {name: frame.filter(frame[f"case{place}"])["member"].to_list() for place, name in enumerate(CASES)}


@pytest.mark.parametrize("case", CASES)
def test_worked_by_hand(worked, case):
    _, found = worked
    assert found[case] == CASES[case][1]


@pytest.mark.parametrize("case", [case for case in CASES if "score" not in str(CASES[case][0])])
def test_the_second_reading_reads_the_same(worked, case):
    assert sorted(meant(worked[0], who(CASES[case][0]))) == CASES[case][1]


@pytest.mark.parametrize("case", ["spent on tea", "line and order", "never looked", "nested", "neither"])
def test_alone_as_among_others(case):
    assert answer(shop(), CASES[case][0]) == CASES[case][1]


def test_an_empty_lake_has_nobody():
    asked = {
        "any": [
            {"orders": {"at_most": 5}},
            {"did": {"event": "A"}},
            {"nps": {"at_least": 1}},
            {"points": {"at_least": 0}},
        ]
    }
    assert answer(Shop(), asked) == []


def test_a_currency_without_decimals():
    made = Shop().member(1).order(1, 0, net=500)
    lake = made.lake()
    table = segments.members(lake, who({"spent": {"at_least": 500}}, digits=0), UNTIL, digits=0)
    assert lake.connection.to_polars(table)["member"].to_list() == [1]


@pytest.mark.parametrize(
    ("where", "means"),
    [
        ({}, [1, 2]),
        ({"channel": "app"}, [1, 2]),
        ({"category": "tea"}, [1]),
        ({"category": {"none_of": ["cups"]}}, [1]),  # of 2 nobody knows
        ({"brand": {"exists": False}}, [1]),
    ],
)
def test_what_was_done_before_signing_in_fits_no_test_of_what_only_the_log_knows(where, means):
    """It is among the visits, and not among the events."""
    made = Shop().member(1).member(2)
    made.did(1, 3, "Product Viewed", channel="app", category="tea")
    made.did(2, 3, "Product Viewed", channel="app", category="tea")
    for member in (1, 2):
        made.did(member, 2, "Left")
    lake = made.lake()
    lake.events = lake.events.filter(lake.events.member != 2)
    did = {"event": "Product Viewed", **({"where": where} if where else {})}
    for data in ({"did": did}, {"sequence": {"steps": [did, {"event": "Left"}]}}):
        found = lake.connection.to_polars(segments.members(lake, who(data), UNTIL))
        assert sorted(found["member"].to_list()) == means


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"score.alive": {"below": 1}}, "Scores have not been computed yet"),
        ({"segment": "gone"}, "there is no segment gone any more"),
        ({"segment": "loop"}, "the segment loop asks for itself: loop → loop"),
    ],
)
def test_what_cannot_be_told(data, sentence):
    made = Shop(others={"loop": who({"not": {"segment": "loop"}})}).member(1)
    with pytest.raises(segments.CannotTell, match=sentence):
        answer(made, data)


def test_a_lake_from_before_profiles():
    made = Shop().member(1)
    lake = made.lake()
    lake.standing = lake.standing.drop("traits")
    with pytest.raises(segments.CannotTell, match="regulars lake sync"):
        segments.members(lake, who({"traits.age": 1}), UNTIL)
    assert lake.connection.to_polars(segments.members(lake, who({"orders": {"at_most": 0}}), UNTIL)).height == 1


# --- random lakes and definitions -------------------------------------------------------------------------------------

AGO = st.integers(-2, 12)
HOUR = st.integers(0, 3)
MEMBERS = 10
MEMBER = st.integers(1, MEMBERS)
NAMES = st.sampled_from(["A", "B"])
VALUES = st.sampled_from(["x", "y", "2", 2, 2.5, True, False, None, ["x", 2], ""])
COUNT = st.sampled_from(
    [{}, {"at_least": 2}, {"at_most": 1}, {"at_least": 1, "at_most": 2}, {"above": 1}, {"below": 2}]
)
AMOUNT = st.sampled_from([{"at_least": 3}, {"at_most": Decimal("2.5")}, {"above": 0}, {"below": Decimal("2.01")}])
WINDOW = st.sampled_from([
    {}, {"ever": True}, {"within_days": 3}, {"before_days": 2}, {"within_days": 5, "before_days": 1},
    {"between": ["2026-06-22", "2026-06-27"]}, {"between": ["2026-06-28", "2026-07-20"], "within_days": 9},
])  # fmt: skip
SAID = st.sampled_from([
    {"p": "x"}, {"p": 2}, {"p": ["x", "2"]}, {"p": {"none_of": ["x"]}}, {"p": {"exists": True}},
    {"p": {"exists": False}}, {"p": {"contains": "x"}}, {"p": {"above": 2}}, {"p": True}, {"channel": "x"},
    {"channel": {"exists": False}}, {"channel": {"none_of": ["y"]}, "p": {"at_most": 2}},
])  # fmt: skip
OF_ORDER = st.sampled_from([
    {"total": {"at_least": 3}}, {"shipping": {"above": 0}}, {"line.category": "tea"}, {"line.net": {"at_most": 1}},
    {"line.category": {"none_of": ["tea"]}, "line.quantity": 2}, {"line.category": "tea", "p": "x"},
    {"line.sku": "sku-tea", "total": {"below": 4}}, {"discount": 0},
])  # fmt: skip


def _with_where(settings, where):
    return {**settings, "where": where} if where else settings


LEAF = st.one_of(
    st.builds(lambda c, w, x: {"orders": _with_where({**c, **w}, x)}, COUNT, WINDOW, SAID | OF_ORDER | st.none()),
    st.builds(lambda c, w, x: {"spent": _with_where({**c, **w}, x)}, AMOUNT, WINDOW, SAID | OF_ORDER | st.none()),
    st.builds(
        lambda e, c, w, x: {"did": _with_where({"event": e, **c, **w}, x)}, NAMES, COUNT, WINDOW, SAID | st.none()
    ),
    st.builds(
        lambda steps, days, w: {"sequence": {"steps": steps, **days, **w}},
        st.lists(
            st.builds(
                lambda e, x: _with_where({"event": e}, x),
                st.sampled_from(["A", "B", "Order Completed"]),
                SAID | st.none(),
            ),
            min_size=2,
            max_size=3,
        ),
        st.sampled_from([{}, {"within_days": 1}, {"within_days": 4}]),
        st.sampled_from([{}, {"between": ["2026-06-22", "2026-06-27"]}]),
    ),
    st.builds(
        lambda what, w: {what: w},
        st.sampled_from(["first_order", "last_order", "joined"]),
        WINDOW.filter(lambda w: w and "ever" not in w),
    ),
    st.builds(lambda w, b: {"nps": {**b, **w}}, WINDOW, st.sampled_from([{"at_least": 5}, {"below": 5}])),
    st.sampled_from([
        {"tier": "gold"}, {"tier": ["none", "silver"]}, {"tier": {"none_of": "gold"}}, {"points": {"at_least": 1}},
        {"source": {"exists": False}}, {"segment": "list"}, {"segment": ["list", "rule"]},
    ]),
    SAID.filter(lambda x: "p" in x and len(x) == 1).map(lambda x: {"traits.p": x["p"]}),
)  # fmt: skip
DEFINITION = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        inner.map(lambda one: {"not": one}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
    ),
    max_leaves=4,
)


@st.composite
def shops(draw):
    made = Shop()
    for number in range(1, MEMBERS + 1):
        traits = draw(st.sampled_from([{}, {"p": "x"}]) | VALUES.map(lambda value: {"p": value}))
        made.member(
            number,
            tier=draw(st.sampled_from([None, "gold", "silver"])),
            points=draw(st.integers(0, 2)),
            source=draw(st.sampled_from([None, "app"])),
            joined=UNTIL - timedelta(days=draw(AGO)),
            traits=traits,
        )
    line = st.tuples(st.sampled_from(["tea", "cup"]), st.sampled_from([0, 50, 100, 150]), st.integers(1, 2))
    for _ in range(draw(st.integers(0, 24))):
        lines = draw(st.lists(line, min_size=1, max_size=3))
        net = sum(one[1] for one in lines)
        properties = draw(st.dictionaries(st.just("p"), VALUES)) | draw(
            st.dictionaries(st.just("channel"), st.sampled_from(["x", "y", ""]))
        )
        made.order(
            draw(MEMBER), draw(AGO), hour=draw(HOUR), lines=lines, properties=properties,
            returned=draw(st.sampled_from([0, net // 2, net])), shipping_minor=draw(st.sampled_from([0, 200])),
        )  # fmt: skip
    for _ in range(draw(st.integers(0, 24))):
        said = draw(st.sampled_from([{}, {"p": "x"}, {"channel": "x"}]) | VALUES.map(lambda value: {"p": value}))
        made.did(draw(MEMBER), draw(AGO), draw(NAMES), hour=draw(HOUR), **said)
    for _ in range(draw(st.integers(0, 3))):
        made.did(
            draw(MEMBER), draw(AGO), "Survey Answered", hour=draw(HOUR), kind="nps", score=draw(st.integers(0, 11))
        )
    made.others = {"list": draw(st.sets(MEMBER)), "rule": who(draw(LEAF.filter(lambda one: "segment" not in one)))}
    return made


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(shops(), st.lists(DEFINITION, min_size=8, max_size=8))
def test_random_definitions_over_random_lakes(made, definitions):
    asked = {f"d{place}": who(data) for place, data in enumerate(definitions)}
    lake = made.lake()
    table = segments.belonging(lake, asked, UNTIL, others=made.tables_of_others())
    frame = lake.connection.to_polars(table)
    assert sorted(frame["member"].to_list()) == list(range(1, MEMBERS + 1))
    for place, name in enumerate(asked):
        found = set(frame.filter(frame[name])["member"].to_list())
        assert found == meant(made, asked[name]), definitions[place]
