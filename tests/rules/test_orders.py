"""Orders and refunds in minor units: the sums are exact, nothing is below zero, nothing exceeds the order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.rules.events import Order
from regulars.rules.money import MINOR_MAX, Unfit, minor, spread
from regulars.rules.orders import order_of
from regulars.rules.refunds import refund_of


def D(text: str) -> Decimal:  # noqa: N802  as the wire reads a number with a fraction
    return Decimal(text)


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (35, 2, 3500),
        (D("35.2"), 2, 3520),
        ("35.20", 2, 3520),
        ("0", 2, 0),
        (D("-0.0"), 2, 0),
        (D("1E+2"), 2, 10000),
        (D("0.005"), 2, 1),
        (D("0.0049999"), 2, 0),
        (D("0.30000000000000004"), 2, 30),
        (1200, 0, 1200),
        (D("1200.5"), 0, 1201),
        (D("1.234"), 3, 1234),
        (D("1E-999999999"), 2, 0),
        (10**9, 2, MINOR_MAX),
    ],
)
def test_money(value: Any, digits: int, expected: int) -> None:
    assert minor(value, digits, "x") == expected
    assert minor(value, digits, "x") == expected  # the second time from memory


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (-1, "negative-amount"),
        (D("-0.01"), "negative-amount"),
        ("-3", "negative-amount"),
        (10**9 + 1, "amount-too-large"),
        (D("1E+999999999"), "amount-too-large"),
        (D("NaN"), "not-an-amount"),
        (D("Infinity"), "not-an-amount"),
        (1.5, "not-an-amount"),
        (True, "not-an-amount"),
        ("1,50", "not-an-amount"),
        ("1e3", "not-an-amount"),
        ("٣", "not-an-amount"),
        (" 1", "not-an-amount"),
        ("", "not-an-amount"),
        ([], "not-an-amount"),
    ],
)
def test_no_money(value: Any, kind: str) -> None:
    with pytest.raises(Unfit) as unfit:
        minor(value, 2, "x")
    assert (unfit.value.kind, unfit.value.field) == (kind, "x")


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30), st.data())
def test_spreading_is_exact_and_fair(weights: list[int], data: st.DataObject) -> None:
    whole = sum(weights)
    amount = data.draw(st.integers(0, whole))
    parts = spread(amount, weights)
    assert sum(parts) == amount
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
    if whole:
        assert all(abs(part * whole - amount * weight) < whole for part, weight in zip(parts, weights, strict=True))


def of(*products: dict[str, Any], **properties: Any) -> Order:
    """An order of these products."""
    return order_of({"order_id": "o", "products": list(products), **properties}, 2)


@pytest.mark.parametrize(
    ("order", "lines", "total"),
    [
        pytest.param(of({"price": 10, "quantity": 2}), [(2000, 2000, 0, 0)], 2000, id="price and quantity"),
        pytest.param(of({"price": D("3.333"), "quantity": 3}), [(1000, 1000, 0, 0)], 1000, id="three for ten"),
        pytest.param(of({"subtotal": 5, "quantity": 3, "price": 2}), [(500, 500, 0, 0)], 500, id="subtotal counts"),
        pytest.param(of({"total": 8, "discount": 2}), [(1000, 800, 0, 0)], 800, id="a line's total and discount"),
        pytest.param(of({"total": 8, "price": 10}), [(1000, 800, 0, 0)], 800, id="total below price is a discount"),
        pytest.param(
            of({"price": 10}, {"price": 20}, discount=1),
            [(1000, 967, 0, 0), (2000, 1933, 0, 0)],
            2900,
            id="discount is spread",
        ),
        pytest.param(
            of({"price": 10, "discount": 4}, {"price": 20}, discount=7),
            [(1000, 531, 0, 0), (2000, 1769, 0, 0)],
            2300,
            id="what the discount has beyond the lines'",
        ),
        pytest.param(
            of({"price": 10}, {"price": 20}, tax=3, shipping=5),
            [(1000, 1000, 100, 0), (2000, 2000, 200, 0)],
            3800,
            id="tax is spread, shipping is not",
        ),
        pytest.param(of({"price": 10, "tax": 1}, tax=2), [(1000, 1000, 100, 0)], 1200, id="tax of the delivery"),
        pytest.param(
            of({"price": 10, "tax": 1}, tax=1, tax_included=True), [(1000, 1000, 0, 0)], 1000, id="tax inside"
        ),
        pytest.param(
            of({"price": 10}, {"price": 20}, points_amount=6, shipping=2),
            [(1000, 800, 0, 200), (2000, 1600, 0, 400)],
            3200,
            id="a part paid with points",
        ),
        pytest.param(
            of({"price": 10}, points_amount=12, shipping=2), [(1000, 0, 0, 1000)], 1200, id="points pay it all"
        ),
        pytest.param(of({"price": 0}), [(0, 0, 0, 0)], 0, id="a free sample"),
        pytest.param(of(total=30, shipping=3, tax=2, discount=5), [(3000, 2500, 200, 0)], 3000, id="only a total"),
        pytest.param(of(revenue=25), [(2500, 2500, 0, 0)], 2500, id="only revenue"),
    ],
)
def test_orders(order: Order, lines: list[tuple[int, int, int, int]], total: int) -> None:
    assert [(one.list_minor, one.net_minor, one.tax_minor, one.points_minor) for one in order.lines] == lines
    assert order.total_minor == total
    check(order)


def check(order: Order) -> None:
    """The sums of any order."""
    assert order.subtotal_minor == sum(line.net_minor + line.points_minor for line in order.lines)
    assert order.discount_minor == sum(line.list_minor for line in order.lines) - order.subtotal_minor
    assert order.total_minor == order.subtotal_minor + order.tax_minor + order.shipping_minor
    assert sum(line.tax_minor for line in order.lines) <= order.tax_minor
    assert sum(line.points_minor for line in order.lines) <= order.points_minor
    for line in order.lines:
        assert min(line.list_minor, line.net_minor, line.tax_minor, line.points_minor) >= 0
        assert line.net_minor + line.points_minor <= line.list_minor


amounts = st.decimals(0, 1000, places=2)
products = st.fixed_dictionaries(
    {"price": amounts, "quantity": st.integers(1, 9)},
    optional={"discount": st.decimals(0, 5, places=2), "tax": st.decimals(0, 9, places=2)},
)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Any order that fits."""
    lines = draw(st.lists(products, min_size=1, max_size=6))
    for number, line in enumerate(lines):
        line |= {"product_id": f"p-{number % 3}", "line_id": f"l-{number}"}
        line["discount"] = min(line.get("discount", D("0")), line["price"] * line["quantity"])
    gross = sum((line["price"] * line["quantity"] for line in lines), D("0"))
    off = sum((line["discount"] for line in lines), D("0"))
    shipping = draw(st.decimals(0, 20, places=2))
    discount = off + draw(st.integers(0, 100)) * (gross - off) / 100
    discount = discount.quantize(D("0.01"), "ROUND_DOWN")
    points = (draw(st.integers(0, 100)) * (gross - discount) / 100).quantize(D("0.01"), "ROUND_DOWN")
    properties = {"discount": discount, "points_amount": points, "shipping": shipping}
    return of(*lines, **properties)


