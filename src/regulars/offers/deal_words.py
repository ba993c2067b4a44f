"""What an offer gives, kind by kind, as a sentence of the active language."""

from __future__ import annotations

from functools import singledispatch

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.offers.condition_words import House, goods_words
from regulars.rules.offers.model import (
    Amount,
    Bundle,
    BuyGet,
    Deal,
    Delivery,
    Gift,
    Nth,
    Offer,
    Percent,
    Price,
    Slot,
    Spend,
    Step,
)
from regulars.screens.figures import price_cut, whole


def kind_name(kind: str) -> str:
    """What a kind of offer is called."""
    names = {
        "price": _("Special price"),
        "percent": _("Percent off"),
        "amount": _("Money off"),
        "spend": _("Spend and save"),
        "buy_get": _("Buy some, get some"),
        "nth": _("One of several for less"),
        "bundle": _("Set price"),
        "gift": _("Gift"),
        "delivery": _("Delivery for less"),
    }
    return names[kind]


def gives(offer: Offer, house: House) -> list[str]:
    """What they get: the deal in one sentence, and what else is to know of it."""
    goods = goods_words([*offer.goods.tests, *offer.where.of_lines], house)
    return _gives(offer.deal, goods, house)


@singledispatch
def _gives(deal: Deal, goods: str, house: House) -> list[str]:
    raise TypeError(deal)


@_gives.register
def _price(deal: Price, goods: str, house: House) -> list[str]:
    return [_("%(price)s each for %(goods)s.") % {"price": house.money(deal.price_minor), "goods": goods}]


@_gives.register
def _percent(deal: Percent, goods: str, house: House) -> list[str]:
    return [_("%(off)s %(goods)s.") % {"off": price_cut(deal.percent), "goods": goods}]


@_gives.register
def _amount(deal: Amount, goods: str, house: House) -> list[str]:
    said = {
        "unit": _("%(off)s off every unit of %(goods)s."),
        "line": _("%(off)s off every line of %(goods)s."),
        "order": _("%(off)s off %(goods)s, once an order."),
    }[deal.each]
    return [said % {"off": house.money(deal.off_minor), "goods": goods}]


@_gives.register
def _spend(deal: Spend, goods: str, house: House) -> list[str]:
    counted = {
        "net": _("What counts is the price after the offers before it."),
        "list": _("What counts is the price before discounts."),
        "gross": _("What counts is the price with tax."),
    }[deal.of]
    if not deal.steps:
        values = {"every": house.money(deal.every_minor), "off": house.money(deal.off_minor), "goods": goods}
        return [_("%(off)s off for every %(every)s spent on %(goods)s.") % values, counted]
    steps = _("; ").join(_step(step, house) for step in deal.steps)
    return [_("Spend and save on %(goods)s: %(steps)s.") % {"goods": goods, "steps": steps}, counted]


def _step(step: Step, house: House) -> str:
    start = house.money(step.from_minor)
    if not step.off_minor:
        return _("%(off)s from %(start)s") % {"off": price_cut(step.percent), "start": start}
    return _("%(off)s off from %(start)s") % {"off": house.money(step.off_minor), "start": start}


@_gives.register
def _buy_get(deal: BuyGet, goods: str, house: House) -> list[str]:
    values = {
        "x": whole(deal.buy_quantity),
        "bought": goods_words(deal.buy.tests, house),
        "y": whole(deal.get_quantity),
        "got": goods_words(deal.get.tests, house),
        "off": price_cut(deal.percent),
    }
    if deal.buy == deal.get:
        said = (
            _("Buy %(x)s × %(bought)s, get %(y)s more free.")
            if deal.percent == 100
            else _("Buy %(x)s × %(bought)s, get %(y)s more at %(off)s.")
        )
    else:
        said = (
            _("Buy %(x)s × %(bought)s, get %(y)s × %(got)s free.")
            if deal.percent == 100
            else _("Buy %(x)s × %(bought)s, get %(y)s × %(got)s at %(off)s.")
        )
    more = [_("What is free is put into the cart.")] if deal.added else [_picked(deal.pick)]
    return [said % values, *more, _repeated(deal.repeat)]


