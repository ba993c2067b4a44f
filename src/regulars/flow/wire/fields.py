"""The fields that every event has: texts, outside ids, the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from regulars.rules.money import Unfit

TEXT_MAX = 256
FUTURE_MAX = timedelta(hours=1)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def either(body: dict[str, Any], snake: str, camel: str) -> Any:
    """The value under either spelling."""
    value = body.get(snake)
    return body.get(camel) if value is None else value


def text(value: Any, field: str) -> str:
    """A text of 1 to ``TEXT_MAX`` characters."""
    if type(value) is not str:
        raise Unfit("missing" if value is None else "not-text", field)
    if not value:
        raise Unfit("missing", field)
    if len(value) > TEXT_MAX:
        raise Unfit("text-too-long", field, most=TEXT_MAX)
    return value


def outside_id(value: Any, field: str) -> str | None:
    """An outside id; whole numbers are taken as their digits, an empty one is none."""
    if type(value) is int:
        value = str(value)
    elif value is None or value == "":
        return None
    elif type(value) is not str:
        raise Unfit("not-text", field)
    if len(value) > TEXT_MAX:
        raise Unfit("text-too-long", field, most=TEXT_MAX)
    return value


def moment(body: dict[str, Any], now: datetime) -> datetime:
    """When the event happened, UTC; ``now`` when it does not say. Raises Unfit: no time, no offset, not likely."""
    value = body.get("timestamp")
    field = "timestamp"
    if value is None:
        field = "occurred_at"
        value = either(body, "occurred_at", "occurredAt")
        if value is None:
            return now
    if type(value) is not str:
        raise Unfit("not-a-time", field)
    try:
        when = datetime.fromisoformat(value)
        if when.tzinfo is None:
            raise Unfit("no-offset", field)
        when = when.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        if isinstance(error, Unfit):
            raise
        raise Unfit("not-a-time", field) from None
    if when > now + FUTURE_MAX:
        raise Unfit("in-the-future", field, minutes=int(FUTURE_MAX.total_seconds()) // 60)
    if when < EARLIEST:
        raise Unfit("too-long-ago", field, earliest=EARLIEST.date().isoformat())
    return when
