"""Buying together: a member opens a group, others join, and when all have paid in time it forms; else it fails, and
every checkout in it is cancelled or refunded.

What a checkout calls, each in the transaction of its own step: ``left`` when it prices a cart, ``take_place`` when it
reserves (after its counters, before the points), ``paid`` when the order is confirmed, ``leave`` when it is cancelled,
expires or is refunded. A group is locked by its row; nobody waits for anything else while holding that lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from regulars.flow import facts
from regulars.flow.facts import Fact
from regulars.flow.problems import problem
from regulars.flow.refusals import reused
from regulars.flow.retrying import retried
from regulars.flow.rewards.who import NOT_NOW, facts_about, why_not
from regulars.groups import reads, writes
from regulars.groups.models import Group, Place
from regulars.offers import reads as offers
from regulars.rules.offers import GroupBuy
from regulars.rules.pricing import Left


@dataclass(frozen=True, slots=True)
class Release:
    """A checkout of a group that failed: to be cancelled, or when it was ``paid`` to be refunded. It is told again
    until ``leave`` was called for it."""

    group_id: UUID
    checkout_id: UUID
    member_id: int
    paid: bool


def open_group(member_id: int, offer: str, message_id: str, source: str, now: datetime | None = None) -> Group:
    """A new group for the group buy with that key, with the member in its first place. The same message again gets the
    first group.

    Raises Problem: unknown, not now, not for this member, sold out.
    """
    return retried(partial(_open, member_id, offer, message_id, source, now or datetime.now(UTC)))


def _open(member_id: int, offer: str, message_id: str, source: str, now: datetime) -> Group:
    with transaction.atomic():
        before = reads.by_message(source, message_id)
        if before is not None:
            if (before.opened_by, before.offer) != (member_id, offer):
                raise reused(message_id)
            return before
        _may_have(member_id, offer, now)
        buy = offers.live(now).group_buys[offer]
        group = writes.make(offer, buy.offer.name, buy.people, buy.hours, member_id, source, message_id, now)
        facts.record([_fact(facts.GROUP_OPENED, group, member_id)], now)
        return group


def join(group_id: str | UUID, member_id: int, now: datetime | None = None) -> Place:
    """A place in a group, kept for half an hour unless the member begins to pay. Whoever has one keeps that.

    Raises Problem: unknown, closed, full, not for this member.
    """
    now = now or datetime.now(UTC)
    with transaction.atomic():
        group = _locked(group_id)
        _may_have(member_id, group.offer, now)
        return _take(group, member_id, now)


def take_place(group_id: str | UUID, member_id: int, checkout_id: UUID, now: datetime) -> Place:
    """The member pays their place with this checkout: the place they joined with, or a free one. In the caller's
    transaction. Raises Problem: unknown, closed, full, busy with another checkout."""
    with transaction.atomic():
        return _take(_locked(group_id), member_id, now, checkout_id)


def leave(checkout_id: UUID, now: datetime) -> bool:
    """The checkout was cancelled, has expired, or its order was refunded: its place is free again (in a group that has
    formed it stays). In the caller's transaction; whether anything changed. Nothing happens for a checkout without a
    group."""
    group_id = reads.group_of(checkout_id)
    with transaction.atomic():
        return group_id is not None and writes.give_up(writes.lock(group_id), checkout_id, now)


def paid(checkout_id: UUID, now: datetime) -> Group | None:
    """The checkout's order is paid: its place is, and with the last one the group forms. In the caller's transaction.

    The group, or None for a checkout without one. When its state is ``failed`` the order is to be refunded (``end_due``
    tells it too).
    """
    group_id = reads.group_of(checkout_id)
    if group_id is None:
        return None
    with transaction.atomic():
        group = writes.lock(group_id)
        if writes.pay(group, checkout_id, now):
            members = group.places.filter(paid_at__isnull=False).values_list("member_id", flat=True)
            facts.record([_fact(facts.GROUP_FORMED, group, member_id) for member_id in members], now)
        return group


def end_due(now: datetime | None = None) -> list[Release]:
    """Fail the open groups whose deadline has passed, each in a transaction of its own; and the checkouts of failed
    groups that are still to be cancelled or refunded."""
    now = now or datetime.now(UTC)
    for group_id in reads.due(now):
        with transaction.atomic():
            group = writes.lock(group_id)
            if group.state != Group.OPEN:
                continue
            places = writes.fail(group, now)
            members = dict.fromkeys([group.opened_by, *(place.member_id for place in places)])
            facts.record([_fact(facts.GROUP_FAILED, group, member_id) for member_id in members], now)
    return list(_releases(reads.to_release()))


def buys(member_id: int, now: datetime) -> list[GroupBuy]:
    """The group buys that a member may open a group for now, in the order of the offers file."""
    try:
        found = offers.live(now)
    except offers.NoOffers:
        return []
    if not found.group_buys:
        return []
    facts_of_member = facts_about(member_id, found.zone, now)
    counted = offers.left_of(found, found.group_buys, member_id, now)
    return [
        buy
        for key, buy in found.group_buys.items()
        if not why_not(buy.offer, facts_of_member, counted.get(key, Left()))
    ]


def left(found: offers.Live, group_id: str | None, member_id: int | None, now: datetime) -> dict[str, Left]:
    """The prices of group buys that are closed to a cart, as ``Pricer`` takes it: all but that of the open group which
    the cart belongs to and in which the member has a place or there is one. What is not here is not closed; its stock
    and limits are ``offers.reads.left``'s."""
    mine = ""
    group = reads.group(group_id) if group_id and found.group_buys else None
    if group is not None and group.state == Group.OPEN and now < group.deadline:
        taken = {place.member_id for place in reads.held(group, now)}
        if len(taken) < group.people or member_id in taken:
            mine = group.offer
    return {key: Left(closed="group") for key in found.group_buys if key != mine}