@given(orders())
def test_any_order_adds_up(order: Order) -> None:
    check(order)


def parts(order: Order) -> list[tuple[int, ...]]:
    """What each line is of."""
    return [(line.quantity, line.list_minor, line.net_minor, line.tax_minor, line.points_minor) for line in order.lines]


@given(orders(), st.data())
def test_any_refunds_end_exactly_at_the_order(order: Order, data: st.DataObject) -> None:
    already: list[Order] = []
    for _ in range(data.draw(st.integers(0, 6))):
        try:
            already.append(refund_of(order, already, data.draw(refunds(order)), 2))
        except Unfit as unfit:
            assert unfit.kind in {"above-order", "above-quantity", "nothing-left"}, unfit  # noqa: PT017
    if not any(refund.whole for refund in already):
        already.append(refund_of(order, already, {}, 2))
        assert already[-1].whole
    with pytest.raises(Unfit, match="nothing-left"):
        refund_of(order, already, {}, 2)
    given_back = {line.number: [0] * 5 for line in order.lines}
    share = 0.0
    for refund in already:
        for line in refund.lines:
            taken = (line.quantity, line.list_minor, line.net_minor, line.tax_minor, line.points_minor)
            assert min(taken) >= 0
            given_back[line.number] = [a + b for a, b in zip(given_back[line.number], taken, strict=True)]
        assert 0 <= refund.share_num <= refund.share_den
        assert refund.share_num / refund.share_den >= share  # cumulative
        share = refund.share_num / refund.share_den
    assert [tuple(given_back[line.number]) for line in order.lines] == parts(order)
    assert sum(refund.shipping_minor for refund in already) == order.shipping_minor
    assert share == 1
    assert [refund.whole for refund in already] == [False] * (len(already) - 1) + [True]


