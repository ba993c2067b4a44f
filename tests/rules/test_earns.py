"""What an order earns on when it says so itself, or a checkout says it: live, by every kind of rule, and back again."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.rules.money import Unfit
from regulars.rules.orders import order_of
from regulars.rules.priced import earn_as_priced
from tests.rules.shop import customer, points, rule


def product(text: str) -> dict[str, Any]:
    """``pot 2 x 40.00 earns 70.00 id a``: the product, and what follows in any order."""
    name, quantity, _, price, *more = text.split()
    said = dict(zip(more[::2], more[1::2], strict=True))
    out: dict[str, Any] = {"product_id": name, "quantity": int(quantity), "price": price}
    if "earns" in said:
        out["earns"] = said["earns"]
    if "id" in said:
        out["line_id"] = said["id"]
    return out


def order(*texts: str, **properties: Any) -> Any:
    """An order of those products."""
    return order_of({"order_id": "A", "products": [product(text) for text in texts], **properties}, 2)


EARNS = "pot 1 x 40.00 earns 30.00"
SAYS_NOTHING = "cup 1 x 10.00"
ALL_PAID = {"earns_on_points_paid": True}
RULES = [
    ("net: what it says", "net", {}, (EARNS,), {}, 30),
    ("net: who says nothing earns on the net", "net", {}, (EARNS, SAYS_NOTHING), {"discount": "5.00"}, 39),
    ("nobody says anything", "net", {}, (SAYS_NOTHING,), {}, 10),
    ("nothing of it earns", "net", {}, ("pot 1 x 40.00 earns 0.00",), {}, 0),
    ("more than its net, a coupon's part", "net", {}, (EARNS,), {"discount": "15.00"}, 30),
    ("gross: and all of the tax", "gross", {}, (EARNS,), {"tax": "4.00"}, 34),
    ("paid: and delivery", "paid", {}, (EARNS,), {"shipping": "6.00"}, 36),
    ("paid: what delivery says", "paid", {}, (EARNS,), {"shipping": "6.00", "shipping_earns": "2.00"}, 32),
    ("net knows no delivery", "net", {}, (EARNS,), {"shipping": "6.00", "shipping_earns": "2.00"}, 30),
    ("list: the price before everything", "list", {}, (EARNS,), {"discount": "5.00"}, 40),
    ("points paid part of it", "net", {}, (EARNS,), {"points_amount": "5.00"}, 30),
    ("the programme's own word no longer counts", "net", ALL_PAID, (EARNS,), {"points_amount": "5.00"}, 30),
    ("but does where nobody says", "net", ALL_PAID, (SAYS_NOTHING,), {"points_amount": "5.00"}, 10),
    ("which it need not", "net", {}, (SAYS_NOTHING,), {"points_amount": "5.00"}, 5),
]  # fmt: skip


WAYS = [(*row, of_lines) for row in RULES for of_lines in (False, True) if not (of_lines and row[1] == "paid")]
"""Each of a whole order and of the lines it picks; delivery is no line's."""


@pytest.mark.parametrize(
    ("name", "of", "currency", "products", "more", "expected", "of_lines"),
    WAYS,
    ids=[f"{row[0]}{', of lines' * row[-1]}" for row in WAYS],
)
def test_what_rules_count(
    name: str, of: str, currency: Any, products: Any, more: Any, expected: int, of_lines: bool
) -> None:
    where = {"where": [("line.product_id", "any_of", ("pot", "cup"))]} if of_lines else {}
    ann = customer(points(**currency), rule(of=of, **where))
    ann.sends("2026-03-01", order(*products, **more))
    assert ann.available() == expected


@pytest.mark.parametrize(
    ("earns", "kind", "field"),
    [
        ("40.01", "above", "products[0].earns"),
        ("-1", "negative-amount", "products[0].earns"),
        ("much", "not-an-amount", "products[0].earns"),
    ],
)
def test_what_cannot_be_earned_on(earns: str, kind: str, field: str) -> None:
    with pytest.raises(Unfit) as unfit:
        order(f"pot 1 x 40.00 earns {earns}")
    assert (unfit.value.kind, unfit.value.field) == (kind, field)


REFUNDS: list[tuple[str, list[dict[str, Any]], list[int]]] = [
    ("line by line", [{"products": [{"product_id": "pot"}]}, {"products": [{"product_id": "cup"}]}], [8, 0]),
    ("a unit of three", [{"products": [{"product_id": "pot", "quantity": 1}]}, {}], [28, 0]),
    ("money, in proportion", [{"amount": "64.00"}, {"amount": "64.00"}], [19, 0]),
    ("what earns nothing", [{"products": [{"product_id": "tin"}]}, {}], [38, 0]),
]


