"""Prices and checkouts: what a cart costs, keeping that price, and how the order ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from regulars.api.answers import answer
from regulars.api.body import read_body
from regulars.api.doors import MAY_CHECK_OUT
from regulars.api.idempotency import key_of, source_of
from regulars.api.schemas import CheckoutOut, problems
from regulars.checkouts import reads
from regulars.flow.checkout import returns, settle
from regulars.flow.checkout.answers import checkout_answer, price_answer
from regulars.flow.checkout.quote import quote
from regulars.flow.checkout.reserve import LASTS, reserve
from regulars.flow.problems import problem
from regulars.flow.wire.numbers import decode

router = Router(tags=["checkout"])

SECONDS_MIN, SECONDS_MAX = 60, 7 * 86_400
_CART = {
    "cart": {
        "member": "m-1001",
        "channel": "app",
        "currency": "CNY",
        "lines": [
            {"line_id": "1", "product_id": "oolong-500", "category": "tea", "price": "59.90", "quantity": 1},
            {"line_id": "2", "product_id": "jasmine-250", "category": "tea", "price": "100.00", "quantity": 2},
        ],
        "delivery": "12.00",
        "coupons": ["welcome-20"],
        "points": {"use": 500},
    }
}
_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 256},
    "description": "Yours, unique: the same request sent twice is done once and gets the first answer.",
}


def _document(example: Any, keyed: bool = True, required: bool = True) -> dict[str, Any]:
    body = {"required": required, "content": {"application/json": {"schema": {"type": "object"}, "example": example}}}
    return {"requestBody": body, **({"parameters": [_KEY]} if keyed else {})}


@router.post(
    "/carts/price",
    auth=MAY_CHECK_OUT,
    summary="Price a cart",
    response={200: dict[str, Any], **problems(400, 401, 403, 409, 413, 422, 503)},
    openapi_extra=_document(_CART, keyed=False),
)
def price_cart(request: HttpRequest) -> HttpResponse:
    """The cheapest price for this customer, why each offer applied or not, what one step more would bring, and the
    points the order would earn. Nothing is set aside. Tier, points, coupons and gift cards are those Regulars knows;
    `"wallet": true` brings all her coupons. `Accept-Language` says in which language the reasons are."""
    return answer(price_answer(quote(decode(read_body(request))[0], datetime.now(UTC))))


@router.post(
    "/checkouts",
    auth=MAY_CHECK_OUT,
    summary="Keep a price",
    response={201: CheckoutOut, **problems(400, 401, 403, 409, 413, 422, 503)},
    openapi_extra=_document({**_CART, "total": "241.90", "expires_in_seconds": 900}),
)
def make_checkout(request: HttpRequest) -> HttpResponse:
    """Prices the cart and sets aside what the price needs: stock and budget of offers, coupons, points, gift cards.
    Everything goes back when it is cancelled or expires. `total` is what you showed the customer: another price is
    refused with 409, and the new price comes with the problem."""
    raw = read_body(request)
    key = key_of(request)
    data = decode(raw)[0]
    if not isinstance(data, dict) or "cart" not in data:
        raise problem("unfit-cart", "cart", reason="is missing")
    total, lasts = _text(data, "total"), LASTS
    if "expires_in_seconds" in data:
        seconds = data["expires_in_seconds"]
        if isinstance(seconds, bool) or not isinstance(seconds, int) or not SECONDS_MIN <= seconds <= SECONDS_MAX:
            raise problem(
                "unfit-parameter",
                "expires_in_seconds",
                reason=f"must be a whole number from {SECONDS_MIN} to {SECONDS_MAX}",
            )
        lasts = timedelta(seconds=seconds)
    digest = blake2b(raw, digest_size=16).digest()
    made = reserve(data["cart"], key, source_of(request), digest, datetime.now(UTC), total, lasts)
    return answer(checkout_answer(made), status=201)


@router.get(
    "/checkouts/{checkout_id}",
    auth=MAY_CHECK_OUT,
    summary="Where a checkout stands",
    response={200: CheckoutOut, **problems(401, 403, 404, 503)},
)
def get_checkout(request: HttpRequest, checkout_id: str) -> HttpResponse:
    """Its state, its price, and once committed the order to be sent as `Order Completed`."""
    found = reads.find(checkout_id)
    if found is None:
        raise problem("unknown-checkout", "checkout")
    return answer(checkout_answer(found))


@router.post(
    "/checkouts/{checkout_id}/commit",
    auth=MAY_CHECK_OUT,
    summary="The order was placed",
    response={200: CheckoutOut, **problems(400, 401, 403, 404, 409, 422, 503)},
    openapi_extra=_document({"order_id": "10023", "total": "241.90"}, required=False),
)
def commit_checkout(request: HttpRequest, checkout_id: str) -> HttpResponse:
    """Coupons are used, points spent, gift cards charged. The answer holds the `order`: send it as the properties of
    `Order Completed`, which confirms it and earns. `total` is what the customer agreed to; another one is refused."""
    data = _object(request)
    order_id = _text(data, "order_id") or ""
    if len(order_id) > 256 or "\0" in order_id:
        raise problem("unfit-parameter", "order_id", reason="must have at most 256 characters")
    by = f"{source_of(request)}/{key_of(request)}"
    done = settle.commit(_uuid(checkout_id), by, datetime.now(UTC), order_id, _text(data, "total"))
    return answer(checkout_answer(done))


@router.post(
    "/checkouts/{checkout_id}/cancel",
    auth=MAY_CHECK_OUT,
    summary="The order was given up",
    response={200: CheckoutOut, **problems(400, 401, 403, 404, 409, 503)},
    openapi_extra=_document({}, required=False),
)
def cancel_checkout(request: HttpRequest, checkout_id: str) -> HttpResponse:
    """Everything that was set aside goes back."""
    by = f"{source_of(request)}/{key_of(request)}"
    return answer(checkout_answer(settle.cancel(_uuid(checkout_id), by, datetime.now(UTC))))


@router.post(
    "/checkouts/{checkout_id}/returns/price",
    auth=MAY_CHECK_OUT,
    summary="What a return gives back",
    response={200: dict[str, Any], **problems(400, 401, 403, 404, 409, 422, 503)},
    openapi_extra=_document({"lines": [{"line_id": "2", "quantity": 1}]}, keyed=False),
)
def price_return(request: HttpRequest, checkout_id: str) -> HttpResponse:
    """For so many units of some lines, and after what was returned before: the money, points and gift card amounts that
    go back, line by line with their shares of every discount, and which coupons come back. Changes nothing: report the
    return itself as `Order Refunded`, with the `refund` of this answer as its properties."""
    found = reads.find(checkout_id)
    if found is None:
        raise problem("unknown-checkout", "checkout")
    return answer(returns.price(found, _object(request)))


def _object(request: HttpRequest) -> dict[str, Any]:
    raw = read_body(request)
    data = decode(raw)[0] if raw.strip() else {}
    if not isinstance(data, dict):
        raise problem("malformed", reason="expected an object")
    return data


def _text(data: dict[str, Any], key: str) -> str | None:
    value = data.get(key)
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        raise problem("unfit-parameter", key, reason="must be a text")
    return value


def _uuid(checkout_id: str) -> UUID:
    try:
        return UUID(checkout_id)
    except ValueError:
        raise problem("unknown-checkout", "checkout") from None
