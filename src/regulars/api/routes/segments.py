"""``/api/segments``: the segments that there are, who belongs to them, and to which a member belongs."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from regulars.api.answers import answer
from regulars.api.doors import MAY_READ_MEMBERS
from regulars.api.routes.members import MemberId
from regulars.api.schemas import problems
from regulars.audience.segments import reads
from regulars.audience.segments.models import Segment
from regulars.flow.problems import problem
from regulars.members.reads import by_shop_id, shop_id_of

router = Router(tags=["segments"])

Key = Annotated[str, Path(description="The segment's key")]
After = Annotated[int, Query(ge=0, description="The `next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get(
    "/segments", auth=MAY_READ_MEMBERS, summary="Every segment",
    response={200: dict[str, Any], **problems(401, 403)},
)  # fmt: skip
def get_segments(request: HttpRequest) -> HttpResponse:
    """The segments that are not archived: how many belong, as of when, and what stood in the way of a refresh since."""
    return answer({"segments": [_segment(one) for one in reads.live()]})


@router.get(
    "/segments/{key}/members", auth=MAY_READ_MEMBERS, summary="Who belongs to a segment",
    response={200: dict[str, Any], **problems(401, 403, 404, 422)},
)  # fmt: skip
def get_segment_members(request: HttpRequest, key: Key, after: After = 0, limit: Limit = 200) -> HttpResponse:
    """The members, in a steady order. `id` is the shop's own; null for a visitor. Go on with `after` = `next`."""
    segment = reads.by_key(key) if "\0" not in key else None
    if segment is None or segment.archived_at is not None:
        raise problem("unknown-segment", "key")
    rows = reads.members(segment, after, limit + 1)
    shown = rows[:limit]
    names = shop_id_of(row.member_id for row in shown)
    found = [{"id": names.get(row.member_id), "since": row.since} for row in shown]
    following = shown[-1].member_id if len(rows) > limit else None
    return answer({"segment": _segment(segment), "members": found, "next": following})


@router.get(
    "/members/{member_id}/segments", auth=MAY_READ_MEMBERS, summary="The segments a member belongs to",
    response={200: dict[str, Any], **problems(401, 403, 404)},
)  # fmt: skip
def get_member_segments(request: HttpRequest, member_id: MemberId) -> HttpResponse:
    """By name, with the moment since when."""
    member = by_shop_id(member_id) if "\0" not in member_id else None
    if member is None:
        raise problem("unknown-member", "id")
    found = [
        {"key": one.segment.key, "name": one.segment.name, "since": one.since} for one in reads.of_member(member.pk)
    ]
    return answer({"member": member_id, "segments": found})


def _segment(one: Segment) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "kind": one.kind,
        "members": one.members_count,
        "refreshed_at": one.refreshed_at,
        "problem": one.problem or None,
    }
