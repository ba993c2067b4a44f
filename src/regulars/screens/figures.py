"""Numbers, money and moments as a person reads them, in the active language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_compact_decimal, format_currency, format_decimal, get_currency_precision
from django.utils import timezone
from django.utils.translation import get_language

_LOCALES = {"zh-hans": "zh_Hans_CN", "zh-hant": "zh_Hant_TW", "en": "en"}


def locale() -> Locale:
    """Babel's locale of the active language; English when it has none."""
    return Locale.parse(_LOCALES.get((get_language() or "en").lower(), "en"))


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


def money(amount_minor: int, currency: str) -> str:
    """Minor units of an ISO 4217 currency as money: ``1234`` of USD is ``$12.34``."""
    digits = get_currency_precision(currency)
    return format_currency(Decimal(amount_minor).scaleb(-digits), currency, locale=locale())


def day(on: date | datetime) -> str:
    """A day as ``Nov 22, 2026`` or ``2026年11月22日``; of a moment, its day in the active time zone."""
    return format_date(timezone.localtime(on).date() if isinstance(on, datetime) else on, "medium", locale=locale())


def moment(at: datetime) -> str:
    """A moment in the active time zone, to the minute: ``Nov 22, 2026, 15:04``."""
    local = timezone.localtime(at)
    return f"{day(at)}{', ' if locale().language == 'en' else ' '}{local:%H:%M}"


def ago(at: datetime, now: datetime) -> str:
    """How long ago, roughly: "3 minutes ago". Moments ahead read "in 3 minutes"."""
    gap: timedelta = at - now
    return format_timedelta(gap, add_direction=True, locale=locale(), threshold=1.2)
