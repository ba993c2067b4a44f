"""The demo shop's basket: choose goods, see the price explained, buy, return some of it. It plays the shop's backend:
it calls what the API calls and reports orders and returns as events of its own source, so that they can be told apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.centre.orders import DEMO_SOURCE
from regulars.centre.pages import about
from regulars.centre.session import Visit, for_members
from regulars.checkouts import reads as checkouts
from regulars.coupons import reads as coupons
from regulars.events import reads as events
from regulars.flow import kinds
from regulars.flow.checkout import returns, settle
from regulars.flow.checkout.answers import price_answer
from regulars.flow.checkout.explained import name_of
from regulars.flow.checkout.quote import Quote, quote
from regulars.flow.checkout.reserve import reserve
from regulars.flow.intake import reader, take
from regulars.flow.pricing_words import applied_words, next_step_words, refusal_words
from regulars.flow.problems import Problem
from regulars.members import reads as members
from regulars.offers import reads as offers
from regulars.points import reads as points
from regulars.programmes import reads as programmes
from regulars.rules import events as ev
from regulars.rules.pricing.answer import decimal_text
from regulars.screens.figures import money

_ORDERS_LOOKED_AT = 80
_SHELF = 12
_QUANTITY_MAX = 20
_KEY = "demo-shelf"


@dataclass(frozen=True, slots=True)
class Goods:
    """Something on the shelf."""

    name: str
    price: str
    quantity: int = 0


@require_http_methods(["GET", "POST"])
@for_members
def basket(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The shelf and the basket; ``price`` shows what it costs, ``buy`` places the order."""
    _only_in_demo(visit)
    try:
        live = offers.live()
    except offers.NoOffers:
        live = None
    programme = programmes.current()[1]
    shelf = _shelf(request, programme.minor_digits)
    chosen = {one["product_id"]: _count(request.POST.get(f"q-{i}")) for i, one in enumerate(shelf)}
    wallet = coupons.wallet(visit.member_id, datetime.now(UTC)) if live else []
    keys = list(dict.fromkeys(one.key for one in wallet if live and one.key in live.by_key))
    brought = [key for key in keys if key in request.POST.getlist("coupon")]
    use_points = _count(request.POST.get("points"), 10**9)
    context: dict[str, Any] = {
        "goods": [
            Goods(
                _name(one),
                money(one["price_minor"], programme.currency),
                chosen[one["product_id"]],
            )
            for one in shelf
        ],
        "coupons": [(key, name_of(key, live.by_key if live else {}), key in brought) for key in keys],
        "code": request.POST.get("code", "")[:64],
        "points": use_points or "",
        "available": _available(visit.member_id, programme),
        "ready": live is not None,
        "quantity_max": _QUANTITY_MAX,
    }
    if request.method == "POST" and live is not None:
        cart = _cart(visit, shelf, chosen, brought, context["code"], use_points, programme)
        try:
            if not cart["lines"]:
                context["problem"] = _("Put something in the basket first.")
            elif "buy" in request.POST:
                return redirect("centre:order", _buy(cart, visit, request.POST.get("total", "")))
            else:
                context["price"] = _priced(quote(cart, datetime.now(UTC)))
        except Problem as refused:
            if refused.kind == "price-changed":
                context["price"] = _priced(quote(cart, datetime.now(UTC)))
            context["problem"] = kinds.words(refused.as_json())[1]
    return render(request, "centre/demo_basket.html", about(programme, visit, "basket") | context)


@require_POST
@for_members
def give_back(request: HttpRequest, visit: Visit, checkout_id: str) -> HttpResponse:
    """Return some units of an order of this shop."""
    _only_in_demo(visit)
    found = checkouts.find(checkout_id)
    if found is None or found.member_id != visit.member_id or found.source != DEMO_SOURCE:
        raise Http404
    products = [one for one in found.cart["order"]["products"] if "line_id" in one]
    counts = {one["line_id"]: _count(request.POST.get(f"q-{one['line_id']}")) for one in products}
    lines = [{"line_id": line_id, "quantity": count} for line_id, count in counts.items() if count]
    if lines:
        try:
            refund = returns.price(found, {"lines": lines})["refund"]
        except Problem:  # more than is left: somebody returned it in another window
            return redirect("centre:order", checkout_id)
        take(
            [
                {
                    "name": "Order Refunded",
                    "message_id": f"return-{uuid4()}",
                    "user_id": members.shop_id_of([visit.member_id])[visit.member_id],
                    "properties": refund,
                }
            ],
            reader(DEMO_SOURCE),
        )
    return redirect("centre:order", checkout_id)


