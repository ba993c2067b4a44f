"""What a cart that does not fit gets: every slip with its place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from regulars.files.checking import path_text
from regulars.rules.pricing import read_cart

LINE = {"line_id": "1", "product_id": "oolong", "price": "59.90", "quantity": 1}
CART: dict[str, Any] = {"at": "2026-12-08T20:30:00+08:00", "lines": [LINE]}

SLIPS = [
    ("a negative quantity", {"lines": [LINE | {"quantity": -1}]}, "lines[0].quantity must be at least 1"),
    ("no units", {"lines": [LINE | {"quantity": 0}]}, "lines[0].quantity must be at least 1"),
    ("half a unit", {"lines": [LINE | {"quantity": Decimal("1.5")}]}, "lines[0].quantity must be a whole number"),
    ("a quantity as text", {"lines": [LINE | {"quantity": "1"}]}, "lines[0].quantity must be a whole number"),
    ("a price of words", {"lines": [LINE | {"price": "free"}]}, 'lines[0].price must be a number such as "59.90"'),
    ("a negative price", {"lines": [LINE | {"price": "-1"}]}, "lines[0].price must be at least 0"),
    ("too fine a price", {"lines": [LINE | {"price": "0.001"}]}, "lines[0].price has more decimals than CNY has (2)"),
    ("too large a price", {"lines": [LINE | {"price": "1" * 15}]}, "lines[0].price must be at most 1000000000"),
    ("a price that is true", {"lines": [LINE | {"price": True}]}, 'lines[0].price must be a number such as "59.90"'),
    ("no price", {"lines": [{"product_id": "a", "quantity": 1}]}, "lines[0] needs `price`"),
    ("no product", {"lines": [LINE | {"product_id": ""}]}, "lines[0].product_id must not be empty"),
    ("no lines", {"lines": []}, "lines must not be empty"),
    ("lines that are none", {"lines": "oolong"}, "lines must be a list"),
    ("an id twice", {"lines": [LINE, LINE]}, "lines[1].line_id must be unique: lines[0] has this id already"),
    ("another currency", {"currency": "USD"}, "currency must be CNY, as the offers are"),
    ("mixed currencies", {"lines": [LINE | {"currency": "USD"}]}, "lines[0].currency must be CNY, as the offers are"),
    ("tax of 200", {"lines": [LINE | {"tax_percent": "200"}]}, "lines[0].tax_percent must be between 0 and 100"),
    ("a moment without a zone", {"at": "2026-12-08T20:30:00"},
     "at must be a moment with its zone, such as 2026-12-08T20:30:00+08:00"),
    ("a setting misspelt", {"delivry": "5"}, "delivry is not a known setting here; did you mean `delivery`?"),
    ("a coupon twice", {"coupons": ["a", "a"]}, "coupons[1] stands twice"),
    ("negative points", {"points": {"use": -5}}, "points.use must be at least 0"),
    ("a gift card without money", {"gift_cards": [{"code": "G"}]}, "gift_cards[0] needs `available`"),
    ("a negative gift card", {"gift_cards": [{"code": "G", "available": "-1"}]},
     "gift_cards[0].available must be at least 0"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "problem"), [row[1:] for row in SLIPS], ids=[row[0] for row in SLIPS])
def test_a_slip_is_told_with_its_place(change: dict[str, Any], problem: str) -> None:
    cart, problems = read_cart(CART | change, "CNY")
    assert cart is None
    assert [f"{path_text(one.path)} {one.message}" for one in problems] == [problem]


@pytest.mark.parametrize("data", [None, 5, "cart", [], {}, {"lines": {}}, {"lines": [None]}, {"lines": [[]]}])
def test_what_is_no_cart_is_refused(data: Any) -> None:
    cart, problems = read_cart(data, "CNY", 0)
    assert cart is None
    assert problems
