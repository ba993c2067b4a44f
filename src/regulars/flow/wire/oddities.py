"""What JSON can say and a database cannot keep: looked for only in bodies that gave a reason to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from regulars.flow.wire.personal import DEPTH_MAX
from regulars.rules.money import Unfit

_DEEPEST = 3 * DEPTH_MAX


def look_through(value: Any, at: str = "", depth: int = 0) -> None:
    """Raise Unfit, with its place, at the first NUL character, half character or NaN (also made of endless numbers)."""
    kind = type(value)
    if depth > _DEEPEST:
        raise Unfit("too-deep", at, most=DEPTH_MAX)
    if kind is str:
        _look_at_text(value, at)
    elif kind is Decimal:
        if not value.is_finite():
            raise Unfit("not-a-number", at)
    elif kind is dict:
        for key, item in value.items():
            _look_at_text(key, at)
            look_through(item, f"{at}.{key}" if at else key, depth + 1)
    elif kind is list:
        for place, item in enumerate(value):
            look_through(item, f"{at}[{place}]", depth + 1)


def _look_at_text(text: str, at: str) -> None:
    if "\0" in text:
        raise Unfit("forbidden-character", at)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Unfit("half-character", at) from None


def storable(value: Any, depth: int = 0) -> Any:
    """The same, with what cannot be kept written out in plain characters: for the quarantine."""
    kind = type(value)
    if depth > _DEEPEST:
        return "…"
    if kind is str:
        return value.replace("\0", "\\u0000").encode("utf-8", "backslashreplace").decode()
    if kind is Decimal and not value.is_finite():
        return str(value)
    if kind is dict:
        return {storable(key): storable(item, depth + 1) for key, item in value.items()}
    if kind is list:
        return [storable(item, depth + 1) for item in value]
    return value
