"""Offers as their file would say them: the way back from ``read``, without what is the default anyway."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial, singledispatch
from typing import Any
from zoneinfo import ZoneInfo

from regulars.rules.language.plainly import condition, exact, filled
from regulars.rules.language.written import Amount as Money
from regulars.rules.language.written import amounts
from regulars.rules.offers.deals import GROUP_OF_KIND
from regulars.rules.offers.model import (
    GROUPS,
    Amount,
    Bundle,
    BuyGet,
    Codes,
    Coupon,
    Deal,
    Delivery,
    Gift,
    GroupRule,
    Limit,
    Nth,
    Offer,
    Offers,
    Percent,
    Policy,
    Price,
    Spend,
    Step,
)
from regulars.rules.offers.rewards_written import charity_written, gift_written, group_buy_written
from regulars.rules.programme import Condition

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write(offers: Offers) -> dict[str, Any]:
    """The offers as plain settings that ``read`` turns back into them."""
    amount = amounts(offers.minor_digits)
    data: dict[str, Any] = {"currency": offers.currency, "time_zone": offers.time_zone}
    moment = partial(_moment, zone=offers.time_zone)
    policy = _policy(offers.policy)
    if policy:
        data["policy"] = policy
    data["offers"] = [_offer(offer, amount, offers.time_zone, coupon=False) for offer in offers.offers]
    if offers.coupons:
        data["coupons"] = [_coupon(coupon, amount, offers.time_zone) for coupon in offers.coupons]
    if offers.gifts:
        data["gifts"] = [gift_written(gift, moment, lambda limit: _limit(limit, amount)) for gift in offers.gifts]
    if offers.charities:
        data["charities"] = [charity_written(charity, amount, moment) for charity in offers.charities]
    if offers.group_buys:
        data["group_buys"] = [
            group_buy_written(buy, _offer(buy.offer, amount, offers.time_zone, coupon=False))
            for buy in offers.group_buys
        ]
    return data


def _unless(value: Any, usual: Any) -> Any:
    return None if value == usual else value


def _policy(policy: Policy) -> dict[str, Any]:
    usual = Policy()
    earn_on = {key: _unless(getattr(policy.earn_on, key), getattr(usual.earn_on, key)) for key in _EARN_ON}
    groups = {
        group: _rule(rule) for group, rule in policy.groups.items() if rule != GROUPS.get(group, GroupRule("best_of"))
    }
    return filled(
        {
            "tax": _unless(policy.tax, usual.tax),
            "rounding": _unless(policy.rounding, usual.rounding),
            "base": _unless(policy.base, usual.base),
            "sequence": None if policy.sequence == usual.sequence else list(policy.sequence),
            "groups": groups,
            "earn_on": filled(earn_on),
            "returns": filled({key: None if getattr(policy.returns, key) else "kept" for key in ("coupons", "uses")}),
        }
    )


_EARN_ON = ("points_paid", "gift_card_paid", "coupon_paid")


def _rule(rule: GroupRule) -> Any:
    return rule.rule if rule.at_most is None else {"rule": rule.rule, "at_most": rule.at_most}


def _coupon(coupon: Coupon, amount: Money, zone: str) -> dict[str, Any]:
    more = {
        "valid_days": coupon.valid_days,
        "exclusive": coupon.exclusive or None,
        "codes": None if coupon.codes is None else _codes(coupon.codes),
    }
    return {**_offer(coupon.offer, amount, zone, coupon=True), **filled(more)}


def _codes(codes: Codes) -> dict[str, Any]:
    if codes.public:
        return {"public": codes.public}
    return filled({"prefix": codes.prefix or None, "length": codes.length, "count": codes.count})


def _offer(offer: Offer, amount: Money, zone: str, *, coupon: bool) -> dict[str, Any]:
    deal = _deal(offer.deal, amount)
    if isinstance(offer.deal, Amount):
        deal["each"] = _unless(offer.deal.each, "order" if coupon else "unit")
    valid = {"from": _moment(offer.valid_from_us, zone), "until": _moment(offer.valid_until_us, zone)}
    units = offer.units_at_most
    return filled(
        {
            "key": offer.key,
            "kind": offer.kind,
            "group": None if coupon else _unless(offer.group, GROUP_OF_KIND.get(offer.kind, "item")),
            "name": dict(offer.name),
            "priority": offer.priority or None,
            "for": condition(offer.member.tests),
            "where": condition(offer.where.tests),
            "goods": goods_written(offer.goods),
            **deal,
            "pick": deal.get("pick", offer.pick),
            "units_at_most": {"line": units} if offer.units_each_line else units,
            "off_at_most": None if offer.off_at_most_minor is None else amount(offer.off_at_most_minor),
            "valid": filled(valid),
            "stock": offer.stock,
            "at_most": None if offer.at_most is None else _limit(offer.at_most, amount),
            "budget": None if offer.budget_minor is None else {"amount": amount(offer.budget_minor)},
        }
    )


def _limit(limit: Limit, amount: Money) -> dict[str, Any]:
    return {limit.kind: amount(limit.limit) if limit.kind == "amount" else limit.limit, "per": limit.per}


def goods_written(goods: Condition) -> dict[str, Any]:
    """Goods as the file says them."""
    said: dict[str, Any] = {}
    for test in goods.tests:
        place = said.setdefault("none_of", {}) if test.op == "none_of" else said
        place[test.name.removeprefix("line.")] = list(test.value)  # type: ignore[arg-type]
    return said


def _moment(at_us: int | None, zone: str) -> date | str | None:
    """The local day, or day and time."""
    if at_us is None:
        return None
    local = (_EPOCH + timedelta(microseconds=at_us)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if local.time() == time():
        return local.date()
    return local.isoformat(timespec="seconds" if local.second else "minutes")


@singledispatch
def _deal(deal: Deal, amount: Money) -> dict[str, Any]:
    """The settings of a deal."""
    raise TypeError(deal)


@_deal.register
def _price(deal: Price, amount: Money) -> dict[str, Any]:
    return {"price": amount(deal.price_minor)}


@_deal.register
def _percent(deal: Percent, amount: Money) -> dict[str, Any]:
    return {"off_percent": exact(deal.percent)}


@_deal.register
def _amount(deal: Amount, amount: Money) -> dict[str, Any]:
    return {"off": amount(deal.off_minor)}


@_deal.register
def _spend(deal: Spend, amount: Money) -> dict[str, Any]:
    steps = [_step(step, amount) for step in deal.steps] or None
    every = {"every": amount(deal.every_minor), "off": amount(deal.off_minor)} if steps is None else {}
    return {"of": _unless(deal.of, "net"), "steps": steps, **every}


def _step(step: Step, amount: Money) -> dict[str, Any]:
    off = {"off": amount(step.off_minor)} if step.off_minor else {"off_percent": exact(step.percent)}
    return {"from": amount(step.from_minor), **off}


@_deal.register
def _buy_get(deal: BuyGet, amount: Money) -> dict[str, Any]:
    get = {
        "goods": goods_written(deal.get),
        "quantity": _unless(deal.get_quantity, 1),
        "off_percent": _unless(exact(deal.percent), 100),
        "pick": _unless(deal.pick, "cheapest"),
    }
    return {
        "buy": filled({"goods": goods_written(deal.buy), "quantity": _unless(deal.buy_quantity, 1)}),
        "get": filled(get),
        "units": "added" if deal.added else None,
        "repeat": _unless(deal.repeat, True),
    }


@_deal.register
def _nth(deal: Nth, amount: Money) -> dict[str, Any]:
    return {
        "nth": deal.nth,
        "off_percent": exact(deal.percent),
        "each": _unless(deal.each, "order"),
        "pick": _unless(deal.pick, "cheapest"),
        "repeat": _unless(deal.repeat, True),
    }


@_deal.register
def _bundle(deal: Bundle, amount: Money) -> dict[str, Any]:
    slots = [{**goods_written(slot.goods), **filled({"quantity": _unless(slot.quantity, 1)})} for slot in deal.slots]
    return {
        "goods": slots,
        "price": amount(deal.price_minor),
        "pick": _unless(deal.pick, "dearest"),
        "repeat": _unless(deal.repeat, True),
    }


@_deal.register
def _gift(deal: Gift, amount: Money) -> dict[str, Any]:
    return {"gift": filled({"product_id": deal.product_id, "quantity": _unless(deal.quantity, 1)})}


@_deal.register
def _delivery(deal: Delivery, amount: Money) -> dict[str, Any]:
    return _deal(deal.deal, amount)
