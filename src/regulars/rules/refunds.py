"""What a refund gives back of its order, in integer minor units that never exceed it and end exactly at it.

A refund says nothing (all that is left), ``amount`` (money), or ``products``: lines of the order by ``line_id``,
``number``, ``product_id`` or ``sku``, each with a ``quantity`` or an ``amount`` (neither: what is left of the line).
An order cancelled is refunded whole, whatever it lists.

Every part is taken from what is left after the earlier refunds: ``left * quantity // quantity left``, or money by
largest remainder. So any sequence of partial refunds that reaches the end sums to the order to the minor unit. Money
goes to the goods (net and tax) first and only beyond them to delivery. When all the money for goods has gone back, the
rest of each line (its list value, the points that paid for it) goes with it: the order is refunded whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.rules.events import Line, Order
from regulars.rules.left import Left, what_is_left
from regulars.rules.money import Unfit, minor, spread
from regulars.rules.orders import LINES_MAX, order_id_of, whole_quantity

CANCELLED = "Order Cancelled"


def refund_of(
    order: Order, already: Sequence[Order], properties: Mapping[str, Any], digits: int, name: str = "Order Refunded"
) -> Order:
    """What this refund gives back of ``order`` after the refunds ``already`` made; ``digits``: the currency's decimals.

    The caller fills ``about`` and ``about_day``. Raises Unfit, its field relative to ``properties``; kind
    ``above-order`` or ``above-quantity`` with ``given`` and ``most`` when it is more than is left, ``nothing-left``
    when nothing is.
    """
    lines = what_is_left(order, already)
    shipping_left = order.shipping_minor - sum(refund.shipping_minor for refund in already)
    if any(refund.whole for refund in already):
        raise Unfit("nothing-left", "order_id")
    cancelled = name == CANCELLED
    products = None if cancelled else properties.get("products")
    amount = None if cancelled else amount_of(properties, digits)
    shipping = 0
    if products:
        _take_lines(lines, asked_lines(products, digits))
        whole = not any(left.quantity or left.paid for left in lines)
        shipping = _shipping(properties, digits, shipping_left)
    elif amount is not None:
        goods_left = sum(left.paid for left in lines)
        everything = goods_left + shipping_left + sum(left.points_minor for left in lines)
        # A total that counts the part paid with points is the whole of what is left, too.
        shipping = shipping_left if amount == everything else _take_amount(lines, amount, goods_left, shipping_left)
        whole = amount == everything or (goods_left > 0 and not any(left.paid for left in lines))
    else:
        whole = True
    if whole:
        for left in lines:
            left.take_rest()
        shipping = shipping_left
    taken = [left.taken for left in lines if left.taken is not None]
    listed = sum(line.list_minor for line in order.lines)
    list_left = sum(left.list_minor for left in lines)
    goods = sum(line.net_minor + line.points_minor for line in taken)
    tax = sum(line.tax_minor for line in taken)
    points = sum(line.points_minor for line in taken)
    return Order(
        order_id=order.order_id,
        lines=taken,
        total_minor=goods + tax + shipping,
        subtotal_minor=goods,
        discount_minor=sum(line.list_minor for line in taken) - goods,
        shipping_minor=shipping,
        tax_minor=tax,
        points_minor=points,
        whole=whole,
        share_num=1 if whole else listed - list_left,
        share_den=1 if whole else max(listed, 1),
        shipping_earns_minor=_shipping_earns(order, already, shipping, shipping_left, whole),
    )


def _shipping_earns(
    order: Order, already: Sequence[Order], shipping: int, shipping_left: int, whole: bool
) -> int | None:
    """The refund's share of what delivery earned on: all that is left at the end."""
    if order.shipping_earns_minor is None:
        return None
    left = order.shipping_earns_minor - sum(refund.shipping_earns_minor or 0 for refund in already)
    if whole:
        return left
    return left * shipping // shipping_left if shipping_left else 0


def check_refund(properties: Mapping[str, Any], digits: int) -> None:
    """Everything about a refund that can be checked without its order. Raises Unfit as ``refund_of``."""
    if order_id_of(properties) is None:
        raise Unfit("missing", "order_id")
    amount_of(properties, digits)
    if properties.get("products"):
        asked_lines(properties["products"], digits)
    if properties.get("shipping") is not None:
        minor(properties["shipping"], digits, "shipping")