def _picked(pick: str) -> str:
    return _("The cheapest are made cheaper.") if pick == "cheapest" else _("The dearest are made cheaper.")


def _repeated(repeat: bool) -> str:
    return _("As often as the cart holds enough.") if repeat else _("Once an order.")


@_gives.register
def _nth(deal: Nth, goods: str, house: House) -> list[str]:
    values = {"n": whole(deal.nth), "goods": goods, "off": price_cut(deal.percent)}
    said = (
        _("Of every %(n)s units of %(goods)s, one is free.")
        if deal.percent == 100
        else _("Of every %(n)s units of %(goods)s, one is %(off)s.")
    )
    more = [_("The cheapest one.") if deal.pick == "cheapest" else _("The dearest one.")]
    if deal.each == "line":
        more.append(_("Counted for each product apart."))
    return [said % values, *more, _repeated(deal.repeat)]


@_gives.register
def _bundle(deal: Bundle, goods: str, house: House) -> list[str]:
    parts = _(" + ").join(_slot(slot, house) for slot in deal.slots)
    said = _("%(parts)s together for %(price)s.") % {"parts": parts, "price": house.money(deal.price_minor)}
    return [said, _repeated(deal.repeat)]


def _slot(slot: Slot, house: House) -> str:
    return _("%(count)s × %(goods)s") % {"count": whole(slot.quantity), "goods": goods_words(slot.goods.tests, house)}


@_gives.register
def _gift(deal: Gift, goods: str, house: House) -> list[str]:
    values = {"count": whole(deal.quantity), "product": deal.product_id}
    return [_("A gift: %(count)s × the product %(product)s.") % values]


@_gives.register
def _delivery(deal: Delivery, goods: str, house: House) -> list[str]:
    less = deal.deal
    if isinstance(less, Percent):
        if less.percent == 100:
            return [_("Free delivery.")]
        return [_("%(off)s delivery.") % {"off": price_cut(less.percent)}]
    if isinstance(less, Price):
        if not less.price_minor:
            return [_("Free delivery.")]
        return [_("Delivery for %(price)s.") % {"price": house.money(less.price_minor)}]
    return [_("%(off)s off delivery.") % {"off": house.money(less.off_minor)}]


def limits(offer: Offer, house: House) -> list[str]:
    """How much of it there is: for an order, a member, and in all."""
    said = []
    if offer.units_at_most is not None:
        text = (
            ngettext(
                "At most %(count)s unit of each line.", "At most %(count)s units of each line.", offer.units_at_most
            )
            if offer.units_each_line
            else ngettext("At most %(count)s unit an order.", "At most %(count)s units an order.", offer.units_at_most)
        )
        said.append(text % {"count": whole(offer.units_at_most)})
    if offer.pick is not None:
        said.append(_("The cheapest first.") if offer.pick == "cheapest" else _("The dearest first."))
    if offer.off_at_most_minor is not None:
        said.append(_("At most %(off)s off an order.") % {"off": house.money(offer.off_at_most_minor)})
    if offer.at_most is not None:
        said.append(_limit(offer, house))
    if offer.stock is not None:
        said.append(_("Only %(count)s in all.") % {"count": whole(offer.stock)})
    if offer.budget_minor is not None:
        said.append(
            _("%(budget)s may be given away; then it closes by itself.") % {"budget": house.money(offer.budget_minor)}
        )
    return said


def _limit(offer: Offer, house: House) -> str:
    limit = offer.at_most
    assert limit is not None
    if limit.kind == "amount":
        count = _("%(off)s off") % {"off": house.money(limit.limit)}
    elif limit.kind == "times":
        count = ngettext("%(count)s time", "%(count)s times", limit.limit) % {"count": whole(limit.limit)}
    else:
        count = ngettext("%(count)s unit", "%(count)s units", limit.limit) % {"count": whole(limit.limit)}
    per = {
        "member": _("At most %(count)s for each member."),
        "order": _("At most %(count)s in one order."),
        "day": _("At most %(count)s for each member a day."),
        "week": _("At most %(count)s for each member a week."),
        "month": _("At most %(count)s for each member a month."),
        "year": _("At most %(count)s for each member a year."),
    }[limit.per]
    return per % {"count": count}
