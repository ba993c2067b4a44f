"""The order that a priced cart becomes: what the shop reports as ``Order Completed``, to the minor unit."""

from __future__ import annotations

from typing import Any

from regulars.rules.pricing import Breakdown, Cart
from regulars.rules.pricing.answer import decimal_text


def order_properties(cart: Cart, found: Breakdown, order_id: str, checkout_id: str = "") -> dict[str, Any]:
    """The properties of the order event. Amounts are decimal texts; gifts are lines that cost nothing."""
    digits = found.minor_digits

    def money(minor: int) -> str:
        return decimal_text(minor, digits)

    products: list[dict[str, Any]] = []
    for line, priced in zip(cart.lines, found.lines, strict=True):
        product: dict[str, Any] = {
            "line_id": line.line_id,
            "product_id": line.product_id,
            "price": money(line.price_minor),
            "quantity": line.quantity,
            "total": money(priced.net_minor),
            "earns": money(priced.earning_minor),
        }
        texts = {key: getattr(line, key) for key in ("category", "brand", "name", "sku", "variant")}
        product |= {key: text for key, text in texts.items() if text}
        if priced.tax_minor and not _tax_within(found):
            product["tax"] = money(priced.tax_minor)
        products.append(product)
    for gift in found.gifts:
        products.append(
            {"product_id": gift.product_id, "price": money(0), "quantity": gift.quantity, "offer": gift.offer}
        )
    out: dict[str, Any] = {
        "order_id": order_id,
        "currency": found.currency,
        "products": products,
        "shipping": money(found.delivery_minor),
        "shipping_earns": money(found.delivery_earning_minor),
        "total": money(found.total_minor),
    }
    if _tax_within(found):
        out["tax_included"] = True
    else:
        out["tax"] = money(found.tax_minor)
    goods_points = min(found.goods_minor, sum(tender.amount_minor for tender in found.tenders if tender.points))
    if goods_points:
        out["points_amount"] = money(goods_points)
    coupons = [applied.offer for applied in found.discounts if applied.coupon]
    if coupons:
        out["coupon"] = ",".join(coupons)
    if cart.channel:
        out["channel"] = cart.channel
    if checkout_id:
        out["checkout_id"] = checkout_id
    return out


def _tax_within(found: Breakdown) -> bool:
    """Whether the prices hold the tax already."""
    return found.total_minor == found.goods_minor + found.delivery_minor