@pytest.mark.parametrize(("name", "refunds", "left"), REFUNDS, ids=[row[0] for row in REFUNDS])
def test_refunds_take_back_what_their_lines_earned(name: str, refunds: Any, left: list[int]) -> None:
    ann = customer()
    ann.sends("2026-03-01", order("pot 3 x 36.00 earns 30.00", "cup 1 x 8.00", "tin 1 x 12.00 earns 0.00"))
    assert ann.available() == 38
    seen = []
    for day, refund in enumerate(refunds, 2):
        ann.refunds(f"2026-03-0{day}", **{k: Decimal(v) if k == "amount" else v for k, v in refund.items()})
        seen.append(ann.available())
    assert seen == left


POT, CUP, ONE = "pot 1 x 40.00", "cup 1 x 9.00", "pot 1 x 40.00 earns 1.00"
PRICED: list[tuple[str, tuple[str, ...], tuple[str, ...], list[int]]] = [
    ("as it is", (EARNS,), ("pot 1 x 40.00",), [3000]),
    ("whatever the shop says", (EARNS,), ("pot 1 x 40.00 earns 1.00",), [3000]),
    ("in another order", (EARNS, "cup 1 x 9.00 earns 1.00"), ("cup 1 x 9.00", "pot 1 x 40.00"), [100, 3000]),
    ("one line for two", ("pot 1 x 40.00 earns 0.00", EARNS), ("pot 2 x 40.00",), [3000]),
    ("two lines for one", ("pot 3 x 40.00 earns 100.00",), ("pot 1 x 40.00", "pot 2 x 40.00"), [3333, 6667]),
    ("fewer came", ("pot 3 x 40.00 earns 90.00",), ("pot 1 x 40.00",), [3000]),
    ("more came", (EARNS,), ("pot 2 x 40.00",), [7000]),
    ("something else came too", (EARNS,), ("pot 1 x 40.00", "tin 1 x 5.00"), [3000, 500]),
    ("named lines first", (f"{ONE} id a", "pot 1 x 40.00 earns 2.00 id b"), (POT, f"{POT} id a"), [200, 100]),
    ("another's name is none", (f"{ONE} id a", f"{CUP} earns 2.00 id b"), (f"{CUP} id a", f"{POT} id b"), [200, 100]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "priced", "came", "earns"), PRICED, ids=[row[0] for row in PRICED])
def test_an_order_earns_as_it_was_priced(name: str, priced: Any, came: Any, earns: list[int]) -> None:
    found = order(*came)
    for _ in range(2):  # an order that is tried again says the same
        earn_as_priced(found, order(*priced))
        assert [line.earns_minor for line in found.lines] == earns


def test_an_order_without_products_earns_as_it_was_priced() -> None:
    found = order_of({"order_id": "A", "total": "45.00"}, 2)
    earn_as_priced(found, order(EARNS, "cup 1 x 5.00 earns 2.00", shipping="6.00", shipping_earns="1.00"))
    assert [line.earns_minor for line in found.lines] == [3200]


@pytest.mark.parametrize(("came", "earning"), [("6.00", 200), ("3.00", 100), ("0.00", 0)])
def test_delivery_earns_as_it_was_priced(came: str, earning: int) -> None:
    found = order("pot 1 x 40.00", shipping=came)
    earn_as_priced(found, order(EARNS, shipping="6.00", shipping_earns="2.00"))
    assert found.earning_shipping_minor == earning


def test_a_price_from_before_says_nothing() -> None:
    found = order("pot 1 x 40.00")
    earn_as_priced(found, order("pot 1 x 40.00"))
    assert found.lines[0].earns_minor is None


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9_999)), min_size=1, max_size=6), st.data())
def test_nothing_is_lost_however_lines_are_cut(lines: list[tuple[int, int]], data: st.DataObject) -> None:
    priced = order(*(f"pot {n} x 100.00 earns {earns / 100:.2f}" for n, earns in lines))
    units = sum(n for n, _ in lines)
    parts = []
    while units:
        parts.append(data.draw(st.integers(1, units)))
        units -= parts[-1]
    found = order(*(f"pot {n} x 100.00" for n in parts))
    earn_as_priced(found, priced)
    assert sum(line.earns_minor or 0 for line in found.lines) == sum(earns for _, earns in lines)


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9_999), st.fractions(0, 1)), min_size=1, max_size=4), st.data()
)
def test_refunds_end_exactly_at_nothing(lines: list[tuple[int, int, Fraction]], data: st.DataObject) -> None:
    said = [f"p{i} {n} x {price / 100:.2f} earns {int(n * price * part) / 100:.2f}"
            for i, (n, price, part) in enumerate(lines)]  # fmt: skip
    ann = customer(rule(of="paid", rate=Fraction(7, 3)))
    ann.sends("2026-03-01", order(*said, shipping="6.00", shipping_earns="2.50"))
    for i, (n, _, _) in enumerate(lines):
        if n > 1:
            part = data.draw(st.integers(1, n - 1))
            ann.refunds("2026-03-02", products=[{"number": i, "quantity": part}])
    ann.refunds("2026-03-03")
    assert ann.has() == {}
