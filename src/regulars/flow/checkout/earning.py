"""What an order would earn, by the very rules that will decide it, without anything being written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.flow.desk import Desk, Needs
from regulars.programmes.reads import NoProgramme, microseconds, present
from regulars.rules import events as ev
from regulars.rules import layout as y
from regulars.rules.days import local_day
from regulars.rules.orders import order_of
from regulars.store.columns import raw_cursor


def points_to_earn(member_id: int | None, properties: Mapping[str, Any], now: datetime) -> dict[str, int]:
    """Points by currency that the order with these properties would earn the member now; none without a programme.

    Somebody not known yet earns as a new member would. Raises Unfit when the order's sums do not fit.
    """
    with transaction.atomic():
        # Nothing was written; rolling back gives the member's account free for whoever waits for it.
        transaction.set_rollback(True)
        try:
            line, _ = present()
        except NoProgramme:
            return {}
        at = microseconds(now)
        tables = line.tables[line.at(at)]
        order = order_of(properties, tables.programme.minor_digits)
        event = ev.Event(
            ev.ORDER_COMPLETED, "quote", "quote", now, properties, order=order, order_id=str(properties["order_id"])
        )
        desk = Desk(raw_cursor(), line)
        member = member_id or 0
        desk.lock([member], 0)
        at = max(at, desk.clock(member))
        needs = Needs(members={member}, until=at)
        needs.days[member] = {local_day(tables.midnights, at)}
        desk.load(needs)
        _, version, records = desk.decide(member, event, 0, at)
        currencies = desk.tables[version].registry.currencies
        out = {currency.key: 0 for currency in desk.tables[version].programme.points}
        for o in range(0, len(records), y.OW):
            if records[o] == y.EARN:
                key = currencies[records[o + y.O_CURRENCY]]
                out[key] = out.get(key, 0) + records[o + y.O_AMOUNT]
        return out
