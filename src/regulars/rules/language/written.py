"""A programme as its file would say it: the way back from ``read``, without what is the default anyway."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from regulars.rules.language.calendar_written import occasion
from regulars.rules.language.plainly import condition, exact, filled, local_day
from regulars.rules.language.referral_written import referral
from regulars.rules.language.tasks_written import gifts, task, times
from regulars.rules.programme import Benefit, Currency, EarnRule, Expiry, Level, Programme, Tiers

Amount = Callable[[int], int | Decimal]


def write(programme: Programme) -> dict[str, Any]:
    """The programme as plain settings that ``read`` turns back into it."""
    unit = 10**programme.minor_digits
    amount = amounts(programme.minor_digits)

    data: dict[str, Any] = {
        "programme": programme.key,
        "name": dict(programme.name),
        "currency": programme.currency,
        "time_zone": programme.time_zone,
        "points": {currency.key: _currency(currency, amount, unit) for currency in programme.points},
    }
    if programme.tiers is not None:
        data["tiers"] = _tiers(programme.tiers, amount)
    if programme.benefits:
        data["benefits"] = {one.key: _benefit(one) for one in programme.benefits}
    first = programme.points[0].key
    data["earn"] = [_rule(rule, amount, unit, first) for rule in programme.earn]
    if programme.calendar:
        data["calendar"] = [occasion(one) for one in programme.calendar]
    if programme.tasks:
        data["tasks"] = [task(one, amount, first) for one in programme.tasks]
    if programme.referral is not None:
        data["referral"] = referral(programme.referral)
    return data


def amounts(digits: int) -> Amount:
    """A function of minor units: the amount in the major unit, with decimals only where it has some."""
    unit = 10**digits
    return lambda minor: minor // unit if minor % unit == 0 else Decimal(minor).scaleb(-digits)


def _currency(currency: Currency, amount: Amount, unit: int) -> dict[str, Any]:
    until, days = currency.pending_until, currency.pending_days or None
    pays = {
        "at_least_points": currency.pays_at_least_points or None,
        "at_most_percent": currency.pays_at_most_percent if currency.pays_at_most_percent != 100 else None,
    }
    refund = {
        "beyond_balance": currency.beyond_balance if currency.beyond_balance != "debt" else None,
        "grace_days": currency.grace_days if currency.grace_days != 30 else None,
    }
    return filled(
        {
            "name": dict(currency.name),
            "spendable": None if currency.spendable else False,
            "pending": filled({"until": until, "at_most_days": days} if until else {"days": days}),
            "expires": _expires(currency.expires),
            "worth": _worth(currency.worth, amount, unit),
            "pays": filled(pays),
            "refund": filled(refund),
            "earns_on_points_paid": currency.earns_on_points_paid or None,
        }
    )


def _expires(expiry: Expiry | None) -> dict[str, Any] | None:
    if expiry is None:
        return None
    return filled(
        {
            "after_months": expiry.after_months or None,
            "after_days": expiry.after_days or None,
            "at_end_of": expiry.at_end_of,
            "sliding": expiry.sliding or None,
        }
    )


def _worth(worth: Fraction | None, amount: Amount, unit: int) -> dict[str, Any] | None:
    """In whole major units where that is possible: 100 points pay 1, rather than 1 point pays 0.01."""
    if worth is None:
        return None
    times = unit // worth.numerator if unit % worth.numerator == 0 else 1
    return {"points": worth.denominator * times, "amount": amount(worth.numerator * times)}


def _tiers(tiers: Tiers, amount: Amount) -> dict[str, Any]:
    windows = {
        "rolling": {"rolling_days": tiers.window_days},
        "calendar": {"calendar": "year"},
        "anniversary": {"anniversary": "year"},
    }
    keep = {
        "for_days": tiers.keep_days or None,
        "grace_days": tiers.grace_days or None,
        "then": tiers.then if tiers.then != "level_earned" else None,
    }
    return filled(
        {
            "measure": tiers.measure,
            "of": tiers.currency or None,
            "window": windows.get(tiers.window),
            "keep": filled(keep),
            "levels": [_level(level, amount if tiers.measure == "spending" else int) for level in tiers.levels],
        }
    )


def _level(level: Level, amount: Amount) -> dict[str, Any]:
    return filled(
        {
            "key": level.key,
            "from": amount(level.threshold),
            "name": dict(level.name),
            "earns_times": exact(level.earns_times) if level.earns_times != 1 else None,
            "benefits": list(level.benefits) or None,
            "gives": gifts(level.gifts),
        }
    )


def _benefit(benefit: Benefit) -> dict[str, Any]:
    return filled(
        {
            "name": dict(benefit.name),
            "how": dict(benefit.how),
            "at_most": None if benefit.at_most is None else times(benefit.at_most),
        }
    )


def _rule(rule: EarnRule, amount: Amount, unit: int, first: str) -> dict[str, Any]:
    cap = rule.at_most
    valid = {"from": local_day(rule.valid_from_day), "until": local_day(rule.valid_until_day)}
    return filled(
        {
            "key": rule.key,
            "name": dict(rule.name),
            "when": rule.when,
            "where": condition(rule.where.tests),
            "for": condition(rule.member.tests),
            "gives": gifts(rule.gifts) or (rule.gives if rule.gives != first else None),
            "rate": _rate(rule.rate, amount, unit),
            "points": rule.points or None,
            "of": rule.of if rule.of != "net" else None,
            "times": "tier" if rule.times_tier else None,
            "valid": filled(valid),
            "at_most": None if cap is None else {cap.kind: cap.limit, "per": cap.per},
            "rounding": rule.rounding if rule.rounding != "floor" else None,
        }
    )


def _rate(rate: Fraction | None, amount: Amount, unit: int) -> dict[str, Any] | None:
    if rate is None:
        return None
    times = unit // rate.denominator if unit % rate.denominator == 0 else 1
    return {"points": rate.numerator * times, "per": amount(rate.denominator * times)}
