"""What is said of where a member stands: views for templates, and the same as the API's JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from regulars.flow import phrases
from regulars.members import reads as members
from regulars.rules.programme import Programme


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
