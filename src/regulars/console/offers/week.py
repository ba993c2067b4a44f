"""A draft on last week's baskets: tried a second at a time, so that the page shows how far it is and never waits long.

What has been summed up travels with the page, signed; no server has to remember it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from regulars.console.offers.drafting import Draft
from regulars.console.reads import tier_counts
from regulars.insight import baskets
from regulars.insight.baskets import Week
from regulars.insight.trial import Trial, Trying, asks_more, find, from_state, is_for_tier, state
from regulars.rules.offers.model import Coupon, Offer
from regulars.rules.programme import Programme

STEP_SECONDS = 1.5
PART = 200
_SALT = "offers.week"
_AGE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Eligible:
    """A tier, how many members stand on it, and whether the offer is for them."""

    name: str
    members: int
    is_for: bool


def week_panel(request: HttpRequest, draft: Draft, key: str, programme: Programme | None) -> HttpResponse:
    """The panel, one step further than the posted state; the browser asks for the next step until all is tried."""
    assert draft.offers is not None
    one = find(draft.offers, key)
    assert one is not None
    offer = one.offer if isinstance(one, Coupon) else one
    place, trial, week = _state(request.POST.get("state", ""), draft)
    trying = Trying(draft.offers, key)
    until = time.monotonic() + STEP_SECONDS
    while place < len(week.orders):
        ids = week.part(place, PART)
        trying.run(trial, baskets.baskets(ids, draft.offers.currency, trying.zone))
        place += len(ids)
        if time.monotonic() >= until:
            break
    done = place >= len(week.orders)
    context: dict[str, Any] = {
        "week": week,
        "days": baskets.DAYS,
        "trial": trial,
        "place": place,
        "all": len(week.orders),
        "done": done,
        "address": request.path,
        "state": ""
        if done
        else signing.dumps([draft.digest, week.newest, place, state(trial)], salt=_SALT, compress=True),
        "currency": draft.offers.currency,
        "percent": percent(trial.cost_minor, trial.sales_minor),
        "share": percent(trial.touched, trial.baskets),
        "offer": offer,
        "is_coupon": isinstance(one, Coupon),
        "budget_percent": percent(trial.cost_minor, offer.budget_minor) if offer.budget_minor else "",
        "eligible": eligible(offer, programme) if done else [],
        "asks_more": asks_more(offer),
    }
    return TemplateResponse(request, "console/offers/week.html", context)


def _state(text: str, draft: Draft) -> tuple[int, Trial, Week]:
    """Where the trial stands; at its beginning when it was another draft's, too old, or there is none."""
    if text:
        try:
            digest, newest, place, numbers = signing.loads(text, salt=_SALT, max_age=_AGE_SECONDS)
        except signing.BadSignature:
            digest = ""
        if digest == draft.digest:
            return place, from_state(numbers), baskets.week(newest)
    return 0, Trial(), baskets.week()


def eligible(offer: Offer, programme: Programme | None) -> list[Eligible]:
    """Who may have an offer, by tier as they stand today."""
    return [
        Eligible(row.name, row.members, is_for_tier(offer, row.key))
        for row in tier_counts(programme, nobody=_("No tier yet"))
    ]


def percent(part: int, whole: int) -> str:
    """A share in percent, to one decimal: ``12.3``."""
    if not whole:
        return "0"
    return str((Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP))
