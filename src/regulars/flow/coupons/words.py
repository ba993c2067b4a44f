"""A coupon in plain words of the active language: what it gives, what it asks, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.flow.phrases import day as day_words
from regulars.flow.phrases import listed
from regulars.programmes import reads as programmes
from regulars.programmes.reads import moment
from regulars.rules.offers.model import Amount, Coupon, Delivery, Gift, Nth, Offer, Percent, Price, Spend, Step
from regulars.rules.programme import Test
from regulars.screens.figures import in_language, money, price_cut, whole


def gives(offer: Offer, currency: str) -> str:
    """What the coupon is worth, in a few words: ``$5.00 off``, ``20% off, at most $6.00``, ``Free delivery``."""
    words = _deal(offer, currency)
    if offer.off_at_most_minor is not None:
        return _("%(deal)s, at most %(most)s") % {
            "deal": words,
            "most": money(offer.off_at_most_minor, currency, short=True),
        }
    return words


def _deal(offer: Offer, currency: str) -> str:
    deal = offer.deal

    def amount(minor: int) -> str:
        return money(minor, currency, short=True)

    if isinstance(deal, Percent):
        return price_cut(deal.percent)
    if isinstance(deal, Amount):
        if deal.each == "unit":
            return _("%(amount)s off each item") % {"amount": amount(deal.off_minor)}
        return _("%(amount)s off") % {"amount": amount(deal.off_minor)}
    if isinstance(deal, Price):
        return _("%(amount)s each") % {"amount": amount(deal.price_minor)}
    if isinstance(deal, Delivery):
        return _delivery(deal, currency)
    if isinstance(deal, Gift):
        count = whole(deal.quantity)
        return ngettext("A gift: %(product)s", "A gift: %(count)s × %(product)s", deal.quantity) % {
            "product": deal.product_id,
            "count": count,
        }
    if isinstance(deal, Spend):
        if deal.steps:
            return listed(_step(step, currency) for step in deal.steps)
        return _("%(amount)s off for every %(every)s") % {
            "amount": amount(deal.off_minor),
            "every": amount(deal.every_minor),
        }
    if isinstance(deal, Nth):
        return _("one of every %(count)s: %(off)s") % {"count": whole(deal.nth), "off": price_cut(deal.percent)}
    return in_language(offer.name, offer.key)


def _delivery(deal: Delivery, currency: str) -> str:
    inner = deal.deal
    if isinstance(inner, Percent):
        if inner.percent == 100:
            return _("Free delivery")
        return _("%(off)s delivery") % {"off": price_cut(inner.percent)}
    if isinstance(inner, Amount):
        return _("%(amount)s off delivery") % {"amount": money(inner.off_minor, currency, short=True)}
    return _("Delivery for %(amount)s") % {"amount": money(inner.price_minor, currency, short=True)}


def _step(step: Step, currency: str) -> str:
    start = money(step.from_minor, currency, short=True)
    if step.off_minor:
        return _("%(amount)s off from %(start)s") % {
            "amount": money(step.off_minor, currency, short=True),
            "start": start,
        }
    return _("%(off)s from %(start)s") % {"off": price_cut(step.percent), "start": start}


def terms(coupon: Coupon, currency: str, zone: ZoneInfo, tiers: Mapping[str, str]) -> list[str]:
    """What the coupon asks: how much must be bought, of what, by whom, where; a few words each. tiers: their names."""
    offer = coupon.offer
    found = [_where(test, currency) for test in offer.where.tests]
    found += [_goods(test) for test in offer.goods.tests]
    found += [_for(test, tiers) for test in offer.member.tests]
    if offer.valid_from_us is not None:
        first = moment(offer.valid_from_us).astimezone(zone).date()
        found.append(_("From %(day)s on") % {"day": day_words(first)})
    if coupon.exclusive:
        found.append(_("With no other coupon"))
    return list(dict.fromkeys(found))


def _where(test: Test, currency: str) -> str:
    name = test.name.removeprefix("goods.")
    if test.op == "at_least" and name in ("net", "list", "gross"):
        words = {"amount": _money(test.value, currency)}
        return _("From %(amount)s of these goods") % words if name != test.name else _("From %(amount)s") % words
    if test.op == "at_least" and name == "quantity":
        count = int(str(test.value))
        return ngettext("From %(count)s item", "From %(count)s items", count) % {"count": whole(count)}
    if test.name == "channel":
        return _("Only in: %(places)s") % {"places": listed(_texts(test))}
    if test.name.startswith("line."):
        return _goods(test)
    return _("On certain days or orders only")


def _goods(test: Test) -> str:
    words = {"goods": listed(_texts(test))}
    if test.op == "none_of":
        return _("Not for: %(goods)s") % words
    return _("For: %(goods)s") % words


def _for(test: Test, tiers: Mapping[str, str]) -> str:
    if test.name == "member.tier":
        words = {"tiers": listed(tiers.get(key, key) for key in _texts(test))}
        return _("Not for %(tiers)s") % words if test.op == "none_of" else _("For %(tiers)s members") % words
    return _("For certain members only")


def tier_names() -> dict[str, str]:
    """The programme's tiers by key, in the active language; none before there is a programme."""
    try:
        programme = programmes.current()[1]
    except programmes.NoProgramme:
        return {}
    levels = programme.tiers.levels if programme.tiers else ()
    return {level.key: in_language(level.name, level.key) for level in levels}


def _texts(test: Test) -> list[str]:
    value = test.value
    return [str(one) for one in value] if isinstance(value, tuple | list | frozenset) else [str(value)]


def _money(value: object, currency: str) -> str:
    minor = Decimal(str(value)).scaleb(get_currency_precision(currency))
    return money(int(minor), currency, short=True)


def last_day(until: datetime, zone: ZoneInfo) -> date:
    """The last local day on which a coupon that ends then is good."""
    return (until - timedelta(microseconds=1)).astimezone(zone).date()
