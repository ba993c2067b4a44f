"""A checkout for people: every number of its price with its reason, and what came back of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.checkouts.models import Checkout
from regulars.flow.phrases import named
from regulars.flow.pricing_words import applied_words
from regulars.offers import reads as offers
from regulars.rules.language.money import MINOR_DIGITS
from regulars.rules.offers.model import Offer
from regulars.rules.pricing.breakdown import Applied
from regulars.screens.figures import money, whole


@dataclass(frozen=True, slots=True)
class Off:
    """What one offer took off: its name, what kind of offer it is, and how much, as money with its minus."""

    name: str
    kind: str
    amount: str
    coupon: bool = False


@dataclass(frozen=True, slots=True)
class LineView:
    """One line. list, net: as money; net is after all discounts, its share of those on the whole order included."""

    line_id: str
    name: str
    quantity: int
    each: str
    list: str
    net: str
    offs: tuple[Off, ...]


@dataclass(frozen=True, slots=True)
class CheckoutView:
    """A checkout, worded in the active language. All amounts are money ready to read."""

    id: str
    order_id: str | None
    state: str
    state_words: str
    created_at: datetime
    expires_at: datetime
    lines: tuple[LineView, ...]
    discounts: tuple[Off, ...]
    gifts: tuple[str, ...]
    tenders: tuple[tuple[str, str], ...]
    list: str
    saved: str
    saved_minor: int
    goods: str
    delivery: str
    tax: str
    total: str
    to_pay: str
    earns: tuple[tuple[str, int], ...]
    returned: str
    returned_cards: str
    returned_coupons: tuple[str, ...] = ()
    returned_whole: bool = False
    late: bool = False
    products: tuple[Mapping[str, Any], ...] = field(default=())


def explained(checkout: Checkout) -> CheckoutView:
    """The checkout as its customer and the operator read it."""
    price, order = checkout.answer, checkout.cart["order"]
    digits = MINOR_DIGITS[checkout.currency]
    by_key: Mapping[str, Offer] = {}
    if checkout.version_id is not None:
        by_key = offers.by_id(checkout.version_id).by_key
    coupons = {one["offer"] for one in price["discounts"] if _is_coupon(checkout, one["offer"])}
    kinds = {one["offer"]: one["why"] for one in price["discounts"]}

    def minor(text: str) -> int:
        return int(Decimal(text).scaleb(digits))

    def said(text: str) -> str:
        return money(minor(text), checkout.currency)

    def off(one: Mapping[str, Any]) -> Off:
        key = one["offer"]
        kind = applied_words(Applied(key, 0, kinds[key], 0)) if key in kinds else ""
        return Off(name_of(key, by_key), kind, "−" + said(one["amount"]), key in coupons)

    products = {product["line_id"]: product for product in order["products"] if "line_id" in product}
    lines = tuple(
        LineView(
            line["line_id"],
            _product_name(products[line["line_id"]]),
            products[line["line_id"]]["quantity"],
            said(products[line["line_id"]]["price"]),
            said(line["list"]),
            said(line["net"]),
            tuple(off(one) for one in line["discounts"]),
        )
        for line in price["lines"]
    )
    listed = sum(minor(line["list"]) for line in price["lines"])
    saved = listed - minor(price["goods"]) + minor(checkout.cart["delivery"]) - minor(price["delivery"])
    returned = checkout.returned
    return CheckoutView(
        id=str(checkout.pk),
        order_id=checkout.order_id,
        state=checkout.state,
        state_words=str(dict(Checkout.STATES)[checkout.state]),
        created_at=checkout.created_at,
        expires_at=checkout.expires_at,
        lines=lines,
        discounts=tuple(off(one) for one in price["discounts"]),
        gifts=tuple(
            _("%(count)s × %(product)s") % {"count": whole(gift["quantity"]), "product": gift["product_id"]}
            for gift in price["gifts"]
        ),
        tenders=tuple((_tender(one), "−" + said(one["amount"])) for one in price["tenders"]),
        list=money(listed, checkout.currency),
        saved=money(saved, checkout.currency),
        saved_minor=saved,
        goods=said(price["goods"]),
        delivery=said(price["delivery"]),
        tax=said(price["tax"]) if "tax" in order else "",
        total=said(price["total"]),
        to_pay=said(price["to_pay"]),
        earns=tuple((key, points) for key, points in price["points_to_earn"].items() if points),
        returned=money(returned["money_minor"], checkout.currency) if returned.get("money_minor") else "",
        returned_cards=money(returned["cards_minor"], checkout.currency) if returned.get("cards_minor") else "",
        returned_coupons=tuple(name_of(key, by_key) for key in returned.get("coupons", ())),
        returned_whole=bool(returned.get("whole")),
        late=checkout.confirmed_at is not None and checkout.state in (Checkout.CANCELLED, Checkout.EXPIRED),
        products=tuple(products.values()),
    )


def name_of(key: str, by_key: Mapping[str, Offer]) -> str:
    """An offer's name in the active language; its key when it has none."""
    offer = by_key.get(key)
    return named(offer.name, key) if offer is not None else key


def _product_name(product: Mapping[str, Any]) -> str:
    return str(product.get("name") or product["product_id"])


def _tender(one: Mapping[str, Any]) -> str:
    if "points" in one:
        return ngettext("%(count)s point", "%(count)s points", one["points"]) % {"count": whole(one["points"])}
    return _("Gift card …%(end)s") % {"end": str(one["gift_card"])[-4:]}


def _is_coupon(checkout: Checkout, key: str) -> bool:
    if checkout.version_id is None:
        return False
    return any(coupon.offer.key == key for coupon in offers.by_id(checkout.version_id).offers.coupons)