def amount_of(properties: Mapping[str, Any], digits: int) -> int | None:
    """The money a refund without products gives back (``amount``, else ``total`` or ``revenue``), None when it does not
    say. A total beside products is only a remark."""
    for name in ("amount", "total", "revenue", "value"):
        if properties.get(name) is not None:
            amount = minor(properties[name], digits, name)
            if amount == 0 and not properties.get("products"):
                raise Unfit("zero", name)
            return amount
    return None


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a refund: which line of the order, and how many or how much of it (neither: the rest)."""

    field: str
    line_id: str | None
    number: int | None
    product_id: str | None
    sku: str | None
    quantity: int | None
    amount: int | None

    def is_of(self, line: Line) -> bool:
        """Whether it means this line of the order. The most exact name given decides."""
        if self.line_id is not None:
            return str(line.extra.get("line_id", "")) == self.line_id
        if self.number is not None:
            return line.number == self.number
        if self.product_id is not None:
            return line.product_id == self.product_id and self.sku in (None, line.sku)
        return line.sku == self.sku


def asked_lines(products: Any, digits: int) -> list[Asked]:
    """The lines a refund asks for. Raises Unfit when they cannot be read."""
    if type(products) is not list:
        raise Unfit("not-a-list", "products")
    if len(products) > LINES_MAX:
        raise Unfit("too-many-lines", "products", count=len(products), most=LINES_MAX)
    return [_asked(product, f"products[{i}]", digits) for i, product in enumerate(products)]


def _asked(product: Any, at: str, digits: int) -> Asked:
    if type(product) is not dict:
        raise Unfit("not-an-object", at)
    names: dict[str, str | None] = {}
    for key in ("line_id", "product_id", "sku"):
        value = product.get(key)
        if value is not None and type(value) not in (str, int):
            raise Unfit("not-text", f"{at}.{key}")
        names[key] = None if value in (None, "") else str(value)
    number = product.get("number")
    if number is not None and (type(number) is not int or not 0 <= number < LINES_MAX):
        raise Unfit("not-a-whole-number", f"{at}.number", least=0, most=LINES_MAX - 1)
    if number is None and not any(names.values()):
        raise Unfit("missing", f"{at}.product_id")
    quantity, amount = product.get("quantity"), product.get("amount")
    return Asked(
        at,
        names["line_id"],
        number,
        names["product_id"],
        names["sku"],
        None if quantity is None else whole_quantity(quantity, f"{at}.quantity"),
        None if amount is None else minor(amount, digits, f"{at}.amount"),
    )


def _take_lines(lines: list[Left], asked: list[Asked]) -> None:
    """Take what each asked line names; one product on several lines of the order is taken from the first on."""
    for one in asked:
        meant = [left for left in lines if one.is_of(left.line)]
        if not meant:
            raise Unfit("unknown-line", one.field)
        if one.amount is not None:
            paid = sum(left.paid for left in meant)
            if one.amount > paid:
                raise Unfit("above-order", f"{one.field}.amount", given=one.amount, most=paid)
            for left, part in zip(meant, spread(one.amount, [left.paid for left in meant]), strict=True):
                left.take_money(part)
            if one.quantity is None:
                continue
        count = sum(left.quantity for left in meant)
        wanted = count if one.quantity is None else one.quantity
        if count == 0 or wanted > count:
            raise Unfit("above-quantity", f"{one.field}.quantity", given=max(wanted, 1), most=count)
        for left in meant:
            part = min(wanted, left.quantity)
            if part and one.amount is None:
                left.take_quantity(part)
            elif part:
                left.take(part, 0, 0, 0, 0, 0)
            wanted -= part


def _take_amount(lines: list[Left], amount: int, goods: int, shipping_left: int) -> int:
    """Take money from all lines in proportion to what was paid for them; returns how much of it is delivery."""
    if amount > goods + shipping_left:
        raise Unfit("above-order", "amount", given=amount, most=goods + shipping_left)
    for left, part in zip(lines, spread(min(amount, goods), [left.paid for left in lines]), strict=True):
        left.take_money(part)
    return max(amount - goods, 0)


def _shipping(properties: Mapping[str, Any], digits: int, shipping_left: int) -> int:
    if properties.get("shipping") is None:
        return 0
    shipping = minor(properties["shipping"], digits, "shipping")
    if shipping > shipping_left:
        raise Unfit("above-order", "shipping", given=shipping, most=shipping_left)
    return shipping
