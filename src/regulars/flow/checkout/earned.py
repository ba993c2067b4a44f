"""What a checkout settled about earning goes into its order before the order is decided and logged: then the log alone
says what was earned on, to every replay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from regulars.checkouts import reads
from regulars.checkouts.reads import Priced
from regulars.flow.batch import Incoming
from regulars.rules import events as ev
from regulars.rules.language.money import MINOR_DIGITS
from regulars.rules.orders import order_of
from regulars.rules.priced import earn_as_priced
from regulars.store.questions import Question


def priced(batch: Sequence[Incoming]) -> Question[list[Priced]]:
    """The checkouts that the orders of a batch came of, as far as they name them or are named by them."""
    orders = [incoming.event for incoming in batch if incoming.event.name == ev.ORDER_COMPLETED]
    ids = {found for event in orders if (found := _checkout_id(event)) is not None}
    return reads.priced(ids, {event.order_id for event in orders if event.order_id})


def put_in(found: Sequence[Priced], orders: Iterable[tuple[int, ev.Event]]) -> None:
    """Write into the orders (each with its member's id) what they earn on by the checkouts found. A checkout speaks of
    its own member's order only, and of no other order once it has one."""
    if not found:
        return
    by_id = {one.checkout: one for one in found}
    by_order = {one.order_id: one for one in found if one.order_id is not None}
    for member_id, event in orders:
        if event.name != ev.ORDER_COMPLETED or event.order is None:
            continue
        named = _checkout_id(event)
        one = by_order.get(event.order_id or "") or (by_id.get(named) if named is not None else None)
        if one is not None and one.member_id == member_id and one.order_id in (None, event.order_id):
            earn_as_priced(event.order, order_of(one.order | {"order_id": "priced"}, MINOR_DIGITS[one.currency]))


def _checkout_id(event: ev.Event) -> UUID | None:
    named = event.properties.get("checkout_id")
    try:
        return UUID(named) if isinstance(named, str) else None
    except ValueError:
        return None
