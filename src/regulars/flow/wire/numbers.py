"""JSON without floats: numbers with a fraction are ``Decimal`` from their text."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from regulars.flow.problems import problem

_TEXT_MAX = 40
_WHOLE_TEXT_MAX = 4_000
_EXPONENT_MAX = 30
_MEMO_MAX = 20_000
NOT_A_NUMBER = Decimal("NaN")


class _Numbers(dict[str, Decimal]):
    """Decimals by their text. Prices repeat, and looking one up takes a sixth of making it."""

    def __missing__(self, text: str) -> Decimal:
        number = Decimal(text)
        if len(text) > _TEXT_MAX or abs(number.adjusted()) > _EXPONENT_MAX:
            raise ValueError("number out of range")
        if len(self) >= _MEMO_MAX:
            self.clear()
        self[text] = number
        return number


_decode = msgspec.json.Decoder(float_hook=_Numbers().__getitem__).decode


def decode(raw: bytes) -> tuple[Any, bool]:
    """The JSON in ``raw``, fractions as Decimal, and whether it must be looked through for what cannot be kept.

    What is not quite JSON (NaN, half of a surrogate pair, a number of a thousand digits) is let through here, so that
    only the event that holds it is refused, not the batch. Raises Problem when nothing can be read.
    """
    try:
        return _decode(raw), b"\\u0000" in raw
    except RecursionError:
        raise problem("too-deep", "body", most=100) from None
    except (msgspec.DecodeError, ValueError) as error:
        strict_error = error
    try:
        text = raw.decode("utf-8")
        read = json.loads(text, parse_float=_lenient, parse_int=_lenient_int, parse_constant=lambda name: NOT_A_NUMBER)
        return read, True
    except RecursionError:
        raise problem("too-deep", "body", most=100) from None
    except ValueError:
        reason = str(strict_error) if isinstance(strict_error, msgspec.DecodeError) else "not UTF-8"
        raise problem("malformed", reason=reason) from None


def _lenient(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return NOT_A_NUMBER
    return number if len(text) <= _TEXT_MAX and abs(number.adjusted()) <= _EXPONENT_MAX else NOT_A_NUMBER


def _lenient_int(text: str) -> int | Decimal:
    return int(text) if len(text) <= _WHOLE_TEXT_MAX else NOT_A_NUMBER
