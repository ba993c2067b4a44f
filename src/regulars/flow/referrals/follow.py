"""Follows the log: friends who accept an invitation, what they do then, and orders that go back.

A reader of the log. It decides nothing about points: a referral that has qualified is ``due``, and ``counting`` gives
the gifts in a transaction of its own, which may be killed and tried again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from regulars.events.models import Event
from regulars.events.readers import follows
from regulars.flow.explain.replaying import event_of
from regulars.flow.referrals import judge
from regulars.flow.referrals.telling import tell
from regulars.members.models import Member
from regulars.members.reads import by_shop_id, selves
from regulars.programmes.reads import NoProgramme, Timeline, microseconds, moment, timeline
from regulars.referrals import reads, writes
from regulars.referrals.models import Referral
from regulars.rules import events as ev
from regulars.rules.days import local_day, midnight
from regulars.rules.friends import qualifies

INVITATION_ACCEPTED = "Invitation Accepted"
SAYS_WHO = ("Identified", "Signed Up", "Account Created", ev.ORDER_COMPLETED)
"""Events whose property ``invited_by`` (a code, or what the shop calls the referrer) says who sent the friend."""
_RETURNABLE = (Referral.DUE, Referral.HELD, Referral.COUNTED)


@follows("referrals", "name", "fact", "member_id", "order_id")
def follow(events: Sequence[Event]) -> None:
    """Take each referral further that these events concern."""
    try:
        line = timeline()
    except NoProgramme:
        return
    if line.referrals:
        _Batch(line, [event for event in events if not event.fact and event.member_id is not None]).run()


@dataclass(slots=True)
class _Batch:
    """Some events of the log, in its order."""

    line: Timeline
    events: list[Event]

    def run(self) -> None:
        """Each event that concerns a referral, in order."""
        joining = self._joining()
        known = {event.pk: event.member_id for event in self.events if event.member_id is not None}
        merged = _merged(known.values())
        who = {pk: merged.get(member_id, member_id) for pk, member_id in known.items()}
        concerned = joining | self._touching(who, {who[pk] for pk in joining})
        now = timezone.now()
        for row in _whole(concerned):
            friend = who[row.pk]
            if row.pk in joining:
                self._join(row, friend, now)
            if row.name in ev.REFUND_NAMES:
                self._returned(row, friend, now)
            else:
                self._qualify(row, friend, now)

    def _joining(self) -> set[int]:
        """The events that may say who sent somebody."""
        plain = {event.pk for event in self.events if event.name == INVITATION_ACCEPTED}
        maybe = [event.pk for event in self.events if event.name in SAYS_WHO]
        said = Event.objects.filter(pk__in=maybe, properties__has_key="invited_by")
        return plain | set(said.values_list("pk", flat=True))

    def _touching(self, who: dict[int, int], joining: set[int]) -> set[int]:
        """The events of friends that may make their referral count, or undo it."""
        members = set(who.values())
        rows = list(reads.of_friends(members, reads.LIVE).values_list("friend_id", "state", "order_id"))
        if not rows and not joining:
            return set()
        whens = {tables.programme.referral.when for tables in self.line.tables if tables.programme.referral}
        visitors = _merged(row[0] for row in rows)
        waiting = joining | {visitors.get(friend, friend) for friend, state, _ in rows if state == Referral.WAITING}
        orders = {order_id for _, state, order_id in rows if state in _RETURNABLE}
        found = set()
        for event in self.events:
            if event.name in ev.REFUND_NAMES:
                if event.order_id in orders or who[event.pk] in waiting:
                    found.add(event.pk)
            elif who[event.pk] in waiting and (event.name in whens or event.name == ev.ORDER_COMPLETED):
                found.add(event.pk)
        return found

    def _join(self, row: Any, friend: int, now: datetime) -> None:
        """The friend says who sent them. The first who counts stays; somebody who has ordered is no new friend."""
        event = event_of(row)
        said = event.properties.get("code" if row.name == INVITATION_ACCEPTED else "invited_by")
        invite = reads.invite_called(said) if isinstance(said, str) else None
        referrer = invite.member_id if invite is not None else _called(said)
        tables = self.line.tables[self.line.at(microseconds(row.effective_at))]
        programme = tables.programme.referral
        if referrer is None or programme is None:
            return
        until = None
        if programme.within_days:
            day = local_day(tables.midnights, microseconds(row.occurred_at))
            until = moment(midnight(tables.midnights, day + programme.within_days + 1))
        reason = ""
        if friend == referrer or friend in selves(referrer):
            if "self" not in programme.refuses:
                return
            reason = "self"
        elif _ordered_before(friend, row):
            reason = "already_customer"
        before = self._of(friend, reads.LIVE)
        if before is not None:
            if not (before.state == Referral.WAITING and before.until_at and before.until_at <= row.occurred_at):
                before.save()
                return
            # whose time is over makes way for who comes now
            _refuse(before, "too_late", now)
        referral = writes.join(
            Referral(
                friend_id=friend,
                referrer_id=referrer,
                code=invite.code if invite is not None else "",
                joined_at=row.occurred_at,
                joined_event_id=row.pk,
                until_at=until,
                state=Referral.REFUSED if reason else Referral.WAITING,
                reason=reason,
                changed_at=now,
            )
        )
        if referral is None:
            return
        if reason:
            tell(referral, now)
        for earlier in _since(friend, row):
            self._qualify(earlier, friend, now)

    def _qualify(self, row: Any, friend: int, now: datetime) -> None:
        """What the friend did, as far as it makes their referral count."""
        referral = self._of(friend, (Referral.WAITING,))
        if referral is None:
            return
        joins = row.pk == referral.joined_event_id
        if row.occurred_at < referral.joined_at and not joins:
            if row.name == ev.ORDER_COMPLETED:
                _refuse(referral, "already_customer", now)
            return
        tables = next((one for one in self.line.tables if one.version == row.version_id), None)
        programme = tables.programme.referral if tables is not None else None
        if (
            tables is None
            or programme is None
            or (referral.until_at is not None and row.occurred_at >= referral.until_at)
        ):
            return
        if not qualifies(programme, event_of(row), tables.programme.minor_digits):
            return
        referral.qualified_event_id, referral.qualified_at = row.pk, row.occurred_at
        referral.order_id = row.order_id
        state, reason = judge.verdict(referral, programme)
        if state == Referral.REFUSED:
            _refuse(referral, reason, now)
            return
        writes.put(referral, state, now, reason)
        if state == Referral.HELD:
            tell(referral, now)

    def _returned(self, row: Any, friend: int, now: datetime) -> None:
        """An order went back; when all of it did, what the referral gave for it goes back too, or is never given."""
        referral = self._of(friend, _RETURNABLE)
        if referral is None or referral.order_id is None or referral.order_id != row.order_id:
            return
        refund = event_of(row).order
        tables = self.line.tables[self.line.at(microseconds(row.effective_at))]
        programme = tables.programme.referral
        if refund is None or not refund.whole or (programme is not None and programme.returned == "keep"):
            return
        if referral.state == Referral.COUNTED:
            writes.put(referral, Referral.RETURNING, now, "order_returned")
        else:
            _refuse(referral, "order_returned", now)

    def _of(self, friend: int, states: Collection[str]) -> Referral | None:
        """The friend's referral in one of these states, locked; theirs too is what they accepted as a visitor."""
        found = reads.of_friends([friend], states).order_by("id").select_for_update()
        for referral in found:
            if referral.friend_id == friend:
                return referral
            if referral.referrer_id == friend:
                # only now it is known that the visitor was the referrer
                _refuse(referral, "self", timezone.now())
            elif _is_taken(referral, friend):
                _refuse(referral, "joined_before", timezone.now())
            else:
                referral.friend_id = friend
                return referral
        return None