@st.composite
def refunds(draw: st.DrawFn, order: Order) -> dict[str, Any]:
    """What some refund of the order might say."""
    if draw(st.booleans()):
        return {"amount": draw(st.decimals("0.01", 3000, places=2))}
    asked = []
    for line in draw(st.lists(st.sampled_from(order.lines), min_size=1, max_size=3)):
        name: dict[str, Any] = draw(
            st.sampled_from(
                [{"line_id": line.extra["line_id"]}, {"number": line.number}, {"product_id": line.product_id}]
            )
        )
        how: dict[str, Any] = draw(
            st.sampled_from(
                [{}, {"quantity": 1}, {"quantity": 2}, {"amount": D("0.01")}, {"amount": D("7.77"), "quantity": 1}]
            )
        )
        asked.append(name | how)
    return {"products": asked}


@pytest.mark.parametrize(
    ("said", "kind", "given", "most"),
    [
        ({"amount": D("37.01")}, "above-order", 3701, 3700),
        ({"products": [{"product_id": "tea", "quantity": 4}]}, "above-quantity", 4, 3),
        ({"products": [{"product_id": "tea", "amount": D("30.01")}]}, "above-order", 3001, 3000),
        ({"products": [{"product_id": "tea"}], "shipping": 8}, "above-order", 800, 700),
        ({"products": [{"product_id": "cup"}]}, "unknown-line", None, None),
    ],
)
def test_more_than_there_is(said: dict[str, Any], kind: str, given: int | None, most: int | None) -> None:
    order = of({"product_id": "tea", "price": 10, "quantity": 3}, shipping=7)
    with pytest.raises(Unfit) as unfit:
        refund_of(order, [], said, 2)
    assert unfit.value.kind == kind
    assert (unfit.value.values.get("given"), unfit.value.values.get("most")) == (given, most)


def test_thirds_end_at_the_whole() -> None:
    order = of({"product_id": "tea", "subtotal": 10, "quantity": 3})
    already: list[Order] = []
    for _ in range(3):
        already.append(refund_of(order, already, {"products": [{"product_id": "tea", "quantity": 1}]}, 2))
    assert [refund.lines[0].net_minor for refund in already] == [333, 333, 334]
    assert [refund.whole for refund in already] == [False, False, True]


def test_a_cancelled_order_is_whole_whatever_it_lists() -> None:
    order = of({"product_id": "tea", "price": 10, "quantity": 3}, shipping=5)
    said = {"products": [{"product_id": "tea", "quantity": 1}], "total": 10}
    refund = refund_of(order, [], said, 2, "Order Cancelled")
    assert (refund.whole, refund.total_minor) == (True, 3500)


def test_a_total_that_counts_the_points_is_the_whole() -> None:
    order = of({"product_id": "tea", "price": 30}, points_amount=10)
    refund = refund_of(order, [], {"total": 30}, 2)
    assert (refund.whole, refund.lines[0].points_minor) == (True, 1000)


def test_delivery_given_back_leaves_goods_paid_with_points() -> None:
    order = of({"product_id": "tea", "price": 30}, points_amount=30, shipping=5)
    refund = refund_of(order, [], {"amount": 5}, 2)
    assert (refund.whole, refund.shipping_minor, refund.lines) == (False, 500, [])
