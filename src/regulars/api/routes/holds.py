"""Spending points: set aside, then capture or release; and points given or taken by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from ninja import Router

from regulars.api.answers import answer
from regulars.api.doors import MAY_WRITE_POINTS
from regulars.api.idempotency import KEY_PARAMETERS, key_of, source_of
from regulars.api.routes.members import MemberId, member_called
from regulars.api.schemas import AdjustmentIn, CaptureIn, HoldIn, HoldOut, problems
from regulars.flow import holds

router = Router(tags=["points"])


@router.post(
    "/members/{member_id}/holds",
    auth=MAY_WRITE_POINTS,
    summary="Set points aside",
    response={201: HoldOut, **problems(400, 401, 403, 404, 409, 422, 503)},
    openapi_extra=KEY_PARAMETERS,
)
def place_hold(request: HttpRequest, member_id: MemberId, hold: HoldIn) -> HttpResponse:
    """The points cannot be spent elsewhere until the hold is captured, released, or lapses by itself."""
    key = key_of(request)
    expires_at = None
    if hold.expires_in_seconds is not None:
        expires_at = datetime.now(UTC) + timedelta(seconds=hold.expires_in_seconds)
    member = member_called(member_id)
    placed = holds.place(member.pk, hold.points, hold.currency, key, source_of(request), hold.order_id, expires_at)
    return answer(placed, status=201)


@router.post(
    "/holds/{hold_id}/capture",
    auth=MAY_WRITE_POINTS,
    summary="Spend what was set aside",
    response={200: HoldOut, **problems(400, 401, 403, 404, 409, 422, 503)},
    openapi_extra=KEY_PARAMETERS,
)
def capture_hold(request: HttpRequest, hold_id: int, capture: CaptureIn | None = None) -> HttpResponse:
    """All of it, or so many points; the rest goes back to where it came from."""
    wanted = capture or CaptureIn(points=None, order_id=None)
    return answer(holds.capture(hold_id, wanted.points, wanted.order_id, key_of(request), source_of(request)))


@router.post(
    "/holds/{hold_id}/release",
    auth=MAY_WRITE_POINTS,
    summary="Give back what was set aside",
    response={200: HoldOut, **problems(400, 401, 403, 404, 409, 422, 503)},
    openapi_extra=KEY_PARAMETERS,
)
def release_hold(request: HttpRequest, hold_id: int) -> HttpResponse:
    """The points go back to the lots they came from."""
    return answer(holds.release(hold_id, key_of(request), source_of(request)))


@router.post(
    "/members/{member_id}/adjustments",
    auth=MAY_WRITE_POINTS,
    summary="Give or take points by hand",
    response={201: HoldOut, **problems(400, 401, 403, 404, 409, 422, 503)},
    openapi_extra=KEY_PARAMETERS,
)
def adjust_points(request: HttpRequest, member_id: MemberId, adjustment: AdjustmentIn) -> HttpResponse:
    """With a reason that the customer reads in their history. Never takes more than is available."""
    key = key_of(request)
    member = member_called(member_id)
    made = holds.adjust(member.pk, adjustment.points, adjustment.currency, adjustment.reason, key, source_of(request))
    return answer(made, status=201)
