"""How the club is doing: the numbers of the console's home page, each in one bounded query."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest

from regulars.events import simulated as simulated_events
from regulars.events.models import DayCount, Event, Reader, Refusal
from regulars.flow.phrases import named
from regulars.members.models import Member
from regulars.points import day_sums
from regulars.points.models import Balance
from regulars.programmes import reads as programmes
from regulars.rules import layout as y
from regulars.rules.events import ORDER_COMPLETED, REFUND_NAMES
from regulars.rules.programme import Programme
from regulars.tiers.models import Standing

PROOF_FILE = "verify.json"
CHART_DAYS = 14
MOVES_DAYS = 30
BEHIND_COUNTED_MAX = 10_000
_REMEMBERED_SECONDS = 60


@dataclass(frozen=True, slots=True)
class TierCount:
    """How many members stand on one level; ``key`` is ``none`` for those below the first."""

    key: str
    name: str
    members: int


@dataclass(frozen=True, slots=True)
class DayEvents:
    """Events that happened on one day of the shop's."""

    day: date
    orders: int = 0
    refunds: int = 0
    others: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.orders + self.refunds + self.others


@dataclass(frozen=True, slots=True)
class DayMoves:
    """Points of one currency that moved on one day of the shop's, all four at least zero."""

    day: date
    earned: int = 0
    redeemed: int = 0
    expired: int = 0
    taken_back: int = 0


@dataclass(frozen=True, slots=True)
class CurrencyState:
    """One currency of points over all members, and what moved in the last ``MOVES_DAYS`` days."""

    key: str
    name: str
    spendable: bool
    available: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0
    worth: Fraction | None = None
    money: str = ""
    days: list[DayMoves] = field(default_factory=list)

    @property
    def owed(self) -> int:
        """Points that members own: available, pending and held."""
        return self.available + self.pending + self.held

    @property
    def owed_minor(self) -> int | None:
        """What they would pay if all were spent, in minor units of the programme's money, rounded down."""
        return None if self.worth is None else int(self.owed * self.worth)

    def moved(self, kind: str) -> int:
        """The days' sum of ``earned``, ``redeemed``, ``expired`` or ``taken_back``."""
        return sum(getattr(day, kind) for day in self.days)

    @property
    def earned(self) -> int:
        """Points earned in the last ``MOVES_DAYS`` days."""
        return self.moved("earned")

    @property
    def redeemed(self) -> int:
        """Points redeemed in the last ``MOVES_DAYS`` days."""
        return self.moved("redeemed")

    @property
    def expired(self) -> int:
        """Points that lapsed in the last ``MOVES_DAYS`` days."""
        return self.moved("expired")

    @property
    def taken_back(self) -> int:
        """Points taken back after refunds in the last ``MOVES_DAYS`` days."""
        return self.moved("taken_back")


@dataclass(frozen=True, slots=True)
class ReaderState:
    """How far a follower of the log is behind it: ``behind`` events, counted to ``BEHIND_COUNTED_MAX``."""

    name: str
    behind: int
    moved_at: datetime
    failed_at: datetime | None
    error: str


def programme_now() -> Programme | None:
    """The programme in force, or None before the first one."""
    try:
        return programmes.current()[1]
    except programmes.NoProgramme:
        return None


def programme_of(request: HttpRequest) -> Programme | None:
    """The programme in force, asked for once in a request."""
    if not hasattr(request, "programme"):
        request.programme = programme_now()  # type: ignore[attr-defined]
    found: Programme | None = request.programme  # type: ignore[attr-defined]
    return found


def simulated() -> str:
    """The source of simulated customers, if any (``events.simulated``): then every page says that its numbers are."""
    known = cache.get("console.simulated")
    if known is None:
        known = simulated_events.kind()
        cache.set("console.simulated", known, _REMEMBERED_SECONDS)
    return str(known)


def tier_counts(programme: Programme | None, nobody: str) -> list[TierCount]:
    """Known members by level, lowest first; ``nobody`` names those on none. Joined members count once."""
    # All are counted from the index; of people not known and of joined members there are few, or they have no standing.
    counts = _by_level(Standing.objects.all())
    counts -= _by_level(Standing.objects.exclude(member__merged_into=None, member__identified_at__isnull=False))
    rows = [TierCount("none", nobody, counts.pop("", 0))]
    for level in programme.tiers.levels if programme and programme.tiers else ():
        rows.append(TierCount(level.key, named(level.name, level.key), counts.pop(level.key, 0)))
    # A level that the programme no longer has stays visible until its members were reviewed.
    rows += [TierCount(key, key, members) for key, members in sorted(counts.items())]
    return rows


def _by_level(standings: QuerySet[Standing]) -> Counter[str]:
    return Counter(dict(standings.values_list("level").annotate(members=Count("pk")).order_by()))


