"""Numbers, money and moments as a person reads them, in the active language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_compact_decimal, format_decimal, get_currency_precision, parse_pattern
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

_SIGNS = {
    **dict.fromkeys(("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN"), "$"),
    **dict.fromkeys(("CNY", "JPY"), "¥"),
    "TWD": "NT$",
    "EUR": "€",
    "GBP": "£",
    "KRW": "₩",
    "INR": "₹",
    "VND": "₫",
}
"""How a currency is written at home; others by their code."""
_NO_BREAK = "\u00a0"

_LOCALES = {"zh-hans": "zh_Hans_CN", "zh-hant": "zh_Hant_TW", "en": "en"}


def locale() -> Locale:
    """Babel's locale of the active language; English when it has none."""
    return Locale.parse(_locale_name())


def _locale_name() -> str:
    return _LOCALES.get((get_language() or "en").lower(), "en")


def in_language(text: Mapping[str, str], fallback: str = "") -> str:
    """A text keyed ``en``, ``zh-Hans``, ``zh-Hant`` in the active language, else in English, else ``fallback``."""
    key = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}.get((get_language() or "en").lower(), "en")
    return text.get(key) or text.get("en") or fallback


def whole(number: int) -> str:
    """``1234567`` as ``1,234,567``."""
    return format_decimal(number, locale=locale())


def signed(number: int) -> str:
    """``+1,234`` or ``−1,234``; the minus is a real one, as long as the plus."""
    return f"{'+' if number > 0 else '−' if number < 0 else ''}{whole(abs(number))}"


def compact(number: int) -> str:
    """``1234567`` as ``1.2M`` or ``123万``: for a big figure on a card; the exact one stands beside or in its title."""
    if abs(number) < 100_000:
        return whole(number)
    return format_compact_decimal(number, locale=locale(), fraction_digits=1)


def money(amount_minor: int, currency: str, *, short: bool = False) -> str:
    """Minor units of an ISO 4217 currency as money, ``$1,740.00``; ``short`` leaves out decimals that are all zero.

    A club counts in one currency, so its short sign is clear to its people: no ``US$`` or ``CN¥``.
    """
    minor_digits = _precision(currency)
    whole_part, part = divmod(abs(amount_minor), 10**minor_digits)
    digits = 0 if short and not part else minor_digits
    before, group, point, after = _money_marks(_locale_name(), currency)
    fraction = f"{point}{part:0{digits}d}" if digits else ""
    return f"{'-' if amount_minor < 0 else ''}{before}{f'{whole_part:,}'.replace(',', group)}{fraction}{after}"


def about(amount_minor: int, currency: str) -> str:
    """An estimated amount, ``$1,741``: decimals would say more than is known. Below ten units they stay."""
    unit = 10 ** _precision(currency)
    if abs(amount_minor) < 10 * unit:
        return money(amount_minor, currency)
    return money((amount_minor + unit // 2) // unit * unit, currency, short=True)


def price_cut(percent: Fraction) -> str:
    """So much off a price, as people say it: ``20% off``, in Chinese ``8 折`` (eight tenths are still paid)."""
    if locale().language == "zh" and percent < 100:
        tenths = Decimal(100 * percent.denominator - percent.numerator) / (10 * percent.denominator)
        shown = format(tenths.quantize(Decimal("0.01")).normalize(), "f")
        return pgettext("what is still paid of a price", "%(tenths)s tenths") % {"tenths": shown}
    off = format((Decimal(percent.numerator) / Decimal(percent.denominator)).normalize(), "f")
    return _("%(percent)s%% off") % {"percent": off}


def plain(amount_minor: int, currency: str) -> Decimal:
    """Minor units of an ISO 4217 currency as its amount, ``1740.00``, for a machine to read."""
    return Decimal(amount_minor).scaleb(-get_currency_precision(currency))


@lru_cache(maxsize=64)
def _precision(currency: str) -> int:
    return get_currency_precision(currency)


@lru_cache(maxsize=256)
def _money_marks(locale_name: str, currency: str) -> tuple[str, str, str, str]:
    """What the locale writes before an amount, between its thousands, before its decimals and after it, with the
    currency's home sign. Asking Babel for each amount takes ten times as long; all our locales group by thousands."""
    found = Locale.parse(locale_name)
    pattern = found.currency_formats["standard"].pattern
    pattern = pattern.replace("\u00a4", f"'{_SIGNS.get(currency, f'{currency}{_NO_BREAK}')}'")
    sample = parse_pattern(pattern).apply(Decimal("1222.33"), found, currency=currency, currency_digits=False)
    before, rest = sample.split("1")
    group, rest = rest.split("222")
    point, after = rest.split("33")
    return before, group, point, after


def day(on: date | datetime) -> str:
    """A day as ``22 Nov 2026`` or ``2026年11月22日``; of a moment, its day in the active time zone."""
    local = timezone.localtime(on).date() if isinstance(on, datetime) else on
    if locale().language == "en":
        # Days before months, as everywhere outside the United States.
        return f"{local.day} {format_date(local, 'MMM y', locale=locale())}"
    return format_date(local, "medium", locale=locale())


def moment(at: datetime) -> str:
    """A moment in the active time zone, to the minute: ``22 Nov 2026, 15:04``."""
    local = timezone.localtime(at)
    return f"{day(at)}{', ' if locale().language == 'en' else ' '}{local:%H:%M}"


def ago(at: datetime, now: datetime) -> str:
    """How long ago, roughly: "3 minutes ago". Moments ahead read "in 3 minutes"."""
    gap: timedelta = at - now
    return format_timedelta(gap, add_direction=True, locale=locale(), threshold=1)
