"""JSON for people: one thing a line, exact numbers, and the field that a problem names marked."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_encode = msgspec.json.Encoder(decimal_format="number").encode
_PART = re.compile(r"[^.\[\]]+|\[\d+\]")
_PLACE_IN_BATCH = re.compile(r"^events\[\d+\]\.?")


def text_of(value: Any) -> str:
    """The value as indented JSON; fractions (Decimal) keep their digits."""
    return msgspec.json.format(_encode(value), indent=2).decode()


def marked(value: Any, field: str) -> SafeString:
    """The value as indented JSON in HTML, with the value at ``field`` (``properties.products[1].price``) in a mark.

    A path that leads nowhere marks the nearest thing above it that is there; ``message_id`` also finds ``messageId``.
    """
    wanted = [part[1:-1] if part.startswith("[") else part for part in _PART.findall(_PLACE_IN_BATCH.sub("", field))]
    return _node(value, wanted if _there(value, wanted) else _nearest(value, wanted), "")


def _nearest(value: Any, wanted: list[str]) -> list[str]:
    while wanted and not _there(value, wanted):
        wanted = wanted[:-1]
    return wanted


def _there(value: Any, wanted: list[str]) -> bool:
    for part in wanted:
        found = _step(value, part)
        if found is None:
            return False
        value = found[0]
    return bool(wanted)


def _step(value: Any, part: str) -> tuple[Any] | None:
    if isinstance(value, dict):
        return next(((item,) for key, item in value.items() if _plain(key) == _plain(part)), None)
    if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
        return (value[int(part)],)
    return None


def _plain(key: str) -> str:
    """``messageId`` and ``message_id`` alike."""
    return key.replace("_", "").lower()


def _node(value: Any, wanted: list[str] | None, indent: str) -> SafeString:
    """``wanted`` is the rest of the path below here; None when the path leads elsewhere. Empty at the root: no mark."""
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        rows = [
            (
                deeper,
                _encode(str(key)).decode(),
                _child(item, str(key), wanted, deeper),
                "," if number < len(value) else "",
            )
            for number, (key, item) in enumerate(value.items(), 1)
        ]
        return format_html("{{\n{}{}}}", format_html_join("", "{}{}: {}{}\n", rows), indent)
    if isinstance(value, list) and value:
        rows = [
            (deeper, "", _child(item, str(place), wanted, deeper), "," if place + 1 < len(value) else "")
            for place, item in enumerate(value)
        ]
        return format_html("[\n{}{}]", format_html_join("", "{}{}{}{}\n", rows), indent)
    return format_html("{}", _encode(value).decode())


def _child(item: Any, key: str, wanted: list[str] | None, indent: str) -> SafeString:
    if not wanted or _plain(wanted[0]) != _plain(key):
        return _node(item, None, indent)
    inside = _node(item, wanted[1:] or None, indent)
    return inside if wanted[1:] else format_html('<mark class="k-field-mark">{}</mark>', inside)
