"""``POST /api/events``: one event, or up to a thousand."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from regulars.api.answers import many_outcomes, one_outcome
from regulars.api.body import read_body
from regulars.api.doors import MAY_WRITE_EVENTS
from regulars.api.schemas import REFERENCES, Decision, Event, Events, Results, problems
from regulars.flow.intake import reader, take
from regulars.flow.problems import problem
from regulars.flow.wire.numbers import decode

EVENTS_MAX = 1_000

router = Router(tags=["events"])


def _body() -> dict[str, Any]:
    example = {
        "name": "Order Completed",
        "message_id": "order-10023",
        "user_id": "1",
        "timestamp": "2026-05-01T10:00:00Z",
        "properties": {
            "order_id": "10023",
            "total": 35.2,
            "products": [{"product_id": "tea-1", "price": 17.6, "quantity": 2, "category": "tea"}],
        },
    }
    schemas = [{"$ref": REFERENCES.format(model=model.__name__)} for model in (Event, Events)]
    return {"required": True, "content": {"application/json": {"schema": {"oneOf": schemas}, "example": example}}}


@router.post(
    "/events",
    auth=MAY_WRITE_EVENTS,
    summary="Send events",
    response={200: Decision | Results, 202: Results, **problems(400, 401, 403, 409, 411, 413, 415, 422, 503)},
    openapi_extra={"requestBody": _body()},
)
def send_events(request: HttpRequest) -> HttpResponse:
    """One event or `{"events": [...]}` with at most a thousand. Good ones go in, bad ones come back with their reason
    and are kept in quarantine. For one event the answer is its decision (200), 202 when it waits for its order, or the
    problem: 409 when the message id was used by another event, 422 when it does not fit. `Content-Encoding: gzip` is
    taken; 10 MB at most, unpacked."""
    data, odd = decode(read_body(request))
    read = reader(request.auth.source)  # type: ignore[attr-defined]
    if type(data) is not dict or "events" not in data:
        return one_outcome(take([data], read, odd)[0])
    events = data["events"]
    if type(events) is not list:
        raise problem("not-a-list", "events")
    if not events:
        raise problem("no-events", "events")
    if len(events) > EVENTS_MAX:
        raise problem("too-many-events", "events", count=len(events), most=EVENTS_MAX)
    return many_outcomes(take(events, read, odd, at="events"))
