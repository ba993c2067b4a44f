"""Which transactions are over: PostgreSQL numbers them as they begin to write."""

from __future__ import annotations

from django.db import connection


def over_below() -> int:
    """Every transaction with a lower number is over: committed, or gone for good."""
    return _number("xmin")


def next_number() -> int:
    """The number that the next transaction gets, or one that began since has."""
    return _number("xmax")


def _number(end: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_snapshot_{end}(pg_current_snapshot())::text::bigint")
        [found] = cursor.fetchone()
        return int(found)
