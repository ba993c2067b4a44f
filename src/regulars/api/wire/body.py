"""The bytes of a request: their size, their packing, their JSON."""

from __future__ import annotations

import json
import zlib
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest
from django.http.request import RequestDataTooBig

from regulars.flow.problems import problem

_TEXT_MAX = 40
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


def limit_bytes() -> int:
    """The most bytes a body may have, packed or unpacked."""
    return int(settings.CONFIG.body_limit_mb) * 1024 * 1024


def read_body(request: HttpRequest) -> bytes:
    """The request's body, unpacked. Raises Problem: too large, unknown packing, broken gzip."""
    most = limit_bytes()
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        raise problem("no-length")
    if length.isdigit() and int(length) > most:
        raise problem("too-large", most=most)
    try:
        raw = request.body
    except RequestDataTooBig:
        raise problem("too-large", most=most) from None
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding in {"", "identity"}:
        return raw
    if encoding not in {"gzip", "x-gzip"}:
        raise problem("wrong-encoding")
    return gunzip(raw, most)


def gunzip(raw: bytes, most: int) -> bytes:
    """Unpack gzip, at most ``most`` bytes of it: a bomb is refused before it is unpacked."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(raw, most + 1)
    except zlib.error:
        raise problem("broken-gzip") from None
    if len(unpacked) > most:
        raise problem("too-large", most=most)
    if not unpacker.eof or unpacker.unused_data:
        raise problem("broken-gzip")
    return unpacked


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
        read = json.loads(
            text, parse_float=_lenient, parse_int=_lenient_int, parse_constant=lambda name: NOT_A_NUMBER
        )
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
    return int(text) if len(text) <= _TEXT_MAX else NOT_A_NUMBER
