"""The tables of the lake and their columns. Amounts are minor units, times microseconds UTC, days the programme's."""

from __future__ import annotations

from typing import Any

import polars as pl

from regulars.science.history import EVENTS, LINES

Schema = dict[str, Any]
"""Columns and their types."""

AT = pl.Datetime("us", "UTC")

ORDERS: Schema = {
    "seq": pl.Int64,
    "member": pl.Int64,
    "order_id": pl.String,
    "at": AT,
    "day": pl.Date,
    "net_minor": pl.Int64,
    "list_minor": pl.Int64,
    "discount_minor": pl.Int64,
    "shipping_minor": pl.Int64,
    "tax_minor": pl.Int64,
    "units": pl.Int64,
    "channel": pl.String,
    "coupon": pl.String,
    "first_category": pl.String,
    "first_product_id": pl.String,
    "returned_minor": pl.Int64,
}
"""One row an order. ``net_minor``: its lines after discounts and after what points paid, before delivery and tax;
``discount_minor``: what the lines' list prices have lost, points apart; ``first_*``: of the line with the greatest net;
``returned_minor``: what refunds took off ``net_minor`` by now, never more than it."""

ORDER_LINES: Schema = {
    "seq": pl.Int64,
    "member": pl.Int64,
    "day": pl.Date,
    "product_id": pl.String,
    "category": pl.String,
    "brand": pl.String,
    "quantity": pl.Int64,
    "net_minor": pl.Int64,
}
"""One row a line of an order."""

VISITS: Schema = {
    "seq": pl.Int64,
    "member": pl.Int64,
    "at": AT,
    "day": pl.Date,
    "name": pl.String,
    "channel": pl.String,
    "seconds": pl.Int64,
    "campaign": pl.String,
}
"""One row for whatever else a member did, also as the visitor they were before they signed in (``merges``): no order or
refund, nothing that Regulars or the ledger does by itself.
``seconds``: how long, where the event says so (its property ``seconds``); ``campaign``: ``context.campaign.name``."""

LEDGER: Schema = {
    "transfer": pl.Int64,
    "member": pl.Int64,
    "at": AT,
    "day": pl.Date,
    "currency": pl.String,
    "kind": pl.String,
    "points": pl.Int64,
    "rule": pl.String,
    "debit": pl.String,
    "credit": pl.String,
    "event": pl.Int64,
}
"""One row a transfer: ``points`` (above 0) of ``currency`` from the account ``debit`` to the account ``credit``."""

STANDING: Schema = {
    "member": pl.Int64,
    "joined": pl.Date,
    "tier": pl.String,
    "tier_since": AT,
    "points": pl.Int64,
    "points_pending": pl.Int64,
    "points_held": pl.Int64,
    "points_debt": pl.Int64,
    "source": pl.String,
    "last_at": AT,
    "traits": pl.String,
}
"""One row a member with an account, as of the sync. ``points*``: balances of the programme's first currency;
``source``: what sent the member's first event; ``last_at``: the latest moment that one of the member's events was
decided at (the month that ``events`` files it under); ``traits``: the member's profile as a JSON object, without
personal data, null where it is empty."""

TIER_CHANGES: Schema = {
    "seq": pl.Int64,
    "member": pl.Int64,
    "at": AT,
    "day": pl.Date,
    "before": pl.String,
    "after": pl.String,
    "why": pl.String,
}
"""One row a change of tier; null for no tier. ``why``: reached, reviewed, revised."""

SCORES: Schema = {
    "member": pl.Int64,
    "run": pl.Int64,
    "as_of": pl.Date,
    "alive": pl.Float64,
    "orders_30": pl.Float64,
    "orders_90": pl.Float64,
    "orders_365": pl.Float64,
    "value_365_minor": pl.Int64,
    "leaving_30": pl.Float64,
    "leaving_60": pl.Float64,
    "leaving_90": pl.Float64,
    "risk": pl.Int64,
    "worth": pl.Int64,
    "stage": pl.String,
    "next_action": pl.String,
    "next_worth_minor": pl.Int64,
    "orders_why": pl.String,
    "spend_why": pl.String,
}
"""One row a member who ever ordered, of one run of ``audience.scores`` (``run``), made of what was known on the morning
of ``as_of``. ``leaving_n``: chance of no order within n days; ``risk`` and ``worth``: bands, 0 low to 2 high;
``*_why``: why a model may not speak of her, empty where it may. Written by ``insight.lake.scores``, not by a sync."""

MERGES: Schema = {
    "visitor": pl.Int64,
    "member": pl.Int64,
}
"""One row a visitor who became a member and whose visits are in ``visits`` under that member."""

TABLES: dict[str, Schema] = {
    "events": EVENTS,
    "lines": LINES,
    "orders": ORDERS,
    "order_lines": ORDER_LINES,
    "visits": VISITS,
    "ledger": LEDGER,
    "standing": STANDING,
    "tier_changes": TIER_CHANGES,
    "scores": SCORES,
    "merges": MERGES,
}

KEYS = {"standing": None, "scores": None, "ledger": "transfer", "merges": "visitor"}
"""The column that numbers a table's rows, where it is not ``seq``."""
