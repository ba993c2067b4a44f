"""``pages``: how long the server works on each page of the console, through the whole of Django but the network."""

from __future__ import annotations

import secrets
import statistics
import time
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from regulars.bench.figures import Figure, Say, at_most, plain
from regulars.insight.owed import counted
from regulars.members.models import Member

GOAL_MS, GOAL_LARGE_MS = 300, 1_500
LARGE_MEMBERS = 100_000
"""A shop from so many members on has the greater goal."""
TIMES, TIMES_SMALL = 9, 3
PAGES = (
    "admin:index",
    "admin:members_member_changelist",
    "admin:members_member_change",
    "admin:points_balance_changelist",
    "admin:points_counter_changelist",
    "admin:tiers_badge_changelist",
    "admin:referrals_referral_changelist",
    "admin:events_event_changelist",
    "admin:events_refusal_changelist",
    "admin:reports_report_changelist",
    "admin:insight_home",
    "admin:insight_explorer",
    "admin:segments_segment_changelist",
    "admin:scores_scorerun_changelist",
)
"""By the names of their addresses; one that this installation does not have is left out. ``_change``: of
the first member."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One page: milliseconds by the clock and of this process's processor, queries."""

    name: str
    wall_min: float
    wall_median: float
    cpu_min: float
    queries: int


def run(say: Say, small: bool = False) -> list[Figure]:
    """Every page as an admin sees it: the least of some goes, each with nothing remembered from the one before.

    What PostgreSQL works is in the time by the clock, not in the processor's. Raises RuntimeError for a page that
    does not answer 200.
    """
    members = Member.objects.count()
    goal = GOAL_LARGE_MS if members >= LARGE_MEMBERS else GOAL_MS
    say("counting what is owed, as a job does every hour")
    counted.count()
    say(f"pages of a shop of {members:,} members")
    figures = []
    user = User.objects.create_superuser(f"bench-{secrets.token_hex(4)}", password=secrets.token_hex(16))
    try:
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        for name in PAGES:
            address = _address(name)
            if address is not None:
                figures += _figures(_timed(client, name, address, TIMES_SMALL if small else TIMES), goal)
    finally:
        user.delete()
    return figures


def _address(name: str) -> str | None:
    try:
        if not name.endswith("_change"):
            return reverse(name)
        first = Member.objects.filter(merged_into__isnull=True, identified_at__isnull=False).order_by("pk").first()
        return None if first is None else reverse(name, args=[first.pk])
    except NoReverseMatch:
        return None


def _timed(client: Client, name: str, address: str, times: int) -> Timing:
    walls, cpus = [], []
    with CaptureQueriesContext(connection) as asked:
        _get(client, address)
    queries = len(asked)
    for _ in range(times):
        cache.clear()
        wall, cpu = time.perf_counter(), time.process_time()
        _get(client, address)
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    short = name.removeprefix("admin:").replace("_changelist", "s")
    return Timing(short, min(walls), statistics.median(walls), min(cpus), queries)


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")


def _figures(timing: Timing, goal: float) -> list[Figure]:
    return [
        at_most(timing.name, timing.wall_min, "ms", goal),
        plain("  median", timing.wall_median, "ms"),
        plain("  processor", timing.cpu_min, "ms"),
        plain("  queries", timing.queries, ""),
    ]
