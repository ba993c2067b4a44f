"""Why: what my points are made of, why I have this tier, and why something earned nothing."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from regulars.centre.pages import about
from regulars.centre.session import Visit, for_members
from regulars.flow.explain.balance import balance as story_of_balance
from regulars.flow.explain.missing import missing, recent
from regulars.flow.explain.story import Story
from regulars.flow.explain.tier import tier as story_of_tier
from regulars.programmes import reads as programmes


@require_GET
@for_members
def balance(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What my points of a currency are made of."""
    return _page(request, visit, story_of_balance(visit.member_id, request.GET.get("currency") or None), "home")


@require_GET
@for_members
def tier(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Why I have this tier."""
    return _page(request, visit, story_of_tier(visit.member_id), "tiers")


@require_GET
@for_members
def ask(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What I did lately: about what do I miss points?"""
    _version, programme = programmes.current()
    context = about(programme, visit, "history") | {"events": recent(visit.member_id)}
    return render(request, "centre/ask.html", context)


@require_GET
@for_members
def why(request: HttpRequest, visit: Visit, event_id: int) -> HttpResponse:
    """What one thing I did earned, and why no more."""
    return _page(request, visit, missing(visit.member_id, event_id), "history")


def _page(request: HttpRequest, visit: Visit, story: Story | None, here: str) -> HttpResponse:
    if story is None:
        raise Http404
    _version, programme = programmes.current()
    back = {
        "home": ("centre:home", _("Overview")),
        "tiers": ("centre:tiers", _("Tiers")),
        "history": ("centre:ask", _("What did I miss?")),
    }[here]
    context = about(programme, visit, here) | {"story": story, "back": back}
    return render(request, "centre/explain.html", context)
