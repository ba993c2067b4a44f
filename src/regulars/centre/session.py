"""Who is visiting: a member in the session, for some hours after the shop sent them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django_htmx.http import HttpResponseClientRedirect

from regulars.centre import notices

VISIT_SECONDS = 12 * 3600
"""How long a visit lasts; then the shop is asked again."""
_KEY = "centre"


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in member. ``simulated``: the source that they are simulated by, if they are."""

    member_id: int
    simulated: str


def begin(request: HttpRequest, member_id: int, simulated: str) -> None:
    """Sign the member in, under a new session id: one that was planted before is worth nothing."""
    request.session.cycle_key()
    request.session[_KEY] = {"member": member_id, "simulated": simulated, "until": int(time.time()) + VISIT_SECONDS}


def end(request: HttpRequest) -> None:
    """Sign the member out. An operator who is signed in beside stays so."""
    if request.session.pop(_KEY, None) is not None:
        request.session.cycle_key()


def visit_of(request: HttpRequest) -> Visit | None:
    """Who is visiting; None when nobody is, or not any more."""
    kept = request.session.get(_KEY)
    if not kept or kept["until"] < time.time():
        return None
    return Visit(kept["member"], kept["simulated"])


def for_members(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open the page to a signed-in member only, given as its second argument; others are told how to come in."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        visit = visit_of(request)
        if visit is not None:
            return view(request, visit, *args, **kwargs)
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(request.path)
        return notices.come_in(request)

    return opened
