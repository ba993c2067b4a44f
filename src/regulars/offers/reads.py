"""Which offers hold when, and how much of the limited ones is left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from regulars.offers.file import check
from regulars.offers.models import Use, Version
from regulars.rules.offers import Charity, GroupBuy, Offers, PointsGift
from regulars.rules.offers.model import Limit, Offer
from regulars.rules.pricing import Left, Pricer

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
    at = now or datetime.now(UTC)
    found = Version.objects.filter(effective_at__lte=at).order_by("-effective_at").values_list("id", flat=True).first()
    if found is None:
        raise NoOffers("No offers have been applied yet: run `regulars offers apply FILE`.")
    return by_id(found)


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


def left(found: Live, keys: Iterable[str], member_id: int | None, now: datetime) -> dict[str, Left]:
    """What is left of those offers that are limited, for one member or for nobody known, as ``Pricer`` takes it."""
    wanted = [key for key in keys if _counted(found.by_key[key])]
    if not wanted:
        return {}
    rows = {
        (use.offer, use.member_id, use.period): use
        for use in Use.objects.filter(offer__in=wanted, member_id__in={0, member_id or 0})
    }
    zone = found.zone
    out = {}
    for key in wanted:
        offer = found.by_key[key]
        all_ = rows.get((key, 0, ""))
        mine = rows.get((key, member_id, period(offer.at_most, zone, now))) if member_id else None
        out[key] = Left(
            stock=None if offer.stock is None else offer.stock - (all_.units if all_ else 0),
            budget_minor=None
            if offer.budget_minor is None
            else offer.budget_minor - (all_.amount_minor if all_ else 0),
            used=_used(offer.at_most, mine),
        )
    return out


def uses(keys: Collection[str]) -> dict[str, Use]:
    """What everybody together has taken of those offers, by key; those nobody has taken are missing."""
    return {use.offer: use for use in Use.objects.filter(offer__in=keys, member_id=0)}


def _used(limit: Limit | None, mine: Use | None) -> int:
    if limit is None or mine is None or limit.per not in MEMBERS:
        return 0
    return {"quantity": mine.units, "times": mine.times, "amount": mine.amount_minor}[limit.kind]


def _counted(offer: Offer) -> bool:
    limit = offer.at_most
    return offer.stock is not None or offer.budget_minor is not None or (limit is not None and limit.per in MEMBERS)
