"""Money as integer minor units, read exactly from what a shop sends.

A shop's amount is a JSON number or its text ("35.20"). It never passes through a float: numbers with a fraction arrive
as ``Decimal``. An amount finer than the currency's minor unit is rounded half up to it: that is what is left of the
binary floats many shops compute with (0.1 + 0.2 = 0.30000000000000004), and what a till does with 3 at 0.333.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from regulars.rules.language.money import MINOR_DIGITS

__all__ = ["MINOR_DIGITS", "MINOR_MAX", "Unfit", "is_finer", "minor", "spread", "times"]

MINOR_MAX = 10**11
"""The largest amount that is taken, in minor units (a thousand million dollars)."""

_TEXT = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_ROOM = 20_000
_known: list[dict[Decimal | str, int]] = [{} for _ in range(5)]
"""Prices repeat: what each came to, number or text, by the currency's decimals. Only those that needed no rounding."""


class Unfit(ValueError):
    """What an event says cannot be: ``kind`` names the problem, ``field`` where it stands, ``values`` the details.

    ``flow.problems`` has the words for each kind.
    """

    def __init__(self, kind: str, field: str, **values: Any) -> None:
        super().__init__(f"{field}: {kind}")
        self.kind = kind
        self.field = field
        self.values = values


def minor(value: Any, digits: int, field: str) -> int:
    """``value`` (int, Decimal or text in the major unit) in minor units of a currency with ``digits`` decimals.

    Raises Unfit when it is no amount, negative or above ``MINOR_MAX``.
    """
    kind = type(value)
    if kind is Decimal:
        known = _known[digits].get(value)
        return _exact(value, digits, field) if known is None else known
    if kind is int:
        amount: int = value * 10**digits if -MINOR_MAX <= value <= MINOR_MAX else value
        return amount if 0 <= amount <= MINOR_MAX else _refuse(value, field)
    if kind is str:
        known = _known[digits].get(value)
        if known is not None:
            return known
        if _TEXT.fullmatch(value):
            number = Decimal(value)
            amount = _exact(number, digits, field)
            if number in _known[digits]:
                _keep(value, amount, digits)
            return amount
    raise Unfit("not-an-amount", field)


def is_finer(price: Any, digits: int) -> bool:
    """Whether ``price``, which ``minor`` has taken, had to be rounded."""
    return type(price) is not int and price not in _known[digits]


def times(price: Any, quantity: int, digits: int, field: str) -> int:
    """Price times quantity in minor units, rounded once. Raises Unfit as ``minor`` does."""
    return _exact(Decimal(price) * quantity, digits, field)


def spread(amount: int, weights: list[int]) -> list[int]:
    """Divide ``amount`` among ``weights`` in proportion, exactly, by largest remainder; ties go to the first.

    No part is above its weight when ``amount`` is at most their sum. All weights zero: nothing may be spread.
    """
    whole = sum(weights)
    if amount == 0:
        return [0] * len(weights)
    assert whole > 0, "nothing to spread over"
    shares = [amount * weight for weight in weights]
    parts = [share // whole for share in shares]
    missing = amount - sum(parts)
    if missing:
        rest = [share % whole for share in shares]
        for i in sorted(range(len(weights)), key=rest.__getitem__, reverse=True)[:missing]:
            parts[i] += 1
    return parts


def _exact(value: Decimal, digits: int, field: str) -> int:
    if not value.is_finite():
        raise Unfit("not-an-amount", field)
    if not 0 <= value <= MINOR_MAX:  # before an exponent becomes a million digits
        return _refuse(value, field)
    scaled = value.scaleb(digits)
    whole = scaled.to_integral_value(ROUND_HALF_UP)
    amount = int(whole)
    if amount > MINOR_MAX:
        return _refuse(value, field)
    if whole == scaled:
        _keep(value, amount, digits)
    return amount


def _keep(value: Decimal | str, amount: int, digits: int) -> None:
    known = _known[digits]
    if len(known) >= _ROOM:
        known.clear()
    known[value] = amount


def _refuse(value: int | Decimal, field: str) -> int:
    raise Unfit("negative-amount" if value < 0 else "amount-too-large", field)
