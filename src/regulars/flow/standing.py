"""Where a member stands, in the reader's language: what they have, what is coming, their tier and the way up.

The one answer behind ``GET /api/members/{id}``, the member centre and the console's member page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from django.utils import timezone

from regulars.flow import phrases
from regulars.members import reads as members
from regulars.points import reads as points
from regulars.points.models import Balance
from regulars.programmes import reads as programmes
from regulars.rules.days import day_number
from regulars.rules.programme import Currency, Level, Programme, Tiers
from regulars.tiers import reads as tiers_reads
from regulars.tiers.models import Standing

_DATES_MAX = 6
"""How many coming dates of each kind are listed; later ones are in the balance, not in the list."""
_SOON_DAYS = 60
"""How near a last good day is called soon."""
_WARN_DAYS = 60
"""How long before its review a member is told that the level would be lost."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Points that are pending until ``at``, or until the event ``until`` if that comes first; ``on`` is the local day.

    ``at`` None: only the event makes them available.
    """

    points: int
    at: datetime | None
    on: date | None
    until: str | None


@dataclass(frozen=True, slots=True)
class BalanceView:
    """A member's points of one currency.

    worth: what ``available`` pays, as an exact decimal string in ``money_currency``; None when it pays for nothing.
    coming: pending points by day, the soonest first. expiring: ``(last good local day, points)``, the soonest first.
    soon: the first of these when it is at most two months away.
    """

    key: str
    name: str
    spendable: bool
    available: int
    pending: int
    held: int
    debt: int
    worth_minor: int | None
    worth: str | None
    worth_text: str
    money_currency: str
    coming: list[Coming]
    expiring: list[tuple[date, int]]

    soon: tuple[date, int] | None

    def as_json(self) -> dict[str, Any]:
        """The balance as the API shows it."""
        return {
            "name": self.name,
            "spendable": self.spendable,
            "available": self.available,
            "pending": self.pending,
            "held": self.held,
            "debt": self.debt,
            "worth": None if self.worth is None else {"amount": self.worth, "currency": self.money_currency},
            "coming": [
                {"on": None if c.on is None else c.on.isoformat(), "until": c.until, "points": c.points}
                for c in self.coming
            ],
            "expiring": [{"on": on.isoformat(), "points": lapsing} for on, lapsing in self.expiring],
        }


@dataclass(frozen=True, slots=True)
class LevelView:
    """One step of the ladder. ``threshold`` and ``missing`` are minor units, orders or growth points."""

    key: str
    name: str
    rank: int
    threshold: int
    threshold_text: str
    missing: int
    missing_text: str
    earns_times: Fraction
    times_text: str
    benefits: list[str]
    benefit_keys: list[str]
    reached: bool
    current: bool


@dataclass(frozen=True, slots=True)
class TierView:
    """The member's tier. ``level`` and ``name`` are empty below the first step.

    value: what counts today, in the unit of ``measure`` (spending: minor units).
    kept_until: the last local day the level is certainly kept (in grace: can still be won back); None: for good.
    to_keep: what is missing today for the level to survive its review, 0 when nothing is.
    at_risk: it would not survive, and the review is near or the grace has begun.
    """

    level: str
    name: str
    rank: int
    since: datetime | None
    review_at: datetime | None
    kept_until: date | None
    in_grace: bool
    measure: str
    window: str
    window_days: int
    value: int
    value_text: str
    to_keep: int
    to_keep_text: str
    at_risk: bool
    earns_times: Fraction
    times_text: str
    benefits: list[str]
    next: LevelView | None


@dataclass(frozen=True, slots=True)
class StandingView:
    """Everything a member has and is, on the programme's local day ``today``."""

    member_id: int
    today: date
    programme: Programme
    version_id: int
    balances: list[BalanceView]
    tier: TierView | None
    ladder: list[LevelView]

    def balance(self, key: str) -> BalanceView | None:
        """The balance of one currency."""
        return next((balance for balance in self.balances if balance.key == key), None)

    def as_json(self, shop_id: str | None = None) -> dict[str, Any]:
        """The body of ``GET /api/members/{id}``: money as exact decimal strings, days local, times UTC.

        ``shop_id`` saves the look-up of the shop's own id for the member.
        """
        digits = self.programme.minor_digits

        def unit(value: int) -> Any:
            spending = self.tier is not None and self.tier.measure == "spending"
            return phrases.decimal_text(value, digits) if spending else value

        return {
            "id": shop_id or members.shop_id_of([self.member_id]).get(self.member_id),
            "programme_version": self.version_id,
            "balances": {balance.key: balance.as_json() for balance in self.balances},
            "tier": None if self.tier is None else _tier_json(self.tier, self.programme.currency, unit),
            "growth_path": [_level_json(level, unit) for level in self.ladder],
        }


