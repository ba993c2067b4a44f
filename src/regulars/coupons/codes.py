"""Codes in bulk: millions that nobody can guess and none of which came before, made chunk by chunk.

Each chunk is a transaction with the batch's row locked: its codes and the count of them stand together or not at all.
So a job that is killed at any moment goes on where it stopped, two at once cannot make more than are wanted, and
``made`` is always the truth.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction

from regulars.coupons.models import Batch, Coupon
from regulars.rules.offers.codes import ALPHABET
from regulars.store.columns import TEXT, Array, raw_cursor

AT_ONCE = 20_000
"""Codes of one transaction: a fraction of a second, so that stopping does not wait long."""

# A random byte below 248, which is eight times the letters, means one of them, each as likely; the others mean none.
_FIT = 256 // len(ALPHABET) * len(ALPHABET)
_LETTERS = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))
_UNFIT = bytes(range(_FIT, 256))


def generate(count: int, prefix: str, length: int) -> list[str]:
    """So many codes of ``prefix`` and ``length`` letters from the system's own randomness; some may be alike."""
    text = ""
    while len(text) < count * length:
        short = count * length - len(text)
        text += secrets.token_bytes(short + short // 16 + 64).translate(_LETTERS, _UNFIT).decode()
    return [prefix + text[start : start + length] for start in range(0, count * length, length)]


def make(batch_id: int, at_once: int = AT_ONCE) -> int:
    """Make the codes that a batch still lacks, until it is ready or stopped. Returns how many were made.

    Leaves a batch alone that somebody else is at work on.
    """
    made = 0
    while fresh := _chunk(batch_id, at_once):
        made += fresh
    return made


def _chunk(batch_id: int, at_once: int) -> int:
    with transaction.atomic():
        batch = Batch.objects.select_for_update(skip_locked=True).filter(pk=batch_id, state=Batch.MAKING).first()
        if batch is None:
            return 0
        lacking = min(at_once, batch.wanted - batch.made)
        fresh = insert(batch, generate(lacking, batch.prefix, batch.length)) if lacking else 0
        batch.made += fresh
        if batch.made == batch.wanted:
            batch.state = Batch.READY
        batch.save(update_fields=["made", "state"])
        return fresh


def insert(batch: Batch, codes: Sequence[str]) -> int:
    """Write open coupons with those codes, none of which are members' yet; a code that exists already, in this batch or
    any other, is left out. Returns how many were written. In the caller's transaction."""
    cursor = raw_cursor()
    # In order, so that neighbours fall onto the same pages of the index.
    cursor.execute(
        "INSERT INTO coupons_coupon (key, batch_id, code, state, given_at, valid_until)"
        " SELECT %s::text, %s::int8, code, %s::text, %s::timestamptz, %s::timestamptz FROM unnest(%s) code"
        " ON CONFLICT (code) DO NOTHING",
        [batch.key, batch.pk, Coupon.OPEN, datetime.now(UTC), batch.valid_until, Array(TEXT, sorted(codes))],
    )
    return cursor.rowcount
