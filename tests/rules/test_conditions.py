"""Conditions: one meaning, asked of one live event by closures and of many rows by Polars expressions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.rules.columns import Reader
from regulars.rules.conditions import event_predicate, line_fields, line_pick, line_predicate
from regulars.rules.events import Event, Line, Order
from regulars.rules.programme import Test as Comparison
from regulars.science.conditions import columns_needed, event_expression, line_expression

DIGITS = 2
ORDER = {"total_minor": 10_000, "subtotal_minor": 9_000, "discount_minor": 500, "shipping_minor": 0, "tax_minor": 1_000}


def event(properties: dict[str, Any] | None = None, order: dict[str, int] | None = None, **settings: Any) -> Event:
    return Event(
        name="Order Completed",
        source=settings.pop("source", "web"),
        message_id="m",
        occurred_at=datetime(2026, 11, 1, tzinfo=UTC),
        properties=properties or {},
        order=None if order is None else Order("o", [], **order),
        **settings,
    )


def as_json(value: Any) -> str:
    """JSON text with exact decimals, as the log writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {as_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_json, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def as_text(value: Any) -> str | None:
    """How the lake's columns of texts keep a property."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None


MONEY_COLUMNS = list(ORDER)
EVENT_SCHEMA = {
    "source": pl.String, "currency": pl.String, "channel": pl.String, "coupon": pl.String,
    "properties": pl.String, "context": pl.String, **dict.fromkeys(MONEY_COLUMNS, pl.Int64),
}  # fmt: skip
LINE_TEXTS = ("product_id", "category", "brand", "name", "sku", "variant")
LINE_NUMBERS = ("quantity", "price_minor", "list_minor", "net_minor", "tax_minor")
LINE_SCHEMA = {**dict.fromkeys(LINE_TEXTS, pl.String), **dict.fromkeys(LINE_NUMBERS, pl.Int64), "extra": pl.String}


def event_rows(events: list[Event]) -> pl.DataFrame:
    rows = [
        {
            "source": e.source,
            "currency": e.currency,
            "channel": as_text(e.properties.get("channel")),
            "coupon": as_text(e.properties.get("coupon")),
            "properties": as_json(e.properties),
            "context": as_json(e.context),
            **{column: getattr(e.order, column) if e.order else None for column in MONEY_COLUMNS},
        }
        for e in events
    ]
    return pl.DataFrame(rows, schema=EVENT_SCHEMA)


def picks(tests: list[Comparison], lines: list[Line]) -> list[Any]:
    """``extra`` of the lines that the tests pick."""
    columns = Reader.of({"extra", *line_fields(tests)}).columns(lines)
    return list(line_pick(tests, DIGITS)(columns, "extra"))


def line_rows(lines: list[Line]) -> pl.DataFrame:
    rows = [
        {name: getattr(line, name) for name in (*LINE_TEXTS, *LINE_NUMBERS)} | {"extra": as_json(line.extra)}
        for line in lines
    ]
    return pl.DataFrame(rows, schema=LINE_SCHEMA)


def columnar(tests: list[Comparison], frame: pl.DataFrame, expression: Any) -> list[bool]:
    return frame.with_columns(answer=expression(tests, frame.schema, DIGITS))["answer"].to_list()


EVENT_CASES = [
    # what, test, properties, holds
    ("a bare text equals", ("survey", "equal", "tasting"), {"survey": "tasting"}, True),
    ("texts keep their case", ("survey", "equal", "tasting"), {"survey": "Tasting"}, False),
    ("a missing value equals nothing", ("survey", "equal", "tasting"), {}, False),
    ("null is missing", ("survey", "equal", "tasting"), {"survey": None}, False),
    ("a bare number equals a text that reads the same", ("shop", "equal", 12), {"shop": "12"}, True),
    ("a quoted number is no number", ("shop", "equal", "12"), {"shop": 12}, False),
    ("5 equals 5.0", ("n", "equal", 5), {"n": Decimal("5.0")}, True),
    ("5 does not equal the text 5.0", ("n", "equal", 5), {"n": "5.0"}, False),
    ("true is not 1", ("n", "equal", 1), {"n": True}, False),
    ("1 is not true", ("gift", "equal", True), {"gift": 1}, False),
    ("true equals true", ("gift", "equal", True), {"gift": True}, True),
    ("the text true is not true", ("gift", "equal", True), {"gift": "true"}, False),
    ("a list is not its only member", ("tags", "equal", "vip"), {"tags": ["vip"]}, False),
    ("any of several", ("survey", "any_of", ("a", "b")), {"survey": "b"}, True),
    ("any of numbers and texts", ("n", "any_of", (1, "x")), {"n": Decimal("1.00")}, True),
    ("none of several", ("survey", "none_of", ("a", "b")), {"survey": "c"}, True),
    ("none of holds for a missing value", ("survey", "none_of", ("a", "b")), {}, True),
    ("none of fails for one of them", ("survey", "none_of", ("a", "b")), {"survey": "a"}, False),
    ("at least includes the bound", ("photos", "at_least", 1), {"photos": 1}, True),
    ("above excludes the bound", ("photos", "above", 1), {"photos": 1}, False),
    ("at most includes the bound", ("photos", "at_most", 1), {"photos": 1}, True),
    ("below excludes the bound", ("photos", "below", 1), {"photos": Decimal("0.999")}, True),
    ("a text is never at least a number", ("photos", "at_least", 1), {"photos": "3"}, False),
    ("true is never at least a number", ("photos", "at_least", 1), {"photos": True}, False),
    ("a missing value is never at most", ("photos", "at_most", 1), {}, False),
    ("part of a text", ("title", "contains", "绿茶"), {"title": "明前绿茶 100g"}, True),
    ("member of a list", ("tags", "contains", "vip"), {"tags": ["new", "vip"]}, True),
    ("part of a member is not a member", ("tags", "contains", "vi"), {"tags": ["vip"]}, False),
    ("number in a list", ("sizes", "contains", 4), {"sizes": [3, 4]}, True),
    ("contains fails for an object", ("a", "contains", "b"), {"a": {"b": 1}}, False),
    ("exists", ("coupon_code", "exists", True), {"coupon_code": ""}, True),
    ("null does not exist", ("coupon_code", "exists", True), {"coupon_code": None}, False),
    ("exists: false", ("coupon_code", "exists", False), {}, True),
    ("a nested value", ("delivery.city", "equal", "杭州"), {"delivery": {"city": "杭州"}}, True),
    ("a nested value of no object", ("delivery.city", "equal", "杭州"), {"delivery": "杭州"}, False),
    ("a name with a space", ("room name", "equal", "tea"), {"room name": "tea"}, True),
    ("an exact decimal", ("weight", "equal", Decimal("0.1")), {"weight": Decimal("0.1")}, True),
    ("more digits than a float has", ("n", "above", Decimal("1.00000000000000000001")),
     {"n": Decimal("1.00000000000000000002")}, True),
    ("the coupon column", ("coupon", "equal", "welcome-20"), {"coupon": "welcome-20"}, True),
    ("an empty coupon is missing", ("coupon", "exists", True), {"coupon": ""}, False),
    ("a coupon by number", ("coupon", "any_of", (2024, 2025)), {"coupon": "2025"}, True),
    ("none of coupons, none used", ("coupon", "none_of", ("x",)), {}, True),
    ("the channel column", ("channel", "contains", "app"), {"channel": "ios-app"}, True),
    ("the source of the event", ("source", "equal", "web"), {}, True),
]  # fmt: skip


@pytest.mark.parametrize(("test", "properties", "holds"), [c[1:] for c in EVENT_CASES], ids=[c[0] for c in EVENT_CASES])
def test_a_condition_on_an_event(test: tuple[str, Any, Any], properties: dict[str, Any], holds: bool) -> None:
    tests, asked = [Comparison(*test)], event(properties)
    assert event_predicate(tests, DIGITS)(asked) is holds
    assert columnar(tests, event_rows([asked]), event_expression) == [holds]


MONEY_CASES = [
    ("100.00 is at least 100", ("total", "at_least", 100), True),
    ("100.00 is at least 100.00", ("total", "at_least", Decimal("100.00")), True),
    ("100.00 is not above 100", ("total", "above", 100), False),
    ("100.00 is above 99.995", ("total", "above", Decimal("99.995")), True),
    ("100.00 is not at least 100.001", ("total", "at_least", Decimal("100.001")), False),
    ("100.00 is at most 100.001", ("total", "at_most", Decimal("100.001")), True),
    ("100.00 is below 100.001", ("total", "below", Decimal("100.001")), True),
    ("100.00 is not below 100", ("total", "below", 100), False),
    ("100.00 equals 100", ("total", "equal", 100), True),
    ("100.00 does not equal 100.001", ("total", "equal", Decimal("100.001")), False),
    ("goods after discounts", ("subtotal", "equal", 90), True),
    ("revenue is the goods after discounts", ("revenue", "equal", 90), True),
    ("any of amounts", ("tax", "any_of", (9, 10)), True),
    ("none of amounts", ("tax", "none_of", (9, 10)), False),
    ("free delivery", ("shipping", "equal", 0), True),
    ("a bound beyond every amount", ("total", "below", Decimal("1e25")), True),
    ("a bound below every amount", ("total", "above", Decimal("-1e25")), True),
    ("an order has a total", ("total", "exists", True), True),
]


@pytest.mark.parametrize(("test", "holds"), [c[1:] for c in MONEY_CASES], ids=[c[0] for c in MONEY_CASES])
def test_a_condition_on_the_money_of_an_order(test: tuple[str, Any, Any], holds: bool) -> None:
    tests, asked = [Comparison(*test)], event(order=ORDER)
    assert event_predicate(tests, DIGITS)(asked) is holds
    assert columnar(tests, event_rows([asked]), event_expression) == [holds]


@pytest.mark.parametrize(
    ("digits", "bound", "holds"), [(0, 10_000, True), (3, 10, True), (3, Decimal("10.001"), False)]
)
def test_amounts_follow_the_decimals_of_the_currency(digits: int, bound: Any, holds: bool) -> None:
    assert event_predicate([Comparison("total", "at_least", bound)], digits)(event(order=ORDER)) is holds


@pytest.mark.parametrize(
    ("op", "value", "holds"), [("at_least", 0, False), ("none_of", (1,), True), ("exists", False, True)]
)
def test_an_event_without_an_order_has_no_total(op: Any, value: Any, holds: bool) -> None:
    tests, asked = [Comparison("total", op, value)], event({"total": 5})
    assert event_predicate(tests, DIGITS)(asked) is holds
    assert columnar(tests, event_rows([asked]), event_expression) == [holds]


LINE = {
    "product_id": "10045", "category": "tea", "brand": None, "name": "Longjing 龙井", "quantity": 2,
    "price_minor": 1_500, "list_minor": 3_000, "net_minor": 2_500, "tax_minor": 150,
    "extra": {"organic": True, "origin": {"place": "杭州"}},
}  # fmt: skip
LINE_CASES = [
    ("category is one of", ("line.category", "any_of", ("tea", "coffee")), True),
    ("category is none of", ("line.category", "none_of", ("tea", "coffee")), False),
    ("no brand is none of", ("line.brand", "none_of", ("x",)), True),
    ("no brand does not exist", ("line.brand", "exists", False), True),
    ("an id written as a number", ("line.product_id", "equal", 10045), True),
    ("part of the name", ("line.name", "contains", "龙"), True),
    ("a category is never at least", ("line.category", "at_least", 1), False),
    ("quantity", ("line.quantity", "at_least", 2), True),
    ("quantity below a fraction", ("line.quantity", "below", Decimal("2.5")), True),
    ("price of one", ("line.price", "equal", 15), True),
    ("before discounts", ("line.list", "above", Decimal("29.99")), True),
    ("after discounts", ("line.net", "at_most", 25), True),
    ("with tax", ("line.gross", "equal", Decimal("26.50")), True),
    ("anything else a shop sends", ("line.organic", "equal", True), True),
    ("and inside it", ("line.origin.place", "equal", "杭州"), True),
]


@pytest.mark.parametrize(("test", "holds"), [c[1:] for c in LINE_CASES], ids=[c[0] for c in LINE_CASES])
@pytest.mark.parametrize("kind", ["text", "categorical", "enum"])
def test_a_condition_on_a_line(test: tuple[str, Any, Any], holds: bool, kind: str) -> None:
    tests, line = [Comparison(*test)], Line(**LINE)
    categories = {"text": pl.String, "categorical": pl.Categorical, "enum": pl.Enum(["coffee", "tea", ""])}
    frame = line_rows([line]).with_columns(pl.col("category").cast(categories[kind]))
    assert picks(tests, [line]) == ([line.extra] if holds else [])
    assert columnar(tests, frame, line_expression) == [holds]


def test_no_tests_always_hold() -> None:
    frame = event_rows([event(), event()])
    assert event_predicate([], DIGITS)(event()) is True
    assert columnar([], frame, event_expression) == [True, True]


def test_all_tests_must_hold() -> None:
    tests = [
        Comparison("total", "at_least", 50),
        Comparison("coupon", "exists", False),
        Comparison("photos", "at_least", 1),
        Comparison("context.locale", "equal", "zh-CN"),
    ]
    events = [
        event({"photos": 1}, ORDER, context={"locale": "zh-CN"}),
        event({"photos": 1, "coupon": "x"}, ORDER, context={"locale": "zh-CN"}),
        event({"photos": 0}, ORDER, context={"locale": "zh-CN"}),
        event({"photos": 1}, ORDER, context={"locale": "en"}),
        event({"photos": 1}, None, context={"locale": "zh-CN"}),
    ]
    holds = [True, False, False, False, False]
    assert [event_predicate(tests, DIGITS)(e) for e in events] == holds
    assert columnar(tests, event_rows(events), event_expression) == holds


def test_columns_needed() -> None:
    assert columns_needed([]) == set()
    assert columns_needed([Comparison("total", "above", 1), Comparison("photos", "above", 1)]) == {
        "total_minor", "properties",
    }  # fmt: skip
    assert columns_needed([Comparison("context.page.path", "equal", "/"), Comparison("source", "equal", "web")]) == {
        "context", "source",
    }  # fmt: skip
    assert columns_needed([Comparison("line.gross", "above", 1), Comparison("line.organic", "equal", True)]) == {
        "net_minor", "tax_minor", "extra",
    }  # fmt: skip


def test_a_column_that_the_lake_lacks_is_missing_everywhere() -> None:
    frame = pl.DataFrame({"source": ["web", "app"]})
    assert columnar([Comparison("coupon", "exists", False)], frame, event_expression) == [True, True]
    assert columnar([Comparison("photos", "at_least", 1)], frame, event_expression) == [False, False]


@pytest.mark.parametrize("text", ['{"ph\\u006ftos": 2}', '{"photos":2}', ' { "photos" : 2e0 } '])
def test_a_name_is_found_however_the_json_writes_it(text: str) -> None:
    frame = pl.DataFrame({"properties": [text, "{}", None, "null"]})
    assert columnar([Comparison("photos", "at_least", 1)], frame, event_expression) == [True, False, False, False]
    assert columnar([Comparison("photos", "none_of", (1,))], frame, event_expression) == [True] * 4


# One law: closures and expressions agree, whatever is asked of whatever.

WORDS = st.sampled_from(["a", "b", "ab", "绿茶", "茶", "1", "1.0", "true", "", "ü", '"', "\\", "\n", "null", "x y"])
NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.integers(-(10**19), 10**19),
    st.decimals(-3, 3, places=3),
    st.sampled_from([Decimal("1.0"), Decimal("1E+2"), Decimal("0.0000000001"), Decimal("100.005")]),
)
SCALARS = st.one_of(WORDS, NUMBERS, st.booleans())
NAMES = st.sampled_from(["a", "b", "茶", "x y"])
VALUES = st.recursive(
    st.one_of(st.none(), SCALARS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
MAPPINGS = st.dictionaries(NAMES, VALUES, max_size=3)


@st.composite
def comparisons(draw: Any, names: list[str]) -> Comparison:
    op = draw(st.sampled_from(
        ["equal", "any_of", "none_of", "at_least", "at_most", "above", "below", "contains", "exists"]
    ))  # fmt: skip
    value: Any
    if op in ("any_of", "none_of"):
        value = tuple(draw(st.lists(SCALARS, min_size=1, max_size=3)))
    elif op == "exists":
        value = draw(st.booleans())
    elif op in ("equal", "contains"):
        value = draw(SCALARS)
    else:
        value = draw(NUMBERS)
    return Comparison(draw(st.sampled_from(names)), op, value)


MINOR = st.one_of(st.integers(-300, 300), st.integers(0, 10**13))
EVENTS = st.builds(
    event,
    properties=st.builds(
        lambda rest, columns: rest | columns,
        MAPPINGS,
        st.fixed_dictionaries({}, optional={"coupon": VALUES, "channel": VALUES}),
    ),
    order=st.none() | st.fixed_dictionaries(dict.fromkeys(MONEY_COLUMNS, MINOR)),
    source=WORDS,
    currency=st.none() | WORDS,
    context=MAPPINGS,
)
EVENT_NAMES = [
    "total", "subtotal", "revenue", "discount", "shipping", "tax", "source", "currency", "channel", "coupon",
    "a", "b", "a.b", "茶", "x y.a", "context.a", "context.a.b",
]  # fmt: skip
LINES = st.builds(
    Line,
    product_id=WORDS, category=st.none() | WORDS, brand=st.none() | WORDS, name=st.none() | WORDS,
    sku=st.none() | WORDS, variant=st.none() | WORDS, quantity=st.integers(0, 5),
    price_minor=MINOR, list_minor=MINOR, net_minor=MINOR, tax_minor=MINOR, extra=MAPPINGS,
)  # fmt: skip
LINE_NAMES = [
    f"line.{name}" for name in (*LINE_TEXTS, "quantity", "price", "list", "net", "tax", "gross", "a", "b.a", "茶")
]


@settings(max_examples=200, deadline=None)
@given(st.lists(comparisons(EVENT_NAMES), min_size=1, max_size=3), st.lists(EVENTS, min_size=1, max_size=6))
def test_closures_and_expressions_agree_on_events(tests: list[Comparison], events: list[Event]) -> None:
    closure = event_predicate(tests, DIGITS)
    answers = [closure(e) for e in events]
    assert all(type(answer) is bool for answer in answers)
    assert columnar(tests, event_rows(events), event_expression) == answers


@settings(max_examples=120, deadline=None)
@given(st.lists(comparisons(LINE_NAMES), min_size=1, max_size=3), st.lists(LINES, min_size=1, max_size=6))
def test_closures_and_expressions_agree_on_lines(tests: list[Comparison], lines: list[Line]) -> None:
    answers = [bool(picks(tests, [line])) for line in lines]
    assert picks(tests, lines) == [line.extra for line, picked in zip(lines, answers, strict=True) if picked]
    assert [line_predicate(tests, DIGITS)(line) for line in lines] == answers
    frame = line_rows(lines)
    enum = pl.Enum(sorted({c for c in frame["category"].to_list() if c is not None}))
    assert columnar(tests, frame, line_expression) == answers
    assert columnar(tests, frame.with_columns(pl.col("category").cast(enum)), line_expression) == answers
