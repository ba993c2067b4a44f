"""A case of the pricing tables: a row that a shopkeeper can read, and how it is checked.

A cart is written ``oolong/tea 59.90 x2, mug/cup 5.00``: product, category, price, units. Offers are entries of an
offers file. What is expected: the total, what each offer took off, and for those that did not apply why, and what is
missing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from regulars.files.yaml_text import read_yaml
from regulars.rules.offers import read
from regulars.rules.pricing import Left, PointsWorth, Pricer, answer, read_cart

A_CENT = PointsWorth(Fraction(1))
AT = "2026-12-08T20:30:00+08:00"


@dataclass(frozen=True)
class Case:
    """One row.

    offers, coupons, policy: as in the file. has: more of the cart (``tier: gold, delivery: 12.00``). left: what is left
    of offers. off: what each offer took off. why: by offer, the key of why not, with what is missing after it.
    lines: what each line costs in the end. answer: other parts of the answer, as they are in JSON.
    """

    name: str
    cart: str
    offers: str
    total: str
    off: str = ""
    why: str = ""
    lines: str = ""
    has: str = ""
    coupons: str = ""
    policy: str = ""
    left: Mapping[str, Left] = field(default_factory=dict)
    answer: str = ""
    points: PointsWorth | None = A_CENT
    currency: str = "CNY"


def check(case: Case) -> None:
    """Price the row's cart and compare."""
    found = priced(case)
    assert found["proved_best"]
    assert found["total"] == case.total, found
    assert {one["offer"]: one["amount"] for one in found["discounts"]} == texts(case.off), found["discounts"]
    if case.lines:
        assert " ".join(line["net"] for line in found["lines"]) == case.lines
    refused = {one["offer"]: " ".join([one["why"], *missing(one)]) for one in found["not_applied"]}
    for offer, why in texts(case.why).items():
        assert refused.get(offer) == why, found["not_applied"]
    for part, value in yaml(case.answer).items():
        assert json.dumps(found[part]) == json.dumps(plain(value)), (part, found[part])


def priced(case: Case) -> dict[str, Any]:
    """The answer to the row's cart."""
    settings = {"currency": case.currency, "time_zone": "Asia/Shanghai", "policy": yaml(case.policy)}
    settings |= {"offers": entries(case.offers), "coupons": entries(case.coupons)}
    offers, problems = read(settings)
    assert offers is not None, problems
    brought = [coupon["key"] for coupon in settings["coupons"] if "codes" not in coupon]
    data = {"at": AT, "lines": [line(i, text) for i, text in enumerate(case.cart.split(", "))], "coupons": brought}
    cart, wrong = read_cart(data | yaml(case.has), case.currency)
    assert cart is not None, wrong
    return answer(Pricer(offers).price(cart, case.left, case.points, nodes=1_000_000))


def line(place: int, text: str) -> dict[str, Any]:
    goods, price, *rest = text.split()
    product, _, category = goods.partition("/")
    made = {"line_id": str(place + 1), "product_id": product, "category": category or product, "price": price}
    made |= {"quantity": 1}
    for more in rest:
        made |= {"quantity": int(more[1:])} if more[0] == "x" else {"tax_percent": more.removesuffix("%")}
    return made


def entries(text: str) -> list[dict[str, Any]]:
    """One entry a line, its kind and key first: ``percent tea: off_percent: 20, goods: {category: [tea]}``."""
    found = []
    for row in text.strip().splitlines():
        head, _, settings = row.strip().partition(": ")
        kind, key = head.split()
        found.append({"key": key, "kind": kind, **yaml(settings)})
    return found


def yaml(text: str) -> dict[str, Any]:
    if not text:
        return {}
    reading = read_yaml("{" + text + "}")
    assert reading.wrong == [], (text, reading.wrong)
    return dict(reading.data)


def plain(value: Any) -> Any:
    """Decimals as the texts that JSON holds."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def texts(row: str) -> dict[str, str]:
    """``tea 20.00, cup 5.00`` by its first word."""
    return dict(part.split(" ", 1) for part in row.split(", ")) if row else {}


def missing(one: dict[str, Any]) -> list[str]:
    return [f"{amount} {of}" for of, amount in one.get("missing", {}).items()]
