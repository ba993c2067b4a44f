"""The demo year as a shop would send it: bodies for ``POST /api/events``, in order. What the benches send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

import msgspec

from regulars.connect import complete_journey
from regulars.connect.native import body

_encode = msgspec.json.Encoder(decimal_format="number").encode


def batches(size: int = 500, shift_days: int | None = None, part: tuple[int, int] = (0, 1)) -> Iterator[bytes]:
    """The year's orders as JSON, ``size`` in a body, the last one shorter.

    shift_days, part: as in ``complete_journey.baskets``; by default the whole year, ending now.
    """
    if shift_days is None:
        shift_days = complete_journey.shift_days_to(datetime.now(UTC))
    year = complete_journey.baskets(shift_days, part)
    while piece := [body(basket.user_id, basket.event) for basket in islice(year, size)]:
        yield _encode({"events": piece})
