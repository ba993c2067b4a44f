"""Finding out who belongs to the segments now, from the lake. Loads DuckDB: for a process of its own, not for a page.

Where the lake is missing or damaged, or a definition cannot be answered, who belonged before still belongs, and the
segment says why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb
import ibis
import polars as pl
from django.db import connection
from django.utils import timezone
from ibis.expr import types as ir

from regulars.audience.segments.definition import Ground, NotFit, ground, meaning
from regulars.audience.segments.models import LIST, RULE, Membership, Segment
from regulars.audience.segments.settled import Moved, settle
from regulars.audience.segments.sources import source_of
from regulars.inquiries.queue import last_whole_day
from regulars.rules.segments import Who, refers_to
from regulars.science import segments as science
from regulars.science.lake import opened
from regulars.science.lake.manifest import LakeDamaged
from regulars.science.segments import CannotTell

AT_ONCE = 16
"""So many segments are asked in one question: each table is read once for all of them."""
_LOCK = 7_301_991_620_114


class Busy(RuntimeError):
    """Another refresh is under way."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of one segment. problem: why nothing changed, empty when all went well."""

    key: str
    moved: Moved | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """One state of the lake to find members in. others: by key, what definitions may speak of."""

    lake: Any
    until: date
    digits: int
    others: Mapping[str, Who | ir.Table]


def refresh(url: str, keys: Collection[str] | None = None, now: datetime | None = None) -> list[Refreshed]:
    """Bring the segments (all that are not archived, or those of ``keys``) up to date with the lake under ``url``.

    Must not be called in a transaction. Raises Busy. What stands in the way of one segment is said of that one, and
    the others are refreshed all the same.
    """
    now = now or timezone.now()
    live = Segment.objects.filter(archived_at=None).order_by("id")
    wanted = list(live if keys is None else live.filter(key__in=keys))
    with _alone():
        found = [_kept(segment, now) for segment in wanted if segment.kind == LIST]
        asked = [segment for segment in wanted if segment.kind != LIST]
        if not asked:
            return found
        try:
            lake = opened.open(url)
        except FileNotFoundError:
            return found + _failed(asked, "there is no lake yet; `regulars lake sync` makes it")
        except LakeDamaged as error:
            return found + _failed(asked, f"the lake cannot be read: {error}")
        try:
            return found + _from_lake(lake, asked, now)
        finally:
            lake.connection.disconnect()


def _from_lake(lake: opened.Lake, asked: list[Segment], now: datetime) -> list[Refreshed]:
    manifest = lake.manifest
    until = last_whole_day(manifest.synced_at, manifest.time_zone)
    found: list[Refreshed] = []
    tables: dict[str, tuple[Segment, ir.Table]] = {}
    rules: dict[str, tuple[Segment, Who]] = {}
    try:
        on = ground(now)
    except NotFit as error:
        return _failed(asked, str(error))
    view = View(lake, until, on.digits, others_of(asked, on, lake, until))
    for segment in asked:
        try:
            if segment.kind == RULE:
                who = meaning(segment.definition, on)
                science.members(lake, who, until, digits=on.digits, others=view.others)  # can it be told at all?
                rules[segment.key] = segment, who
            else:
                tables[segment.key] = segment, source_of(segment.kind)(lake, segment.definition, until)
        except (NotFit, CannotTell) as error:
            found += _failed([segment], str(error))
    state = manifest.state
    for segment, table in tables.values():
        found.append(_settled(segment, lambda table=table: _numbers(lake, table), state, now))
    keys = list(rules)
    for place in range(0, len(keys), AT_ONCE):
        found += _together(view, {key: rules[key] for key in keys[place : place + AT_ONCE]}, state, now)
    return found


def others_of(
    asked: Collection[Segment], on: Ground, lake: Any, until: date, who: Who | None = None
) -> dict[str, Who | ir.Table]:
    """What the definitions of ``asked`` (and ``who``) speak of, directly or by others: definitions of rules, and for
    other kinds who belongs as of their last refresh."""
    live = {segment.key: segment for segment in Segment.objects.filter(archived_at=None)}
    found: dict[str, Who | ir.Table] = {}
    waiting = [] if who is None else sorted(refers_to(who))
    for segment in asked:
        if segment.kind == RULE:
            try:
                waiting += refers_to(meaning(segment.definition, on))
            except NotFit:
                continue  # said of the segment itself
    while waiting:
        key = waiting.pop()
        if key in found or key not in live:
            continue
        other = live[key]
        if other.kind == RULE:
            try:
                found[key] = meaning(other.definition, on)
            except NotFit:
                continue
            waiting += refers_to(found[key])
        else:
            ids = Membership.objects.filter(segment=key).values_list("member_id", flat=True)
            found[key] = ibis.memtable(pl.DataFrame({"member": list(ids)}, schema={"member": pl.Int64}))
    return found


def _together(view: View, rules: Mapping[str, tuple[Segment, Who]], state: str, now: datetime) -> list[Refreshed]:
    names = {f"s{place}": key for place, key in enumerate(rules)}
    asked = {name: rules[key][1] for name, key in names.items()}
    table = science.belonging(view.lake, asked, view.until, digits=view.digits, others=view.others)
    try:
        frame: pl.DataFrame = view.lake.connection.to_polars(table)
    except duckdb.Error as error:
        return _failed([segment for segment, _ in rules.values()], _first_line(error))
    return [
        _settled(rules[key][0], lambda name=name: frame.filter(frame[name])["member"].to_list(), state, now)
        for name, key in names.items()
    ]


def _settled(segment: Segment, meant: Any, state: str, now: datetime) -> Refreshed:
    try:
        moved = settle(segment.key, meant(), now)
    except duckdb.Error as error:
        return _failed([segment], _first_line(error))[0]
    Segment.objects.filter(pk=segment.pk).update(
        members_count=moved.members, refreshed_at=now, lake_state=state, problem=""
    )
    return Refreshed(segment.key, moved)


def _kept(segment: Segment, now: datetime) -> Refreshed:
    """A list stays as it is, but for who was joined to another member since."""
    ids = list(Membership.objects.filter(segment=segment.key).values_list("member_id", flat=True))
    moved = settle(segment.key, ids, now)
    Segment.objects.filter(pk=segment.pk).update(members_count=moved.members, refreshed_at=now, problem="")
    return Refreshed(segment.key, moved)


def _failed(segments: Collection[Segment], problem: str) -> list[Refreshed]:
    Segment.objects.filter(pk__in=[segment.pk for segment in segments]).update(problem=problem)
    return [Refreshed(segment.key, None, problem) for segment in segments]


def _numbers(lake: Any, table: ir.Table) -> list[int]:
    found: list[int] = lake.connection.to_polars(table)["member"].to_list()
    return found


def _first_line(error: Exception) -> str:
    return f"the lake cannot be read: {(str(error).splitlines() or [type(error).__name__])[0]}"


@contextmanager
def _alone() -> Iterator[None]:
    """Be the only refresh; the database lets go by itself of whoever is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Busy("another refresh of the segments is under way; this one has done nothing")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
