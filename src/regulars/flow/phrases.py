"""Names, money, numbers and days as a reader of the active language wants them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from regulars.rules.programme import Programme, Text
from regulars.screens import figures
from regulars.screens.figures import in_language, locale, whole


def named(text: Text, fallback: str = "") -> str:
    """A programme's text in the active language, else in English, else ``fallback``."""
    return in_language(text, fallback)


def number(value: int) -> str:
    """A whole number with its thousands marked."""
    return whole(value)


def decimal_text(minor: int, digits: int) -> str:
    """Minor units as an exact decimal string in the major unit: 12050 with 2 digits is ``120.50``."""
    return str(Decimal(minor).scaleb(-digits).quantize(Decimal(1).scaleb(-digits)))


def money(minor: int, programme: Programme, *, short: bool = False) -> str:
    """An amount in the programme's money, ``$1,740.00``; ``short`` leaves out decimals that are all zero."""
    return figures.money(minor, programme.currency, short=short)


def counted(points: int, name: str) -> str:
    """So many points of the currency called ``name`` (already in the active language): ``35 points``, ``35 积分``."""
    if name == "points":
        return ngettext("%(count)s point", "%(count)s points", points) % {"count": number(points)}
    return _("%(count)s %(name)s") % {"count": number(points), "name": name}


def listed(items: Iterable[str]) -> str:
    """Things in a row: ``tea, coffee``, ``tea、coffee``."""
    return pgettext("between the items of a list", ", ").join(items)


def sentence(clauses: Iterable[str]) -> str:
    """Parts of one statement: ``$35.20 counts, 1 point per $1``."""
    return pgettext("between the clauses of a sentence", ", ").join(clauses)


def orders(count: int) -> str:
    """So many orders: ``3 orders``, ``3 笔订单``."""
    return ngettext("%(count)s order", "%(count)s orders", count) % {"count": number(count)}


def factor(value: Fraction) -> str:
    """A multiplier as a person writes it: 6/5 is ``1.2``, 4/3 is ``4/3``."""
    text = Decimal(value.numerator) / Decimal(value.denominator)
    if Fraction(text.quantize(Decimal("0.0001"))) == value:
        return format(text.quantize(Decimal("0.0001")).normalize(), "f")
    return f"{value.numerator}/{value.denominator}"


def local_date(moment: datetime, time_zone: str) -> date:
    """The local day that ``moment`` falls on."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def last_day_before(moment: datetime, time_zone: str) -> date:
    """The last whole local day before ``moment``: what lapses at midnight is good until the day before."""
    return local_date(moment - timedelta(microseconds=1), time_zone)


def day(on: date, today: date | None = None) -> str:
    """A date in words, without the year when it is that of ``today``: ``4 December``, ``12月4日``."""
    this_year = today is not None and on.year == today.year
    if locale().language == "en":
        # Days before months, as everywhere outside the United States.
        return f"{on.day} {format_date(on, 'MMMM' if this_year else 'MMMM y', locale=locale())}"
    return format_skeleton("MMMd", on, locale=locale()) if this_year else format_date(on, "long", locale=locale())


def moment(at: datetime, time_zone: str, today: date | None = None) -> str:
    """A local day and time of day: ``4 December 2026, 14:05``."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{day(local.date(), today)}{', ' if locale().language == 'en' else ' '}{local:%H:%M}"


def month(on: date) -> str:
    """A month in words: ``November 2025``, ``2025年11月``."""
    return format_skeleton("yMMMM", on, locale=locale())


def plain(key: str) -> str:
    """A key as words, for what has no name: ``first-week`` is ``First week``."""
    return key.replace("-", " ").replace("_", " ").capitalize()


def benefit(key: str) -> str:
    """What a tier brings, by its key in the programme; a key of the shop's own is shown as words."""
    known = {
        "points_rebate": _("Points on every order"),
        "early_preorder": _("Early pre-order"),
        "free_delivery": _("Free delivery"),
        "priority_delivery": _("Priority delivery"),
        "personal_agent": _("A personal service agent"),
        "member_price": _("Member prices"),
        "free_trial": _("Free trials"),
        "birthday_gift": _("Birthday gift"),
        "exclusive_events": _("Members' events"),
        "exclusive_tasks": _("Members' tasks"),
        "member_day": _("Member day"),
        "free_returns": _("Free returns"),
    }
    return known.get(key) or key.replace("_", " ").capitalize()
