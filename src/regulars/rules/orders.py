"""An order as the shop sends it -> an order in integer minor units whose sums are exact.

What a shop may say of a product: ``price`` and ``quantity``, or ``subtotal`` (the line before discounts), or ``total``
(the line after its discount); ``discount`` (the line's) and ``tax`` (the line's). Of the order: ``discount`` (all of
it, the lines' included), ``points_amount`` (the part of it paid with points), ``tax``, ``shipping``, ``subtotal``,
``total``, ``revenue``. What the lines do not say themselves is spread over them in proportion, by largest remainder:

    list      before discounts
    net       list - discount - the part paid with points; never below zero
    tax       on top of net, unless the order says ``tax_included``
    total     list - discount + tax + shipping: what the order costs, the part paid with points included
    earns     what points are earned on; of a product ``earns``, else its net; of delivery ``shipping_earns``

Sums that the shop gives must be those sums to the minor unit, else nobody can say which of the numbers is the right one
and the order is refused with both. ``subtotal`` may be the goods after discounts (as Segment defines it) or before (as
many shops send it); ``revenue`` is not compared, for Segment's own examples disagree on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from regulars.rules.events import Line, Order
from regulars.rules.money import MINOR_MAX, Unfit, is_finer, minor, spread, times

LINES_MAX = 2_000
QUANTITY_MAX = 1_000_000
ID_LENGTH_MAX = 256

TYPED = frozenset(
    "products order_id orderId total subtotal revenue discount shipping tax points_amount tax_included"
    " shipping_earns".split()
)
"""Properties of an order that ``Order`` holds, so that the log need not keep them twice."""

_TYPED_OF_LINE = frozenset(
    "product_id sku name price quantity category brand variant subtotal total discount tax earns".split()
)


def order_of(properties: Mapping[str, Any], digits: int) -> Order:
    """The typed order that an ``Order Completed`` speaks of; ``digits`` are the currency's decimals.

    Raises Unfit, its field relative to ``properties`` (``products[0].price``).
    """
    order_id = order_id_of(properties)
    if order_id is None:
        raise Unfit("missing", "order_id")
    products = properties.get("products")
    shipping = _amount(properties, "shipping", digits)
    tax = _amount(properties, "tax", digits)
    if properties.get("tax_included") is True:
        tax = 0
    discount = _amount(properties, "discount", digits)
    points = _amount(properties, "points_amount", digits) or 0
    if products:
        lines = lines_of(products, digits)
        if properties.get("tax_included") is True:
            for line in lines:
                line.tax_minor = 0
    else:
        if products is not None and products != []:
            raise Unfit("not-a-list", "products")
        lines = [_only_line(properties, digits, shipping or 0, tax or 0)]
    gross = sum([line.list_minor for line in lines])
    if gross > MINOR_MAX:
        raise Unfit("amount-too-large", "products")
    given_off = gross - sum([line.net_minor for line in lines])
    if discount is not None and discount != given_off and products:
        _give_discount(lines, discount, given_off, gross)
        given_off = discount
    tax = _give_tax(lines, tax)
    shipping = shipping or 0
    goods = gross - given_off
    total = goods + tax + shipping
    if products:
        _compare(properties, digits, gross, goods, total)
    if points:
        _pay_with_points(lines, points, goods, total)
    all_say_what_earns(lines)
    return Order(
        order_id=order_id,
        lines=lines,
        total_minor=total,
        subtotal_minor=goods,
        discount_minor=given_off,
        shipping_minor=shipping,
        tax_minor=tax,
        points_minor=points,
        shipping_earns_minor=_amount(properties, "shipping_earns", digits),
    )


def all_say_what_earns(lines: list[Line]) -> None:
    """Where one line says what points are earned on, so do all: the others earn on their net."""
    silent = [line for line in lines if line.earns_minor is None]
    if len(silent) < len(lines):
        for line in silent:
            line.earns_minor = line.net_minor


def order_id_of(properties: Mapping[str, Any]) -> str | None:
    """The order's id as text, None when there is none. Raises Unfit when it is neither text nor a whole number."""
    value = properties.get("order_id")
    if value is None:
        value = properties.get("orderId")
        if value is None:
            return None
    if type(value) is int:
        value = str(value)
    elif type(value) is not str:
        raise Unfit("not-text", "order_id")
    if len(value) > ID_LENGTH_MAX:
        raise Unfit("text-too-long", "order_id", most=ID_LENGTH_MAX)
    return value or None


