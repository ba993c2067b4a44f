"""Segments as their file would say them: the way back from ``read``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any as Anything

from regulars.rules.condition import Condition
from regulars.rules.language.plainly import condition, local_day
from regulars.rules.segments.model import (
    All,
    Any,
    Belongs,
    Bounds,
    Did,
    Not,
    Orders,
    Points,
    Said,
    Score,
    Segments,
    Sequence,
    Spent,
    Standing,
    When,
    Who,
    Window,
)
from regulars.rules.segments.windows import BOUNDS


def write(segments: Segments) -> dict[str, Anything]:
    """The segments as plain settings that ``read`` turns back into them."""
    return {
        "currency": segments.currency,
        "segments": [
            {
                "key": one.key,
                "name": one.name,
                **({"strategy": one.strategy} if one.strategy else {}),
                "who": write_who(one.who, segments.minor_digits),
            }
            for one in segments.segments
        ],
    }


def write_who(who: Who, digits: int) -> dict[str, Anything]:
    """A definition as plain settings; days are texts, so that they are JSON too."""
    if isinstance(who, All):
        return {"all": [write_who(part, digits) for part in who.parts]}
    if isinstance(who, Any):
        return {"any": [write_who(part, digits) for part in who.parts]}
    if isinstance(who, Not):
        return {"not": write_who(who.part, digits)}
    if isinstance(who, Orders):
        return {"orders": {**_bounds(who.bounds), **_window(who.window), **_where(who.where)}}
    if isinstance(who, Spent):
        return {"spent": {**_bounds(who.bounds, digits), **_window(who.window), **_where(who.where)}}
    if isinstance(who, Did):
        return {"did": {"event": who.event, **_bounds(who.bounds), **_window(who.window), **_where(who.where)}}
    if isinstance(who, Sequence):
        steps = [{"event": step.event, **_where(step.where)} for step in who.steps]
        within = {} if who.within_days is None else {"within_days": who.within_days}
        return {"sequence": {"steps": steps, **within, **_window(who.window)}}
    if isinstance(who, When):
        return {who.what: _window(who.window) or {"ever": True}}
    if isinstance(who, Points):
        return {"points": _bounds(who.bounds)}
    if isinstance(who, Said):
        return {who.what: {**_bounds(who.bounds), **_window(who.window)}}
    if isinstance(who, Score):
        return {f"score.{who.what}": _bounds(who.bounds, digits if who.what == "value" else 0)}
    if isinstance(who, Belongs):
        return {"segment": list(who.keys)}
    assert isinstance(who, Standing)
    return condition([who.test])


def _bounds(bounds: Bounds, digits: int = 0) -> dict[str, Anything]:
    said = {name: getattr(bounds, name) for name in BOUNDS}
    return {name: _major(number, digits) for name, number in said.items() if number is not None}


def _major(number: int | Decimal, digits: int) -> int | Decimal:
    if not digits or not isinstance(number, int):
        return number
    return number // 10**digits if number % 10**digits == 0 else Decimal(number).scaleb(-digits)


def _window(window: Window) -> dict[str, Anything]:
    said: dict[str, Anything] = {}
    if window.within_days is not None:
        said["within_days"] = window.within_days
    if window.before_days is not None:
        said["before_days"] = window.before_days
    first, last = local_day(window.first), local_day(window.last)
    if first is not None and last is not None:
        said["between"] = [first.isoformat(), last.isoformat()]
    return said


def _where(where: Condition) -> dict[str, Anything]:
    return {"where": condition(where.tests)} if where.tests else {}
