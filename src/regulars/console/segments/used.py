"""Where a segment is named: in offers, in coupons, in other segments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from regulars.audience.segments.models import RULE, Segment
from regulars.offers.reads import NoOffers, live
from regulars.rules.condition import Test

NAME = "member.segment"


def offers_naming(key: str) -> list[tuple[str, str]]:
    """Offers and coupons in effect that ask for the segment: each one's key and name."""
    try:
        found = live()
    except NoOffers:
        return []
    return [(offer.key, _name(offer)) for offer in found.by_key.values() if key in set(_named(offer))]


def segments_naming(key: str) -> list[tuple[str, str]]:
    """Other segments whose conditions ask for this one: each one's key and name."""
    rows = Segment.objects.filter(kind=RULE, archived_at=None).exclude(key=key).order_by("name")
    return [(row.key, row.name) for row in rows if key in set(_asked(row.definition))]


def _name(offer: Any) -> str:
    from_file = getattr(offer, "name", None)
    return str(from_file) if isinstance(from_file, str) and from_file else str(offer.key)


def _named(value: Any) -> Iterator[str]:
    """The segments that tests within an offer speak of."""
    if isinstance(value, Test):
        if value.name == NAME:
            yield from map(str, value.value if isinstance(value.value, tuple) else (value.value,))
    elif is_dataclass(value):
        for each in fields(value):
            yield from _named(getattr(value, each.name))
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _named(item)


def _asked(definition: Any) -> Iterator[str]:
    """The segments that a definition asks for."""
    if isinstance(definition, dict):
        for name, value in definition.items():
            if name == "segment":
                yield from [value] if isinstance(value, str) else map(str, value)
            else:
                yield from _asked(value)
    elif isinstance(definition, list):
        for item in definition:
            yield from _asked(item)
