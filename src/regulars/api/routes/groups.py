"""Buying together: opening a group, joining it, and how far it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from regulars.api.answers import answer
from regulars.api.doors import MAY_READ_MEMBERS, MAY_WRITE_POINTS
from regulars.api.idempotency import KEY_PARAMETERS, key_of, source_of
from regulars.api.reward_schemas import GroupOut, JoinIn, OpenGroupIn
from regulars.api.routes.members import member_called
from regulars.api.schemas import problems
from regulars.flow import groups
from regulars.flow.problems import problem
from regulars.groups import reads
from regulars.groups.models import Group

router = Router(tags=["group buys"])


@router.post(
    "/groups",
    auth=MAY_WRITE_POINTS,
    summary="Open a group",
    response={201: GroupOut, **problems(400, 401, 403, 404, 409, 422, 503)},
    openapi_extra=KEY_PARAMETERS,
)
def open_group(request: HttpRequest, wanted: OpenGroupIn) -> HttpResponse:
    """With the member in its first place. The group's price holds for carts that name it as `group`."""
    key = key_of(request)
    made = groups.open_group(member_called(wanted.member).pk, wanted.group_buy, key, source_of(request))
    return answer(_group(str(made.pk)), status=201)


@router.post(
    "/groups/{group_id}/join",
    auth=MAY_WRITE_POINTS,
    summary="Join a group",
    response={200: GroupOut, **problems(401, 403, 404, 409, 422, 503)},
)
def join_group(request: HttpRequest, group_id: str, who: JoinIn) -> HttpResponse:
    """A place is kept for half an hour unless its checkout begins. Joining twice is joining once."""
    place = groups.join(group_id, member_called(who.member).pk)
    return answer(_group(group_id) | {"kept_until": place.kept_until})


@router.get(
    "/groups/{group_id}",
    auth=MAY_READ_MEMBERS,
    summary="How far a group is",
    response={200: GroupOut, **problems(401, 403, 404, 503)},
)
def get_group(request: HttpRequest, group_id: str) -> HttpResponse:
    """Places taken and paid, and until when it has to form."""
    return answer(_group(group_id))


def _group(group_id: str) -> dict[str, Any]:
    found: Group | None = reads.group(group_id)
    if found is None:
        raise problem("unknown-group", "group")
    return {
        "id": str(found.pk),
        "group_buy": found.offer,
        "state": found.state,
        "people": found.people,
        "taken": len(reads.held(found, datetime.now(UTC))),
        "paid": sum(place.paid_at is not None for place in found.places.all()),
        "opened_at": found.opened_at,
        "deadline": found.deadline,
        "settled_at": found.settled_at,
    }
