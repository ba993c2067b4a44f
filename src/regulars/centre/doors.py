"""Coming in with the shop's token, and going out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from regulars.centre import invited, notices, session, tokens
from regulars.events import simulated
from regulars.members import reads as members


@require_GET
def enter(request: HttpRequest) -> HttpResponse:
    """Sign in the customer whom the shop's token names, and show their home page."""
    try:
        shop_id = tokens.redeem(request.GET.get("token", ""))
    except tokens.LapsedTokenError:
        return notices.lapsed(request)
    except tokens.BadTokenError:
        return notices.bad_link(request)
    member = members.by_shop_id(shop_id)
    if member is None:
        return notices.not_yet(request)
    member_id = member.merged_into_id or member.pk
    session.begin(request, member_id, simulated=is_simulated(member_id))
    response = redirect("centre:home")
    invited.take_kept(request, member_id, response)
    return response


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    session.end(request)
    return notices.left(request)


def is_simulated(member_id: int) -> str:
    """The source that the member is simulated by; empty for a real one."""
    return simulated.kind_of(member_id)
