"""Addresses of the API (``/api/``) and of Segment's (``/v1/``)."""

from __future__ import annotations

from django.urls import path

from regulars.api import segment
from regulars.api.doors import api, plainly
from regulars.api.routes import (
    benefits,
    checkouts,
    coupons,
    events,
    games,
    groups,
    holds,
    members,
    owed,
    referrals,
    rest,
    rewards,
    segments,
    tasks,
)

_ROUTERS = (
    *(events.router, members.router, holds.router, checkouts.router, coupons.router),
    *(rewards.router, groups.router, benefits.router, tasks.router, games.router),
    *(owed.router, referrals.router, segments.router, rest.router),
)
for _router in _ROUTERS:
    api.add_router("", _router)

_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    assert _pattern.callback is not None
    _pattern.callback = plainly(_pattern.callback)

shop = (_patterns, _app, _namespace)
segment_patterns = [path(name, view, name=f"segment-{name}") for name, view in segment.VIEWS.items()]
