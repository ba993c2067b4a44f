"""Many rows in one statement: columns as PostgreSQL arrays, encoded in one go.

``execute(cursor, "… FROM unnest(%s, %s) n(id, name)", (BIGINT, TEXT), rows)`` turns rows into one array a column.
psycopg encodes arrays item by item in Python; for the few types of the hot path ``struct`` does a whole column at once.
The binary format of an array is dimensions, flags, element type, length, lower bound, then each item with its length.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from django.db import connection
from psycopg.adapt import Dumper
from psycopg.pq import Format

_PG_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NULL = b"\xff\xff\xff\xff"

BIGINT = (20, 1016, "q", 8)
INTEGER = (23, 1007, "i", 4)
SMALLINT = (21, 1005, "h", 2)
BOOLEAN = (16, 1000, "?", 1)
TEXT = (25, 1009, "", 0)
TIMESTAMP = (1184, 1185, "q", 8)
Kind = tuple[int, int, str, int]
"""Type of the items, type of their array, struct code, bytes."""


def raw_cursor() -> psycopg.Cursor[Any]:
    """A cursor on Django's connection, in its transaction, that binds on the server and reads binary: what the hot
    path needs and Django's own cursor does not do."""
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    cursor.format = Format.BINARY
    return cursor


def another(cursor: psycopg.Cursor[Any]) -> psycopg.Cursor[Any]:
    """One more of the same, for an answer of its own."""
    fresh = psycopg.Cursor(cursor.connection)
    fresh.format = Format.BINARY
    return fresh


class Array:
    """A column on its way to PostgreSQL."""

    __slots__ = ("data", "kind")

    def __init__(self, kind: Kind, values: Sequence[Any]) -> None:
        self.kind = kind
        self.data = _encode(kind, values)


def _encode(kind: Kind, values: Sequence[Any]) -> bytes:
    item, _, code, size = kind
    if not values:
        return struct.pack(">iii", 0, 0, item)
    head = struct.pack(">iiiii", 1, 1, item, len(values), 1)
    if kind is TEXT:
        return head + b"".join([_NULL if v is None else _sized(v.encode()) for v in values])
    if kind is TIMESTAMP:
        values = [None if v is None else (v - _PG_EPOCH) // _MICROSECOND for v in values]
    if None in values:
        one = struct.Struct(">i" + code)
        return head + b"".join([_NULL if v is None else one.pack(size, v) for v in values])
    paired = [size] * (2 * len(values))
    paired[1::2] = values
    return head + struct.pack(">" + ("i" + code) * len(values), *paired)


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


class _ArrayDumper(Dumper):
    """Hands an encoded column over; each kind is its own key, for each has its own type number."""

    format = Format.BINARY

    def dump(self, obj: Array) -> bytes:
        return obj.data

    def get_key(self, obj: Array, format: Any) -> Any:
        return (self.cls, obj.kind[1])

    def upgrade(self, obj: Array, format: Any) -> Dumper:
        dumper = type(self)(self.cls)
        dumper.oid = obj.kind[1]
        return dumper


psycopg.adapters.register_dumper(Array, _ArrayDumper)


def execute(cursor: Any, sql: str, kinds: Sequence[Kind], rows: Iterable[Sequence[Any]]) -> None:
    """Run ``sql`` with one array for each column of ``rows``; without rows nothing is run."""
    columns = list(zip(*rows, strict=True))
    if columns:
        cursor.execute(sql, [Array(kind, column) for kind, column in zip(kinds, columns, strict=True)], binary=True)
