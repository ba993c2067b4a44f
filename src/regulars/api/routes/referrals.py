"""A member's invitation, and the friends who came by it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from regulars.api.answers import answer
from regulars.api.doors import MAY_READ_MEMBERS
from regulars.api.referral_schemas import InviteOut, ReferralsOut
from regulars.api.routes.members import Before, Limit, MemberId, member_called
from regulars.api.schemas import problems
from regulars.flow.referrals import views
from regulars.flow.referrals.views import ReferralView
from regulars.members.reads import selves

router = Router(tags=["referrals"])


@router.get(
    "/members/{member_id}/invite",
    auth=MAY_READ_MEMBERS,
    summary="A member's invitation",
    response={200: InviteOut, **problems(401, 403, 404, 503)},
)
def get_invite(request: HttpRequest, member_id: MemberId) -> HttpResponse:
    """The code, made when it is asked for first and never changed; how many friends it brought, and what for."""
    found = views.invite(member_called(member_id).pk)
    return answer(
        {
            "code": found.code,
            "link": found.link or None,
            "friends": found.friends,
            "points": found.points,
            "things": found.things,
        }
    )


@router.get(
    "/members/{member_id}/referrals",
    auth=MAY_READ_MEMBERS,
    summary="The friends a member brought",
    response={200: ReferralsOut, **problems(401, 403, 404, 422, 503)},
)
def get_referrals(request: HttpRequest, member_id: MemberId, before: Before = None, limit: Limit = 50) -> HttpResponse:
    """Each with its state and the reason, the newest first; and by whose invitation the member came."""
    member = member_called(member_id)
    rows, following = views.of_referrer(member.pk, before, limit)
    came = views.of_friend(selves(member.pk))
    return answer(
        {
            "referrals": [_referral(row, row.other, member_id) for row in rows],
            "next": following,
            "invited_by": None if came is None else _referral(came, member_id, came.other),
        }
    )


def _referral(view: ReferralView, friend: str, referrer: str) -> dict[str, Any]:
    row = view.referral
    return {
        "id": row.pk,
        "friend": friend or None,
        "referrer": referrer or None,
        "state": view.state,
        "reason": row.reason or None,
        "why": view.why,
        "accepted_at": row.joined_at,
        "until": row.until_at,
        "order_id": row.order_id,
        "points": view.points,
    }
