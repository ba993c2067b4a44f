"""Where a member stands, in the reader's language: what they have, what is coming, their tier and the way up.

The one answer behind ``GET /api/members/{id}``, the member centre and the console's member page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction

from django.utils import timezone

from regulars.flow import phrases
from regulars.flow.standing_view import BalanceView, Coming, LevelView, StandingView, TierView
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
            value_text=measure_text(value, tiers, programme),
            to_keep=to_keep,
            to_keep_text=measure_text(to_keep, tiers, programme),
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
        threshold_text=measure_text(level.threshold, tiers, programme),
        missing=missing,
        missing_text=measure_text(missing, tiers, programme),
        earns_times=level.earns_times,
        times_text=phrases.factor(level.earns_times),
        benefits=[phrases.benefit(key) for key in level.benefits],
        benefit_keys=list(level.benefits),
        reached=rank <= reached,
        current=rank == reached,
    )


def measure_text(value: int, tiers: Tiers, programme: Programme) -> str:
    """A value of the tier measure in words: money, orders or growth points."""
    if tiers.measure == "spending":
        return phrases.money(value, programme, short=True)
    if tiers.measure == "orders":
        return phrases.orders(value)
    names: Mapping[str, Currency] = {currency.key: currency for currency in programme.points}
    return phrases.counted(value, phrases.named(names[tiers.currency].name, tiers.currency))
