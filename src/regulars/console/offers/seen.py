"""What the newest orders are made of, remembered for a while: for lists to choose from."""

from __future__ import annotations

from django.core.cache import cache

from regulars.insight import baskets
from regulars.insight.baskets import Goods

_REMEMBERED_SECONDS = 600


def goods() -> Goods:
    """Categories, products and channels of the newest orders."""
    known: Goods | None = cache.get("console.goods")
    if known is None:
        known = baskets.goods()
        cache.set("console.goods", known, _REMEMBERED_SECONDS)
    return known
