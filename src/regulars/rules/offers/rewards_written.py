"""Gifts, charities and group buys as their file would say them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from regulars.rules.language.plainly import condition, filled
from regulars.rules.language.written import Amount as Money
from regulars.rules.offers.model import Charity, GroupBuy, Limit, PointsGift

Moment = Callable[[int | None], date | str | None]


def gift_written(gift: PointsGift, moment: Moment, limit: Callable[[Limit], dict[str, Any]]) -> dict[str, Any]:
    """One gift for points."""
    offer = gift.offer
    deal: Any = offer.deal
    return filled(
        {
            "key": offer.key,
            "kind": "coupon" if gift.coupon else "product",
            "name": dict(offer.name),
            "description": dict(gift.description),
            "picture": gift.picture or None,
            "product_id": None if gift.coupon else deal.product_id,
            "sku": gift.sku or None,
            "coupon": gift.coupon or None,
            "points": gift.points,
            "currency": gift.currency or None,
            "for": condition(offer.member.tests),
            "valid": filled({"from": moment(offer.valid_from_us), "until": moment(offer.valid_until_us)}),
            "stock": offer.stock,
            "at_most": None if offer.at_most is None else limit(offer.at_most),
        }
    )


def charity_written(charity: Charity, amount: Money, moment: Moment) -> dict[str, Any]:
    """One project that points are given to."""
    return filled(
        {
            "key": charity.key,
            "name": dict(charity.name),
            "description": dict(charity.description),
            "picture": charity.picture or None,
            "points": charity.unit_points,
            "amount": amount(charity.amount_minor) if charity.amount_minor else None,
            "currency": charity.currency or None,
            "goal": charity.goal_points,
            "at_least": None if charity.at_least_points == charity.unit_points else charity.at_least_points,
            "valid": filled({"from": moment(charity.valid_from_us), "until": moment(charity.valid_until_us)}),
        }
    )


def group_buy_written(buy: GroupBuy, offer: dict[str, Any]) -> dict[str, Any]:
    """One price for a group; ``offer``: its price as an offer is written."""
    price = {key: value for key, value in offer.items() if key != "kind"}
    more = {"description": dict(buy.description), "picture": buy.picture or None}
    return {**price, "people": buy.people, "hours": buy.hours, **filled(more)}