def _tier_json(tier: TierView, currency: str, unit: Any) -> dict[str, Any]:
    return {
        "level": tier.level or None,
        "name": tier.name or None,
        "since": _iso(tier.since),
        "review_at": _iso(tier.review_at),
        "kept_until": None if tier.kept_until is None else tier.kept_until.isoformat(),
        "in_grace": tier.in_grace,
        "measure": tier.measure,
        "currency": currency if tier.measure == "spending" else None,
        "value": unit(tier.value),
        "to_keep": unit(tier.to_keep),
        "earns_times": tier.times_text,
        "benefits": tier.benefits,
        "next": None if tier.next is None else _level_json(tier.next, unit),
    }


def _level_json(level: LevelView, unit: Any) -> dict[str, Any]:
    return {
        "level": level.key,
        "name": level.name,
        "from": unit(level.threshold),
        "missing": unit(level.missing),
        "earns_times": level.times_text,
        "benefits": level.benefit_keys,
        "reached": level.reached,
        "current": level.current,
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def standing(member_id: int, now: datetime | None = None) -> StandingView:
    """Where the member stands at ``now`` (aware; default this moment), words in the active language.

    Balances are the ledger's; what counts toward tiers is measured on the local day of ``now``. A member nothing was
    ever decided for has zeros and no level. At most six queries, all within the member's rows.
    Raises ``programmes.reads.NoProgramme`` when none was applied yet.
    """
    now = now or timezone.now()
    line = programmes.timeline()
    tables = line.tables[line.at(programmes.microseconds(now))]
    programme = tables.programme
    today = phrases.local_date(now, programme.time_zone)
    tier, ladder = _tier_and_ladder(member_id, programme, today)
    return StandingView(
        member_id=member_id,
        today=today,
        programme=programme,
        version_id=tables.version,
        balances=_balances(member_id, programme, today),
        tier=tier,
        ladder=ladder,
    )


def _balances(member_id: int, programme: Programme, today: date) -> list[BalanceView]:
    kept = points.balances(member_id)
    due = points.open_points(member_id)
    views = []
    for currency in programme.points:
        balance = kept.pop(currency.key, Balance(member_id=member_id, currency=currency.key))
        views.append(_balance(balance, currency, programme, today, [d for d in due if d.currency == currency.key]))
    for balance in kept.values():
        # Of an earlier programme version: still the member's, though nothing earns it now.
        gone = Currency(key=balance.currency, name={"en": balance.currency}, spendable=False)
        views.append(_balance(balance, gone, programme, today, [d for d in due if d.currency == balance.currency]))
    return views


def _balance(
    balance: Balance, currency: Currency, programme: Programme, today: date, due: list[points.Due]
) -> BalanceView:
    expiring = _expiring([d for d in due if not d.pending], programme)
    soon = expiring[0] if expiring and (expiring[0][0] - today).days <= _SOON_DAYS else None
    worth = None if currency.worth is None else balance.available * currency.worth // 1
    return BalanceView(
        key=currency.key,
        name=phrases.named(currency.name, currency.key),
        spendable=currency.spendable,
        available=balance.available,
        pending=balance.pending,
        held=balance.held,
        debt=balance.debt,
        worth_minor=worth,
        worth=None if worth is None else phrases.decimal_text(worth, programme.minor_digits),
        worth_text="" if worth is None else phrases.money(worth, programme),
        money_currency=programme.currency,
        coming=_coming([d for d in due if d.pending], currency, programme),
        expiring=expiring,
        soon=soon,
    )


def _coming(due: list[points.Due], currency: Currency, programme: Programme) -> list[Coming]:
    by_day: dict[date | None, Coming] = {}
    for part in due:
        on = None if part.at is None else phrases.local_date(part.at, programme.time_zone)
        before = by_day.get(on)
        sum_points = part.points + (before.points if before else 0)
        by_day[on] = Coming(sum_points, before.at if before else part.at, on, currency.pending_until)
    return list(by_day.values())[:_DATES_MAX]


def _expiring(due: list[points.Due], programme: Programme) -> list[tuple[date, int]]:
    by_day: dict[date, int] = {}
    for part in due:
        if part.at is not None:
            on = phrases.last_day_before(part.at, programme.time_zone)
            by_day[on] = by_day.get(on, 0) + part.points
    return list(by_day.items())[:_DATES_MAX]


def _tier_and_ladder(member_id: int, programme: Programme, today: date) -> tuple[TierView | None, list[LevelView]]:
    tiers = programme.tiers
    if tiers is None:
        return None, []
    row = tiers_reads.standing(member_id) or Standing(member_id=member_id)
    review_day = today if row.review_at is None else phrases.local_date(row.review_at, programme.time_zone)
    value, at_review = _values_on(member_id, tiers, today, review_day)
    rank = next((i for i, level in enumerate(tiers.levels, 1) if level.key == row.level), 0)
    ladder = [_level(level, i, rank, value, tiers, programme) for i, level in enumerate(tiers.levels, 1)]
    here = ladder[rank - 1] if rank else None
    kept_until = None if row.review_at is None else phrases.last_day_before(row.review_at, programme.time_zone)
    to_keep = 0 if here is None or row.review_at is None else max(0, here.threshold - at_review)
    above = ladder[rank] if rank < len(ladder) else None
    return (
        TierView(
            level=row.level,
            name=here.name if here else "",
            rank=rank,
            since=row.since,
            review_at=row.review_at,
            kept_until=kept_until,
            in_grace=row.in_grace,
            measure=tiers.measure,
            window=tiers.window,
            window_days=tiers.window_days,
            value=value,
            value_text=_measure_text(value, tiers, programme),
            to_keep=to_keep,
            to_keep_text=_measure_text(to_keep, tiers, programme),
            at_risk=to_keep > 0 and (row.in_grace or (review_day - today).days <= _WARN_DAYS),
            earns_times=here.earns_times if here else Fraction(1),
            times_text=here.times_text if here else "1",
            benefits=here.benefits if here else [],
            next=above,
        ),
        ladder,
    )


def _values_on(member_id: int, tiers: Tiers, *days: date) -> list[int]:
    """What would count on each of those local days if nothing more came."""
    joined_day = 0
    if tiers.window == "anniversary":
        account = points.account(member_id)
        joined_day = account.joined_day if account else day_number(days[0])
    cuts = [tiers_reads.window_cut(tiers, joined_day, day_number(day)) for day in days]
    return [max(0, sums.of(tiers)) for sums in tiers_reads.measured(member_id, *cuts)]


def _level(level: Level, rank: int, reached: int, value: int, tiers: Tiers, programme: Programme) -> LevelView:
    missing = max(0, level.threshold - value)
    return LevelView(
        key=level.key,
        name=phrases.named(level.name, level.key),
        rank=rank,
        threshold=level.threshold,
        threshold_text=_measure_text(level.threshold, tiers, programme),
        missing=missing,
        missing_text=_measure_text(missing, tiers, programme),
        earns_times=level.earns_times,
        times_text=phrases.factor(level.earns_times),
        benefits=[phrases.benefit(key) for key in level.benefits],
        benefit_keys=list(level.benefits),
        reached=rank <= reached,
        current=rank == reached,
    )


def _measure_text(value: int, tiers: Tiers, programme: Programme) -> str:
    """A value of the tier measure in words: money, orders or growth points."""
    if tiers.measure == "spending":
        return phrases.money(value, programme, short=True)
    if tiers.measure == "orders":
        return phrases.orders(value)
    names: Mapping[str, Currency] = {currency.key: currency for currency in programme.points}
    return phrases.counted(value, phrases.named(names[tiers.currency].name, tiers.currency))