def visitors() -> int:
    """People seen but never signed in."""
    return Member.objects.filter(identified_at__isnull=True, merged_into__isnull=True).count()


def events_by_day(today: date, days: int = CHART_DAYS) -> list[DayEvents]:
    """The last ``days`` days up to and with ``today``, oldest first, empty ones included."""
    first = today - timedelta(days=days - 1)
    found: dict[date, dict[str, int]] = {
        first + timedelta(days=n): {"orders": 0, "refunds": 0, "others": 0} for n in range(days)
    }
    for day, name, count in DayCount.objects.filter(day__gte=first, day__lte=today).values_list("day", "name", "count"):
        kind = "orders" if name == ORDER_COMPLETED else "refunds" if name in REFUND_NAMES else "others"
        found[day][kind] += count
    return [DayEvents(day, **numbers) for day, numbers in found.items()]


def currencies(programme: Programme | None, now: datetime) -> list[CurrencyState]:
    """Every currency of the programme, and any other that members still have: balances and recent movements."""
    sums: dict[str, dict[str, Any]] = {
        row["currency"]: dict(row)
        for row in Balance.objects.values("currency")
        .annotate(available=Sum("available"), pending=Sum("pending"), held=Sum("held"), debt=Sum("debt"))
        .order_by()
    }
    today = now.astimezone(ZoneInfo(programme.time_zone if programme else "UTC")).date()
    moves = _moves(today)
    states = []
    known = {currency.key: currency for currency in programme.points} if programme else {}
    for key in [*known, *sorted(set(sums) - set(known))]:
        row = sums.get(key, {})
        currency = known.get(key)
        states.append(
            CurrencyState(
                key=key,
                name=named(currency.name, key) if currency else key,
                spendable=currency.spendable if currency else False,
                available=row.get("available") or 0,
                pending=row.get("pending") or 0,
                held=row.get("held") or 0,
                debt=row.get("debt") or 0,
                worth=currency.worth if currency else None,
                money=programme.currency if programme else "",
                days=moves.get(key) or _empty_moves(today),
            )
        )
    return states


_MOVES = {y.EARN: "earned", y.CAPTURE: "redeemed", y.EXPIRE: "expired", y.CLAW_BACK: "taken_back"}


def _moves(today: date) -> dict[str, list[DayMoves]]:
    """What moved on each of the last ``MOVES_DAYS`` days, by currency."""
    found: dict[str, dict[date, dict[str, int]]] = {}
    for one in day_sums.moved(today - timedelta(days=MOVES_DAYS - 1), today):
        if one.kind in _MOVES:
            of_day = found.setdefault(one.currency, {}).setdefault(one.day, {})
            of_day[_MOVES[one.kind]] = of_day.get(_MOVES[one.kind], 0) + one.points
    return {
        currency: [DayMoves(empty.day, **by_day.get(empty.day, {})) for empty in _empty_moves(today)]
        for currency, by_day in found.items()
    }


def _empty_moves(today: date) -> list[DayMoves]:
    first = today - timedelta(days=MOVES_DAYS - 1)
    return [DayMoves(first + timedelta(days=n)) for n in range(MOVES_DAYS)]


def quarantine() -> dict[str, int]:
    """How many events are ``open`` and how many are ``waiting`` for their order."""
    return Refusal.objects.aggregate(
        open=Count("pk", filter=Q(state=Refusal.OPEN)), waiting=Count("pk", filter=Q(state=Refusal.WAITING))
    )


@dataclass(frozen=True, slots=True)
class Proof:
    """What the last ``regulars verify`` found: when, of how many members, and how many differ from the log."""

    at: datetime
    members: int
    drift: int


def last_proof() -> Proof | None:
    """The last proof of the ledger, from the file that ``regulars verify`` leaves in the data folder; None before."""
    try:
        found = json.loads((settings.CONFIG.data_dir / PROOF_FILE).read_text(encoding="utf-8"))
        return Proof(datetime.fromisoformat(found["at"]), int(found["members"]), int(found["drift"]))
    except (FileNotFoundError, ValueError, KeyError):
        return None


def readers() -> list[ReaderState]:
    """Every follower of the log, the furthest behind first."""
    states = [
        ReaderState(reader.name, _behind(reader), reader.moved_at, reader.failed_at, reader.error)
        for reader in Reader.objects.all()
    ]
    return sorted(states, key=lambda state: -state.behind)


def _behind(reader: Reader) -> int:
    """Events it has not read yet, counted to ``BEHIND_COUNTED_MAX``: those after its window and the rest of that."""
    unread = Event.objects.filter(Q(xid__gte=reader.high) | Q(pk__gt=reader.place), xid__gte=reader.low)
    return unread.order_by()[:BEHIND_COUNTED_MAX].count()
