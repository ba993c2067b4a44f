"""A member's invitation and the friends they brought, as the API, the console and the member centre show them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db.models import Sum

from regulars.events.models import Event
from regulars.flow.facts import BADGE_WON, COUPON_ISSUED
from regulars.flow.referrals.words import shown_state, state_words, why_words
from regulars.members import personal
from regulars.members.reads import shop_id_of
from regulars.points.models import Lot
from regulars.programmes.reads import current
from regulars.referrals import reads, writes
from regulars.referrals.models import Referral


@dataclass(frozen=True, slots=True)
class InviteView:
    """A member's invitation: the code, the link where the shop has one of its own (else empty), how many friends are in
    each state that is shown, and what they brought: points by currency, coupons and badges."""

    code: str
    link: str
    friends: dict[str, int]
    points: dict[str, int]
    things: int

    @property
    def accepted(self) -> int:
        """How many friends have accepted."""
        return sum(self.friends.values())


@dataclass(frozen=True, slots=True)
class ReferralView:
    """One referral as it is shown: ``other`` is what the shop calls the other side, or empty; ``why`` is a sentence."""

    referral: Referral
    state: str
    state_words: str
    why: str
    other: str
    masked: str
    points: dict[str, int]


def link_of(code: str) -> str:
    """The shop's own address that takes an invitation, with the code in it; empty when it has none."""
    return settings.CONFIG.invite_url.replace("{code}", quote(code)) if settings.CONFIG.invite_url else ""


def invite(member_id: int, now: datetime | None = None) -> InviteView:
    """The member's invitation; its code is made when it is asked for first."""
    now = now or datetime.now(UTC)
    made = writes.invite_of(member_id, now)
    friends: dict[str, int] = {}
    for state, late, number in reads.counts(member_id, now):
        shown = "late" if late else _SHOWN.get(state, state)
        friends[shown] = friends.get(shown, 0) + number
    events = reads.counted_events(member_id)
    return InviteView(
        made.code, link_of(made.code), friends, _points(member_id, events), len(_things([member_id], events))
    )


_SHOWN = {Referral.DUE: Referral.COUNTED, Referral.RETURNING: Referral.RETURNED}


def of_referrer(member_id: int, before_id: int | None = None, limit: int = 50) -> tuple[list[ReferralView], int | None]:
    """The friends a member brought, the newest first, and where the next page begins; None when there is none."""
    rows = reads.of_referrer(member_id, before_id, limit + 1)
    shown = rows[:limit]
    return shown_to(shown, "referrer"), shown[-1].pk if len(rows) > limit else None


def of_friend(member_ids: Sequence[int]) -> ReferralView | None:
    """By whose invitation somebody came."""
    found = reads.of_friend(member_ids)
    return None if found is None else shown_to([found], "friend")[0]


def shown_to(rows: Sequence[Referral], side: str, now: datetime | None = None) -> list[ReferralView]:
    """Referrals as one side sees them."""
    if not rows:
        return []
    now = now or datetime.now(UTC)
    _, programme = current(now)
    others = {row.pk: row.friend_id if side == "referrer" else row.referrer_id for row in rows}
    names = shop_id_of(others.values())
    people = personal.of(others.values())
    events = [row.counted_event_id if side == "referrer" else row.friend_event_id for row in rows]
    told = [event for event in events if event is not None]
    given = _by_event(told)
    with_things = set(_things({row.referrer_id for row in rows}, told)) if side == "referrer" else set()
    found = []
    for row, event in zip(rows, events, strict=True):
        points = given.get(event, {}) if event is not None else {}
        state = shown_state(row, now)
        gifts = programme.referral.referrer if programme.referral is not None else ()
        capped = side == "referrer" and bool(gifts) and not points and event not in with_things
        name, person = names.get(others[row.pk], ""), people.get(others[row.pk], {})
        why = why_words(row, programme, now, capped)
        found.append(ReferralView(row, state, state_words(state), why, name, masked(person, name), points))
    return found


def masked(person: dict[str, Any], shop_id: str) -> str:
    """A name of which only the first letter is told: ``A***``."""
    name = str(person.get("name") or person.get("first_name") or person.get("firstName") or shop_id).strip()
    return f"{name[:1].upper()}***" if name else "***"


def _points(member_id: int, events: Sequence[int]) -> dict[str, int]:
    rows = Lot.objects.filter(member_id=member_id, event_id__in=events, earned__gt=0)
    return dict(rows.values_list("currency").annotate(n=Sum("earned")).order_by("currency"))


def _things(member_ids: Collection[int], events: Sequence[int]) -> list[int]:
    """The events among them that gave coupons or badges, once for each."""
    if not events:
        return []
    facts = Event.objects.filter(
        member_id__in=list(member_ids), name__in=(COUPON_ISSUED, BADGE_WON), properties__event_id__in=list(events)
    )
    return list(facts.values_list("properties__event_id", flat=True))


def _by_event(events: Sequence[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for lot in Lot.objects.filter(event_id__in=events, earned__gt=0).order_by("id"):
        found.setdefault(lot.event_id, {})[lot.currency] = lot.earned
    return found
