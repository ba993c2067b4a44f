"""Benefits of tiers: what a member is entitled to, and each use of it."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema

from regulars.api.answers import answer
from regulars.api.doors import MAY_READ_MEMBERS, MAY_WRITE_COUPONS
from regulars.api.idempotency import KEY_PARAMETERS, key_of, source_of
from regulars.api.routes.members import MemberId, member_called
from regulars.api.schemas import problems
from regulars.flow import benefits

router = Router(tags=["benefits"])
Key = Annotated[str, Path(max_length=64, pattern=r"^[^\x00]*$", description="Its key in the programme")]


class BenefitOut(Schema):
    """A benefit of the member's level; `name` and `how` in the language of `Accept-Language`. `left` is null when it
    may be used as often as one likes."""

    key: str
    name: str
    how: str
    at_most: int | None
    per: Literal["day", "week", "month", "year", "ever"] | None
    used: int
    left: int | None


class BenefitsOut(Schema):
    """All of them, in the programme's order."""

    benefits: list[BenefitOut]


@router.get(
    "/members/{member_id}/benefits",
    auth=MAY_READ_MEMBERS,
    summary="What a member's tier brings",
    response={200: BenefitsOut, **problems(401, 403, 404)},
)
def get_benefits(request: HttpRequest, member_id: MemberId) -> HttpResponse:
    """At this moment, with how often each may still be used in its period."""
    found = benefits.of_member(member_called(member_id).pk)
    return answer({"benefits": [one.as_json() for one in found]})


@router.post(
    "/members/{member_id}/benefits/{benefit}/uses",
    auth=MAY_WRITE_COUPONS,
    summary="Use a benefit",
    response={201: BenefitOut, **problems(400, 401, 403, 404, 409, 422)},
    openapi_extra=KEY_PARAMETERS,
)
def use_benefit(request: HttpRequest, member_id: MemberId, benefit: Key) -> HttpResponse:
    """Once. Refused when the member's tier does not bring it, or it is used up for now."""
    key, member = key_of(request), member_called(member_id)
    return answer(benefits.use(member.pk, benefit, source_of(request), key).as_json(), status=201)