def lines_of(products: Any, digits: int) -> list[Line]:
    """The typed lines of a list of products, their own discounts and taxes taken in, those of the order not yet."""
    if type(products) is not list:
        raise Unfit("not-a-list", "products")
    if len(products) > LINES_MAX:
        raise Unfit("too-many-lines", "products", count=len(products), most=LINES_MAX)
    lines: list[Line] = []
    add = lines.append
    for number, product in enumerate(products):
        try:
            if type(product) is not dict:
                raise Unfit("not-an-object", "")
            get = product.get
            price = get("price")
            quantity = get("quantity", 1)
            if type(quantity) is not int or not 1 <= quantity <= QUANTITY_MAX:
                quantity = whole_quantity(quantity, "quantity")
            price_minor = None if price is None else minor(price, digits, "price")
            before = get("subtotal")
            after = get("total")
            off = get("discount")
            tax = get("tax")
            off_minor = 0 if off is None else minor(off, digits, "discount")
            if before is not None:
                list_minor = minor(before, digits, "subtotal")
            elif price_minor is not None:
                # An exact price times a quantity is exact; a finer one is multiplied first, then rounded.
                list_minor = price_minor * quantity
                if quantity > 1 and (list_minor > MINOR_MAX or is_finer(price, digits)):
                    list_minor = times(price, quantity, digits, "price")
            elif after is not None:
                list_minor = minor(after, digits, "total") + off_minor
            else:
                raise Unfit("missing", "price")
            if off_minor > list_minor:
                raise Unfit("above", "discount", given=off_minor, most=list_minor)
            net_minor = list_minor - off_minor
            if after is not None and minor(after, digits, "total") != net_minor:
                if off is not None:
                    raise Unfit("disagree", "total", given=minor(after, digits, "total"), computed=net_minor)
                net_minor = minor(after, digits, "total")
                if net_minor > list_minor:
                    raise Unfit("above", "total", given=net_minor, most=list_minor)
            earns = get("earns")
            if earns is not None:
                earns = minor(earns, digits, "earns")
                if earns > list_minor:
                    raise Unfit("above", "earns", given=earns, most=list_minor)
            product_id = get("product_id")
            if type(product_id) is not str:
                product_id = _text(product_id, "product_id") or _text(get("productId"), "productId") or ""
            sku, name, category, brand = get("sku"), get("name"), get("category"), get("brand")
            variant = get("variant")
            add(
                Line(
                    product_id,
                    quantity,
                    list_minor,
                    net_minor,
                    0 if tax is None else minor(tax, digits, "tax"),
                    0,
                    list_minor // quantity if price_minor is None else price_minor,
                    category if type(category) is str else _text(category, "category"),
                    brand if type(brand) is str else _text(brand, "brand"),
                    name if type(name) is str else _text(name, "name"),
                    sku if type(sku) is str else _text(sku, "sku"),
                    variant if variant is None else _text(variant, "variant"),
                    number,
                    {} if product.keys() <= _TYPED_OF_LINE else _extra(product),
                    earns,
                )
            )
        except Unfit as problem:
            field = f"products[{number}].{problem.field}".removesuffix(".")
            raise Unfit(problem.kind, field, **problem.values) from None
    return lines


def whole_quantity(value: Any, field: str) -> int:
    """A quantity: a whole number from 1; 2.0 is one too."""
    if type(value) is Decimal and value.is_finite() and 1 <= value <= QUANTITY_MAX and value == int(value):
        return int(value)
    if type(value) is not int or not 1 <= value <= QUANTITY_MAX:
        raise Unfit("not-a-quantity", field, most=QUANTITY_MAX)
    return value


def _extra(product: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in product.items() if key not in _TYPED_OF_LINE}


def _text(value: Any, field: str) -> str | None:
    """A text; ids and names that are whole numbers are taken as their digits."""
    kind = type(value)
    if value is None or kind is str:
        return value
    if kind is int:
        return str(value)
    raise Unfit("not-text", field)


def _amount(properties: Mapping[str, Any], name: str, digits: int) -> int | None:
    value = properties.get(name)
    return None if value is None else minor(value, digits, name)


def _only_line(properties: Mapping[str, Any], digits: int, shipping: int, tax: int) -> Line:
    """An order without products is one line without a product, of what its sums leave for goods."""
    total = _amount(properties, "total", digits)
    discount = _amount(properties, "discount", digits) or 0
    if total is not None:
        net = total - shipping - tax
        if net < 0:
            raise Unfit("above", "shipping", given=shipping + tax, most=total)
    else:
        for name in ("revenue", "value", "subtotal"):
            given = _amount(properties, name, digits)
            if given is not None:
                net = given
                break
        else:
            raise Unfit("no-amounts", "products")
    if net + discount > MINOR_MAX:
        raise Unfit("amount-too-large", "discount")
    return Line(list_minor=net + discount, net_minor=net, price_minor=net + discount)


def _give_discount(lines: list[Line], discount: int, given_off: int, gross: int) -> None:
    """Spread what the order's discount has beyond the lines' own."""
    if discount < given_off:
        raise Unfit("below", "discount", given=discount, least=given_off)
    if discount > gross:
        raise Unfit("above", "discount", given=discount, most=gross)
    for line, part in zip(lines, spread(discount - given_off, [line.net_minor for line in lines]), strict=True):
        line.net_minor -= part


def _give_tax(lines: list[Line], tax: int | None) -> int:
    """The order's tax; spread over the lines when none says its own. Beyond the lines' it is the delivery's."""
    of_lines = sum([line.tax_minor for line in lines])
    if tax is None:
        return of_lines
    if tax < of_lines:
        raise Unfit("below", "tax", given=tax, least=of_lines)
    if of_lines == 0 and tax:
        weights = [line.net_minor for line in lines]
        if any(weights):
            for line, part in zip(lines, spread(tax, weights), strict=True):
                line.tax_minor = part
    return tax


def _compare(properties: Mapping[str, Any], digits: int, gross: int, goods: int, total: int) -> None:
    """The sums that the shop gives must be ours."""
    subtotal = _amount(properties, "subtotal", digits)
    if subtotal is not None and subtotal not in (goods, gross):
        raise Unfit("disagree", "subtotal", given=subtotal, computed=goods)
    given = _amount(properties, "total", digits)
    if given is not None and given != total:
        raise Unfit("disagree", "total", given=given, computed=total)
    _amount(properties, "revenue", digits)


def _pay_with_points(lines: list[Line], points: int, goods: int, total: int) -> None:
    """Points pay for the goods first, then for tax and delivery."""
    if points > total:
        raise Unfit("above", "points_amount", given=points, most=total)
    parts = spread(min(points, goods), [line.net_minor for line in lines])
    for line, part in zip(lines, parts, strict=True):
        line.net_minor -= part
        line.points_minor = part