def _buy(cart: dict[str, Any], visit: Visit, total: str) -> str:
    now = datetime.now(UTC)
    number = uuid4()
    digest = blake2b(number.bytes, digest_size=16).digest()
    made = reserve(cart, f"basket-{number}", DEMO_SOURCE, digest, now, total or None)
    order_id = f"demo-{number.hex[:8]}"
    settle.commit(made.pk, f"{DEMO_SOURCE}/{number}", now, order_id)
    order = made.cart["order"] | {"order_id": order_id, "checkout_id": str(made.pk)}
    event = {
        "name": ev.ORDER_COMPLETED,
        "message_id": f"order-{number}",
        "user_id": cart["member"],
        "properties": order,
    }
    take([event], reader(DEMO_SOURCE))
    return str(made.pk)


def _priced(quoted: Quote) -> dict[str, Any]:
    """The price with its reasons, for the template."""
    found, by_key = quoted.breakdown, quoted.live.by_key
    answer = price_answer(quoted)
    cash = found.currency
    names = {line.line_id: line.name for line in quoted.cart.lines}

    def name(key: str) -> str:
        return name_of(key, by_key)

    return {
        "lines": [
            {
                "name": names[line.line_id],
                "list": money(line.list_minor, cash),
                "net": money(line.net_minor, cash),
                "offs": [(name(off.offer), "−" + money(off.amount_minor, cash)) for off in line.discounts],
            }
            for line in found.lines
        ],
        "discounts": [
            (name(one.offer), applied_words(one), "−" + money(one.amount_minor, cash)) for one in found.discounts
        ],
        "gifts": [(name(gift.offer), gift.product_id, gift.quantity) for gift in found.gifts],
        "tenders": ["−" + money(one.amount_minor, cash) for one in found.tenders],
        "refused": [(name(one.offer), refusal_words(one, found)) for one in found.not_applied][:12],
        "next": next_step_words(found.next_step, found) if found.next_step else "",
        "total": money(found.total_minor, cash),
        "tax": money(found.tax_minor, cash) if found.tax_minor else "",
        "to_pay": money(found.to_pay_minor, cash),
        "exact": answer["total"],
        "earns": answer["points_to_earn"].get(quoted.currency_of_points, 0),
        "proved": found.proved_best,
    }


def _cart(
    visit: Visit,
    shelf: list[dict[str, Any]],
    chosen: Mapping[str, int],
    brought: list[str],
    code: str,
    use_points: int,
    programme: Any,
) -> dict[str, Any]:
    cart: dict[str, Any] = {
        "member": members.shop_id_of([visit.member_id])[visit.member_id],
        "channel": "online",
        "currency": programme.currency,
        "lines": [
            {
                "line_id": one["product_id"],
                "product_id": one["product_id"],
                "category": one["category"],
                "name": _name(one),
                "price": decimal_text(one["price_minor"], programme.minor_digits),
                "quantity": chosen[one["product_id"]],
            }
            for one in shelf
            if chosen[one["product_id"]]
        ],
        "coupons": brought,
        "codes": [code] if code else [],
    }
    if use_points:
        cart["points"] = {"use": use_points}
    return cart


def _shelf(request: HttpRequest, digits: int) -> list[dict[str, Any]]:
    """What is for sale: goods of the newest orders, one of each category, kept for the visit."""
    kept = request.session.get(_KEY)
    if kept:
        return list(kept)
    seen: Counter[str] = Counter()
    goods: dict[str, dict[str, Any]] = {}
    for amounts in events.newest_orders(_ORDERS_LOOKED_AT):
        for line in amounts["lines"]:
            category = str(line.get("category") or "")
            each = line["list_minor"] // max(1, line["quantity"])
            if category and each >= 10**digits // 2:
                seen[category] += 1
                goods.setdefault(
                    category, {"product_id": line["product_id"], "category": category, "price_minor": each}
                )
    wanted = [goods[category] for category, _times in seen.most_common(_SHELF)]
    request.session[_KEY] = wanted
    return wanted


def _available(member_id: int, programme: Any) -> int:
    paying = next((one.key for one in programme.points if one.spendable and one.worth is not None), "")
    balance = points.balances(member_id).get(paying)
    return balance.available if balance else 0


def _name(goods: Mapping[str, Any]) -> str:
    """The data set names no products: its category and number stand for one."""
    return f"{str(goods['category']).replace('-', ' ').capitalize()} {goods['product_id']}"


def _count(text: str | None, most: int = _QUANTITY_MAX) -> int:
    return min(int(text), most) if text and text.isascii() and text.isdigit() and len(text) < 12 else 0


def _only_in_demo(visit: Visit) -> None:
    if not settings.CONFIG.demo or not visit.simulated:
        raise Http404
