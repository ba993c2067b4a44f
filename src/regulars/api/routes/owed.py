"""``/api/owed``: what the shop owes all its members in points."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from regulars.api.answers import answer
from regulars.api.doors import MAY_READ_MEMBERS
from regulars.api.schemas import problems
from regulars.insight.owed import kept
from regulars.insight.owed.report import owed

router = Router(tags=["owed"])


@router.get(
    "/owed",
    auth=MAY_READ_MEMBERS,
    summary="What is owed in points",
    response={200: dict[str, Any], **problems(401, 403, 503)},
)
def get_owed(request: HttpRequest) -> HttpResponse:
    """By currency of points: pending, available, held and debt; by age and by month of expiry; month by month with
    opening and closing, and whether it all ties to the ledger; and the last nightly estimate of what will lapse."""
    estimates = kept.last()
    guesses = {} if estimates is None else estimates["currencies"]
    at = None if estimates is None else estimates["at"]
    return answer({**owed().as_json(), "breakage": {"at": at, "currencies": guesses}})
