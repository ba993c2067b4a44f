"""What a return would give back, worked out before it happens, by the very rules that will decide the refund."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.checkouts.models import Checkout
from regulars.events import append as log
from regulars.flow.checkout.confirm import cards_back
from regulars.flow.problems import problem, unfit_problem
from regulars.offers import reads as offers
from regulars.rules.language.money import MINOR_DIGITS
from regulars.rules.money import Unfit
from regulars.rules.offers.model import Returns
from regulars.rules.orders import order_of
from regulars.rules.pricing.answer import decimal_text
from regulars.rules.refunds import refund_of
from regulars.store.columns import raw_cursor


def price(checkout: Checkout, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What returning ``lines`` (``line_id`` and ``quantity``; none: everything left) of a committed checkout brings.

    The ``refund`` in the answer is what to report as ``Order Refunded``. Raises Problem: not committed, more than is
    left, a line that is not there.
    """
    if checkout.state != Checkout.COMMITTED:
        raise problem("checkout-not-committed", "checkout")
    digits = MINOR_DIGITS[checkout.currency]
    refund: dict[str, Any] = {"order_id": checkout.order_id}
    if asked.get("lines") is not None:
        refund["products"] = asked["lines"]
    if asked.get("delivery") is True and "products" in refund:
        refund["shipping"] = checkout.cart["order"]["shipping"]
    known = log.orders(raw_cursor(), [checkout.order_id or ""]).get(checkout.order_id or "")
    order = known.order if known else order_of({**checkout.cart["order"], "order_id": checkout.order_id}, digits)
    already = known.refunds if known else []
    try:
        found = refund_of(order, already, refund, digits)
    except Unfit as unfit:
        raise unfit_problem(Unfit(unfit.kind, unfit.field.replace("products", "lines"), **unfit.values)) from None

    def money(minor: int) -> str:
        return decimal_text(minor, digits)

    before = sum(one.total_minor - one.points_minor for one in already)
    gone = before + found.total_minor - found.points_minor
    cards = sum(cards_back(checkout, gone, found.whole).values())
    policy = Returns() if checkout.version_id is None else offers.by_id(checkout.version_id).offers.policy.returns
    price_ = checkout.answer
    return {
        "lines": [
            {
                "line_id": str(line.extra.get("line_id", line.number)),
                "quantity": line.quantity,
                "list": money(line.list_minor),
                "discount": money(line.list_minor - line.net_minor - line.points_minor),
                "paid": money(line.net_minor + line.tax_minor),
                "points_paid": money(line.points_minor),
            }
            for line in found.lines
        ],
        "delivery": money(found.shipping_minor),
        "money": money(found.total_minor - found.points_minor - cards),
        "gift_cards": money(cards),
        "points_amount": money(found.points_minor),
        "coupons": [one["offer"] for one in price_["discounts"] if _is_coupon(checkout, one["offer"])]
        if found.whole and policy.coupons
        else [],
        "gifts": price_["gifts"] if found.whole else [],
        "whole": found.whole,
        "refund": refund,
    }


def _is_coupon(checkout: Checkout, key: str) -> bool:
    if checkout.version_id is None:
        return False
    return any(coupon.offer.key == key for coupon in offers.by_id(checkout.version_id).offers.coupons)
