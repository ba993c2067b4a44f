"""Where a definition can be looked at, counted and kept: the console's form of a new segment, filled in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
from django.urls import reverse
from django.utils.http import urlencode

from regulars.audience.segments.definition import as_text

LENGTH_MAX = 4000
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def of_new(definition: Mapping[str, Any], name: str = "") -> str:
    """The path of the form, with these conditions and this name."""
    return f"{reverse('admin:segments_new')}?{urlencode({'name': name, 'who': as_text(definition)})}"


def read(text: str) -> dict[str, Any] | None:
    """The definition that an address says, exact to the last digit; None when it says none. Not checked yet."""
    if not text or len(text) > LENGTH_MAX:
        return None
    try:
        found = _decode(text)
    except msgspec.DecodeError:
        return None
    return found if isinstance(found, dict) and found else None
