"""Where an invitation leads: what it is, and keeping its code until the shop has said who came.

A shop signs its customers in by itself, so nobody can become a customer here. Where the shop has a page of its own for
invitations, links go there (the setting ``REGULARS_INVITE_URL``). Here the code is kept in a signed cookie; who is
signed in by the shop within a month has accepted at the moment when they opened the link.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from regulars.centre import notices
from regulars.centre.session import visit_of
from regulars.flow import phrases
from regulars.flow.referrals import accepting, views
from regulars.flow.referrals.words import asked_words, promise_words
from regulars.members.reads import selves
from regulars.programmes import reads as programmes
from regulars.referrals import reads

COOKIE = "invited"
_SALT = "regulars.centre.invited"
_KEPT = timedelta(days=30)


@require_http_methods(["GET", "POST"])
def landing(request: HttpRequest, code: str) -> HttpResponse:
    """What an invitation brings and what to do; a member who is signed in accepts with a button."""
    _version, programme = programmes.current()
    invite = reads.invite_called(code)
    if invite is None or programme.referral is None:
        return notices.no_invitation(request, signed_in=visit_of(request) is not None)
    visit = visit_of(request)
    if visit is not None and visit.member_id in selves(invite.member_id):
        return redirect("centre:invite")
    now = datetime.now(UTC)
    came = views.of_friend(selves(visit.member_id)) if visit is not None else None
    accepted = visit is not None and came is None and request.method == "POST"
    if visit is not None and accepted:
        accepting.accept(visit.member_id, invite.code, now)
    context = {
        "club": phrases.named(programme.name, programme.key),
        "zone": programme.time_zone,
        "has_tiers": programme.tiers is not None,
        "has_tasks": True,
        "simulated": visit.simulated if visit is not None else False,
        "visit": visit,
        "here": "",
        "code": invite.code,
        "promise": promise_words(programme),
        "needs": asked_words(programme.referral, programme),
        "shop": views.link_of(invite.code),
        "accepted": accepted,
        "came": came,
        "demo_shop": visit is None and notices.has_demo_shop(),
    }
    response = render(request, "centre/invited.html", context)
    if visit is None:
        response.set_signed_cookie(
            COOKIE,
            f"{invite.code}.{int(now.timestamp())}",
            salt=_SALT,
            max_age=int(_KEPT.total_seconds()),
            path="/me/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def take_kept(request: HttpRequest, member_id: int, response: HttpResponse) -> None:
    """Somebody the shop has just signed in had opened an invitation here: they accepted it then. The code is kept no
    longer."""
    if COOKIE not in request.COOKIES:
        return
    response.delete_cookie(COOKIE, path="/me/", samesite="Lax")
    try:
        kept = request.get_signed_cookie(COOKIE, salt=_SALT, max_age=int(_KEPT.total_seconds()))
    except signing.BadSignature:
        return
    code, _dot, at = str(kept).partition(".")
    invite = reads.invite_called(code)
    if invite is not None and member_id not in selves(invite.member_id):
        accepting.accept(member_id, invite.code, datetime.fromtimestamp(int(at), UTC))
