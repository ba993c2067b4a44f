"""The bytes of a request: their size and their packing."""

from __future__ import annotations

import zlib

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from regulars.flow.problems import problem


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
