"""Which offers hold when, and how much of the limited ones is left."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from regulars.offers.file import check
from regulars.offers.models import Use, Version
from regulars.rules.offers import Charity, GroupBuy, Offers, PointsGift
from regulars.rules.offers.model import Limit, Offer
from regulars.rules.pricing import Left, Pricer
from regulars.store.columns import BIGINT, TEXT, Array
from regulars.store.questions import Known, Question, ask

MEMBERS = frozenset(("member", "day", "week", "month", "year"))
"""The limits that count for each member over more than one order."""


class NoOffers(LookupError):
    """No offers file has been applied yet."""


@dataclass(frozen=True, slots=True)
class Live:
    """The offers of one version, ready to price with."""

    version_id: int
    offers: Offers
    pricer: Pricer
    by_key: Mapping[str, Offer]
    """Offers, coupons and the prices of group buys by their keys; gifts for points too, for what is counted of them."""
    limited: tuple[str, ...]
    """Those that price a cart and of which only so much is to be had."""
    gifts: Mapping[str, PointsGift]
    charities: Mapping[str, Charity]
    group_buys: Mapping[str, GroupBuy]

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone, in which days and longer limits count."""
        return ZoneInfo(self.offers.time_zone)


def live(now: datetime | None = None) -> Live:
    """The offers in effect now (or at ``now``). Cheap: parsed versions are kept.

    Raises NoOffers when no version is in effect.
    """
    found = version_at(now or datetime.now(UTC))
    ask(found)
    return live_of(found.answer)


def version_at(now: datetime) -> Question[int | None]:
    """The id of the version in effect, for ``live_of``; None when there is none."""
    return Question(
        "SELECT id FROM offers_version WHERE effective_at <= %s ORDER BY effective_at DESC LIMIT 1",
        (now,),
        lambda rows: rows[0][0] if rows else None,
    )


def live_of(version_id: int | None) -> Live:
    """The offers of the version in effect. Raises NoOffers when there is none."""
    if version_id is None:
        raise NoOffers("No offers have been applied yet: run `regulars offers apply FILE`.")
    return by_id(version_id)


@lru_cache(maxsize=8)
def by_id(version_id: int) -> Live:
    """The offers of one version. Raises Version.DoesNotExist."""
    offers = parse(Version.objects.values_list("text", flat=True).get(pk=version_id))
    priced = offers.for_pricing()
    every = [*priced.offers, *(coupon.offer for coupon in offers.coupons)]
    return Live(
        version_id=version_id,
        offers=offers,
        pricer=Pricer(priced),
        by_key={offer.key: offer for offer in (*every, *(gift.offer for gift in offers.gifts))},
        limited=tuple(offer.key for offer in every if _counted(offer)),
        gifts={gift.key: gift for gift in offers.gifts},
        charities={charity.key: charity for charity in offers.charities},
        group_buys={buy.key: buy for buy in offers.group_buys},
    )


@lru_cache(maxsize=16)
def parse(text: str) -> Offers:
    """The offers that a published file holds. Raises ValueError when it has problems (a published one never has)."""
    checked = check(text)
    if checked.offers is None:
        raise ValueError("; ".join(str(problem) for problem in checked.problems))
    return checked.offers


def all_versions() -> list[Version]:
    """Every version, the newest first."""
    return list(Version.objects.select_related("applied_by").order_by("-effective_at"))


def period(limit: Limit | None, zone: ZoneInfo, now: datetime) -> str:
    """The period in which a member's use counts now; empty for ever."""
    local = now.astimezone(zone)
    if limit is None:
        return ""
    if limit.per == "day":
        return f"{local:%Y-%m-%d}"
    if limit.per == "week":
        return f"{local:%G-W%V}"
    if limit.per == "month":
        return f"{local:%Y-%m}"
    return f"{local:%Y}" if limit.per == "year" else ""


_Uses = dict[tuple[str, int, str], tuple[int, int, int]]
"""By offer, member (0: everybody) and period: units, times, minor units."""


def taken_of(found: Live, member_id: int | None, keys: Collection[str] | None = None) -> Question[_Uses]:
    """What has been taken of the limited offers (or of those ``keys``), by everybody and by one member, for
    ``left``."""
    wanted = found.limited if keys is None else list(keys)
    if not wanted:
        return Known({})
    return Question(
        "SELECT offer, member_id, period, units, times, amount_minor FROM offers_use"
        " WHERE offer = ANY(%s) AND member_id = ANY(%s)",
        (Array(TEXT, wanted), Array(BIGINT, sorted({0, member_id or 0}))),
        lambda rows: {(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in rows},
    )


def left_of(found: Live, keys: Collection[str], member_id: int | None, now: datetime) -> dict[str, Left]:
    """What is left of those offers, asked now."""
    taken = taken_of(found, member_id, keys)
    ask(taken)
    return left(found, taken.answer, member_id, now, keys)


def left(
    found: Live, taken: _Uses, member_id: int | None, now: datetime, keys: Collection[str] | None = None
) -> dict[str, Left]:
    """What is left of the limited offers (or of those ``keys``), for one member or for nobody known, as ``Pricer``
    takes it."""
    zone = found.zone
    out = {}
    for key in found.limited if keys is None else keys:
        offer = found.by_key[key]
        units, _, amount = taken.get((key, 0, ""), _NOTHING)
        mine = _NOTHING
        if member_id and offer.at_most is not None:
            mine = taken.get((key, member_id, period(offer.at_most, zone, now)), _NOTHING)
        out[key] = Left(
            stock=None if offer.stock is None else offer.stock - units,
            budget_minor=None if offer.budget_minor is None else offer.budget_minor - amount,
            used=_used(offer.at_most, mine),
        )
    return out


def uses(keys: Collection[str]) -> dict[str, Use]:
    """What everybody together has taken of those offers, by key; those nobody has taken are missing."""
    return {use.offer: use for use in Use.objects.filter(offer__in=keys, member_id=0)}


_NOTHING = (0, 0, 0)


def _used(limit: Limit | None, mine: tuple[int, int, int]) -> int:
    if limit is None or limit.per not in MEMBERS:
        return 0
    return mine[("quantity", "times", "amount").index(limit.kind)]


def _counted(offer: Offer) -> bool:
    limit = offer.at_most
    return offer.stock is not None or offer.budget_minor is not None or (limit is not None and limit.per in MEMBERS)