def _merged(member_ids: Iterable[int]) -> dict[int, int]:
    """The visitors among them who are known now, and the members they became."""
    rows = Member.objects.filter(pk__in=set(member_ids), merged_into__isnull=False)
    return {visitor: member for visitor, member in rows.values_list("pk", "merged_into_id") if member is not None}


def _since(friend: int, row: Any) -> list[Any]:
    """What the friend did after accepting and the log had before: the acceptance came late."""
    rows = Event.objects.filter(member_id__in=selves(friend), fact=False, pk__lt=row.pk)
    return _whole(rows.filter(occurred_at__gte=row.occurred_at).values_list("pk", flat=True))


def _whole(ids: Iterable[int]) -> list[Any]:
    """Those events whole, numbers exact, in the order of the log."""
    texts = {f"{name}_text": Cast(name, TextField()) for name in ("properties", "context", "amounts")}
    found = Event.objects.filter(pk__in=list(ids)).annotate(**texts)
    return list(found.defer("properties", "context", "amounts", "decision").order_by("id"))


def _called(said: object) -> int | None:
    """The member whom the shop calls so."""
    if not isinstance(said, str) or not said or "\0" in said:
        return None
    member = by_shop_id(said)
    return None if member is None else member.merged_into_id or member.pk


def _ordered_before(friend: int, row: Any) -> bool:
    """Whether they had ordered before they accepted, whichever of the two the log had first."""
    orders = Event.objects.filter(member_id__in=selves(friend), name=ev.ORDER_COMPLETED, fact=False)
    return bool(orders.filter(occurred_at__lt=row.occurred_at).exclude(pk=row.pk).exists())


def _is_taken(referral: Referral, friend: int) -> bool:
    """Whether the friend has a referral of their own beside this one of the visitor they were."""
    others = Referral.objects.filter(friend_id=friend).exclude(pk=referral.pk)
    return others.filter(~Q(state=Referral.REFUSED) | Q(referrer_id=referral.referrer_id)).exists()


def _refuse(referral: Referral, reason: str, now: datetime) -> None:
    writes.put(referral, Referral.REFUSED, now, reason)
    tell(referral, now)
