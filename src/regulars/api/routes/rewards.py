"""Gifts for points and points for charity."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from regulars.api.answers import answer
from regulars.api.doors import MAY_READ_MEMBERS, MAY_WRITE_POINTS
from regulars.api.idempotency import KEY_PARAMETERS, key_of, source_of
from regulars.api.reward_schemas import (
    CancelIn,
    Charities,
    DonationIn,
    DonationOut,
    GiftIn,
    Gifts,
    RedemptionOut,
)
from regulars.api.routes.members import MemberId, member_called
from regulars.api.schemas import problems
from regulars.flow.phrases import decimal_text
from regulars.flow.problems import problem
from regulars.flow.rewards import catalogue
from regulars.flow.rewards.catalogue import CharityView, GiftView
from regulars.flow.rewards.charity import donate
from regulars.flow.rewards.gifts import cancel, hand_over, redeem
from regulars.rewards.models import Donation, Redemption
from regulars.rules.language.money import MINOR_DIGITS
from regulars.rules.offers.model import Gift

router = Router(tags=["gifts and charity"])

ForMember = Annotated[str | None, Query(description="The shop's own id of a customer, to say what they can have")]
ID_MAX = 2**63 - 1


@router.get(
    "/gifts",
    auth=MAY_READ_MEMBERS,
    summary="What there is for points",
    response={200: Gifts, **problems(401, 403, 404, 503)},
)
def get_gifts(request: HttpRequest, member: ForMember = None) -> HttpResponse:
    """Every gift of the offers in effect; with `member`, whether that customer can have it now and what is missing."""
    found = catalogue.gifts(None if member is None else member_called(member).pk)
    return answer({"gifts": [_gift(one, member is not None) for one in found]})


@router.post(
    "/members/{member_id}/gifts",
    auth=MAY_WRITE_POINTS,
    summary="Take a gift for points",
    response={201: RedemptionOut, **problems(400, 401, 403, 404, 409, 422, 503)},
    openapi_extra=KEY_PARAMETERS,
)
def redeem_gift(request: HttpRequest, member_id: MemberId, wanted: GiftIn) -> HttpResponse:
    """The points are spent and the gift is taken from the stock, both or neither. A coupon is in the wallet at once; a
    product waits to be handed over."""
    key = key_of(request)
    return answer(_redemption(redeem(member_called(member_id).pk, wanted.gift, key, source_of(request))), status=201)


@router.post(
    "/redemptions/{redemption_id}/cancel",
    auth=MAY_WRITE_POINTS,
    summary="Cancel a gift",
    response={200: RedemptionOut, **problems(400, 401, 403, 404, 409, 422, 503)},
    openapi_extra=KEY_PARAMETERS,
)
def cancel_redemption(request: HttpRequest, redemption_id: int, why: CancelIn) -> HttpResponse:
    """The points go back to the lots they came from, the gift to the stock. Not once a product was handed over or a
    coupon used."""
    return answer(_redemption(cancel(_number(redemption_id), why.reason, key_of(request), source_of(request))))


@router.post(
    "/redemptions/{redemption_id}/hand-over",
    auth=MAY_WRITE_POINTS,
    summary="A gift was sent or handed over",
    response={200: RedemptionOut, **problems(400, 401, 403, 404, 409, 422, 503)},
    openapi_extra=KEY_PARAMETERS,
)
def hand_over_redemption(request: HttpRequest, redemption_id: int) -> HttpResponse:
    """From then on it cannot be cancelled."""
    return answer(_redemption(hand_over(_number(redemption_id), key_of(request), source_of(request))))


@router.get(
    "/charities",
    auth=MAY_READ_MEMBERS,
    summary="Projects that members give points to",
    response={200: Charities, **problems(401, 403, 503)},
)
def get_charities(request: HttpRequest) -> HttpResponse:
    """Each with what everybody together has given."""
    return answer({"charities": [_charity(one) for one in catalogue.charities()]})


@router.post(
    "/members/{member_id}/donations",
    auth=MAY_WRITE_POINTS,
    summary="Give points to a project",
    response={201: DonationOut, **problems(400, 401, 403, 404, 409, 422, 503)},
    openapi_extra=KEY_PARAMETERS,
)
def give_points(request: HttpRequest, member_id: MemberId, wanted: DonationIn) -> HttpResponse:
    """For good, in whole units of the project."""
    key = key_of(request)
    made = donate(member_called(member_id).pk, wanted.charity, wanted.points, key, source_of(request))
    total = next((one for one in catalogue.charities() if one.key == made.charity), None)
    return answer(_donation(made) | {"total": None if total is None else _charity(total)}, status=201)


def _number(redemption_id: int) -> int:
    if not 0 < redemption_id <= ID_MAX:
        raise problem("unknown-redemption", "redemption")
    return redemption_id


def _gift(one: GiftView, known: bool) -> dict[str, Any]:
    gift, deal = one.gift, one.gift.offer.deal
    assert isinstance(deal, Gift)
    why = one.why if known or one.why not in ("tier", "segment", "joined_days") else ""
    return {
        "key": gift.key,
        "kind": "coupon" if gift.coupon else "product",
        "name": gift.offer.name,
        "description": gift.description,
        "picture": gift.picture or None,
        "points": gift.points,
        "currency": one.currency.key,
        "product_id": None if gift.coupon else deal.product_id,
        "sku": gift.sku or None,
        "coupon": gift.coupon or None,
        "left": one.left,
        "why": why or None,
        "missing": one.missing,
    }


def _redemption(one: Redemption) -> dict[str, Any]:
    return {
        "id": one.pk,
        "gift": one.gift,
        "kind": one.kind,
        "state": one.state,
        "points": one.points,
        "currency": one.currency,
        "product_id": one.product_id or None,
        "sku": one.sku or None,
        "coupon": one.coupon_id,
        "hold": one.hold_id,
        "ordered_at": one.ordered_at,
        "settled_at": one.settled_at,
        "reason": one.reason or None,
    }


def _charity(one: CharityView) -> dict[str, Any]:
    charity, digits = one.charity, MINOR_DIGITS[one.money]
    return {
        "key": charity.key,
        "name": charity.name,
        "description": charity.description,
        "picture": charity.picture or None,
        "currency": one.currency.key,
        "unit": charity.unit_points,
        "at_least": charity.at_least_points,
        "unit_amount": decimal_text(charity.amount_minor, digits) if charity.amount_minor else None,
        "goal": charity.goal_points,
        "open": one.open,
        "points": one.raised.points,
        "amount": decimal_text(one.raised.amount_minor, digits),
        "donors": one.raised.donors,
    }


def _donation(one: Donation) -> dict[str, Any]:
    amount = decimal_text(one.amount_minor, MINOR_DIGITS[one.money])
    return {
        "id": one.pk,
        "charity": one.charity,
        "points": one.points,
        "currency": one.currency,
        "amount": amount,
        "at": one.at,
    }