def _take(group: Group, member_id: int, now: datetime, checkout_id: UUID | None = None) -> Place:
    try:
        place, new = writes.take(group, member_id, now, checkout_id)
    except writes.ClosedError:
        raise problem("group-closed", "group", state=group.state) from None
    except writes.FullError:
        raise problem("group-full", "group") from None
    except writes.BusyError:
        raise problem("group-busy", "group") from None
    if new:
        facts.record([_fact(facts.GROUP_JOINED, group, member_id)], now)
    return place


def _locked(group_id: str | UUID) -> Group:
    try:
        return writes.lock(UUID(str(group_id)))
    except (ValueError, Group.DoesNotExist):
        raise problem("unknown-group", "group") from None


def _may_have(member_id: int, offer: str, now: datetime) -> None:
    """Whether the group buy is on, and for this member. Raises Problem."""
    try:
        found = offers.live(now)
    except offers.NoOffers:
        found = None
    buy = found.group_buys.get(offer) if found is not None else None
    if found is None or buy is None:
        raise problem("unknown-group-buy", "group_buy", given=offer)
    counted = offers.left_of(found, [offer], member_id, now).get(offer, Left())
    why = why_not(buy.offer, facts_about(member_id, found.zone, now), counted)
    if why in NOT_NOW:
        raise problem("not-now", "group_buy", why=why)
    if why in ("sold_out", "used_up"):
        raise problem("gift-sold-out" if why == "sold_out" else "gift-used-up", "group_buy")
    if why:
        raise problem("group-not-for-member", "group_buy", why=why)


def _releases(places: Iterable[Place]) -> Iterable[Release]:
    for place in places:
        assert place.checkout_id is not None
        yield Release(place.group_id, place.checkout_id, place.member_id, place.paid_at is not None)


def _fact(name: str, group: Group, member_id: int) -> Fact:
    said = {
        "group": str(group.pk),
        "offer": group.offer,
        "people": group.people,
        "deadline": group.deadline.isoformat(),
    }
    return Fact(name, member_id, said)
