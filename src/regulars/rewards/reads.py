"""Questions about redemptions and donations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from regulars.rewards.models import Donation, Redemption, Tally


@dataclass(frozen=True, slots=True)
class Raised:
    """What a charity project was given: points and money by everybody, how many gave, and one member's own part."""

    points: int = 0
    amount_minor: int = 0
    donors: int = 0
    my_points: int = 0
    my_amount_minor: int = 0


def redemption(source: str, message_id: str) -> Redemption | None:
    """The redemption that this message asked for, if it came before."""
    return Redemption.objects.filter(source=source, message_id=message_id).first()


def redemptions(member_id: int, limit: int = 50) -> list[Redemption]:
    """A member's gifts, the newest first."""
    return list(Redemption.objects.filter(member_id=member_id).order_by("-id")[:limit])


def donation(source: str, message_id: str) -> Donation | None:
    """The donation that this message made, if it came before."""
    return Donation.objects.filter(source=source, message_id=message_id).first()


def donations(member_id: int, limit: int = 50) -> list[Donation]:
    """What a member gave away, the newest first."""
    return list(Donation.objects.filter(member_id=member_id).order_by("-id")[:limit])


def raised(charities: Collection[str], member_id: int = 0) -> dict[str, Raised]:
    """What each of those projects was given, by key; ``member_id``: whose own part to tell."""
    rows = Tally.objects.filter(charity__in=charities, member_id__in={0, member_id})
    by_key = {(row.charity, row.member_id): row for row in rows}
    nothing = Tally()
    out = {}
    for key in charities:
        all_ = by_key.get((key, 0), nothing)
        mine = by_key.get((key, member_id), nothing) if member_id else nothing
        out[key] = Raised(all_.points, all_.amount_minor, all_.donors, mine.points, mine.amount_minor)
    return out
