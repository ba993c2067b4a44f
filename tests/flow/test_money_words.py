"""Money is written as Babel writes it, in every language."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import get_currency_precision, parse_pattern
from django.utils.translation import override

from regulars.screens.figures import money

LOCALES = {"en": "en", "zh-hans": "zh_Hans_CN", "zh-hant": "zh_Hant_TW"}
SIGNS = {"CNY": "¥", "USD": "$", "JPY": "¥", "TWD": "NT$", "CHF": "CHF\u00a0", "KWD": "KWD\u00a0"}
AMOUNTS = [0, 1, 7, 99, 100, 101, 999, 1_000, 99_999, 100_000, 123_456_789, 10**11, -1, -100, -123_456]


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("currency", SIGNS)
@pytest.mark.parametrize("short", [False, True])
def test_money_as_babel_writes_it(language: str, currency: str, short: bool) -> None:
    locale = Locale.parse(LOCALES[language])
    pattern = locale.currency_formats["standard"].pattern.replace("¤", f"'{SIGNS[currency]}'")
    digits = get_currency_precision(currency)
    for minor in AMOUNTS:
        amount = Decimal(minor).scaleb(-digits)
        shown = 0 if short and amount == int(amount) else digits
        parsed = parse_pattern(pattern.replace("0.00", f"0.{'0' * shown}" if shown else "0"))
        with override(language):
            wanted = parsed.apply(amount, locale, currency=currency, currency_digits=False)
            assert money(minor, currency, short=short) == wanted
