"""The year as JSON bodies is the year: what a shop would send parses back to the same orders."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice

import msgspec

from regulars.connect import complete_journey
from regulars.connect.json_batches import batches
from regulars.rules.orders import order_of

_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def test_batches_hold_the_year_in_order() -> None:
    bodies = list(islice(batches(500, shift_days=0), 3))
    sent = [event for body in bodies for event in _decode(body)["events"]]
    typed = list(islice(complete_journey.baskets(0), 1500))
    assert [len(_decode(body)["events"]) for body in bodies] == [500, 500, 500]
    for event, basket in zip(sent, typed, strict=True):
        assert event["message_id"] == basket.event.message_id
        assert event["user_id"] == basket.user_id
        assert order_of(event["properties"], 2) == basket.event.order


def test_the_last_batch_is_shorter() -> None:
    count = sum(1 for _ in complete_journey.baskets(0, (0, 40)))
    sizes = [body.count(b'"message_id"') for body in batches(1_000, 0, (0, 40))]
    assert sizes == [1_000] * (count // 1_000) + [count % 1_000]
    assert len(sizes) > 2


def test_no_amount_is_a_binary_fraction() -> None:
    body = next(batches(200, shift_days=0))
    amounts = [
        product[name]
        for event in _decode(body)["events"]
        for product in event["properties"]["products"]
        for name in ("price", "subtotal", "discount")
        if name in product
    ]
    assert amounts
    assert all(isinstance(amount, Decimal) and amount.as_tuple().exponent == -2 for amount in amounts)
