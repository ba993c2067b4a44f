"""Entries of a customer's history: what happened, what it changed, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from regulars.flow import phrases
from regulars.flow.history import grouping, wording
from regulars.flow.history.grouping import Group
from regulars.flow.history.matter import Matter, Part
from regulars.flow.history.refunds import returned
from regulars.flow.history.rulewords import currency_name
from regulars.points import reads as points
from regulars.points.models import Transfer
from regulars.programmes import reads as programmes
from regulars.rules import layout as y


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to a customer's points of one currency, in words of the active language.

    points: signed, what it changed of all that the customer owns (available, pending, held, less debt); 0 when points
    were only set aside or came back from that. moved: signed, what it changed of what they can use or soon can.
    kind: earn, expire, hold, capture, release, lapse, claw_back, give_back or adjust.
    pending: earned, not available yet.
    notes: what else is worth knowing (when it becomes available, when it lapses, what debt it paid).
    rule: the rule's key when a single one is behind it, else None (see ``parts``).
    author: the user name of the operator who did it by hand, empty otherwise; not for the customer's eyes.
    id: the first of its transfers. cursor: pass it as ``before_id`` for the entries before this one; it never splits
    what belongs together.
    """

    at: datetime
    on: date
    points: int
    moved: int
    currency: str
    currency_name: str
    kind: str
    title: str
    why: str
    arithmetic: str
    parts: list[Part]
    notes: list[str]
    pending: bool
    available_on: date | None
    order_id: str | None
    event_id: int
    event_name: str
    author: str
    rule: str | None
    version_id: int
    transfer_ids: list[int]
    cursor: int

    @property
    def id(self) -> int:
        """What the entry is addressed by."""
        return self.transfer_ids[0]


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, newest first, and the ``before_id`` of the next page (None: these are the oldest)."""

    entries: list[Entry]
    before_id: int | None


def entries(
    member_id: int,
    currency: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
    show: str = "all",
    now: datetime | None = None,
) -> list[Entry]:
    """The newest entries of the member before ``before_id``; see :func:`page`."""
    return page(member_id, currency, before_id, limit, show, now).entries


def page(
    member_id: int,
    currency: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
    show: str = "all",
    now: datetime | None = None,
) -> Page:
    """About ``limit`` entries, newest first; what happened at once is never cut apart, so there may be a few more.

    show: ``all``, ``earned``, ``spent`` or ``expired``. now: the reader's moment, for dates without their year.
    Two queries, both within the member's rows. Raises KeyError for another ``show``.
    """
    found, more = grouping.groups(member_id, show=show, currency=currency, before_id=before_id, limit=limit)
    made = _entries(member_id, found, now)
    return Page(made, made[-1].cursor if more and made else None)


def entry(member_id: int, transfer_id: int) -> Entry | None:
    """The entry that a transfer of the member belongs to; None when it is not theirs. At most four queries."""
    teller = points.teller(member_id, transfer_id)
    if teller is None:
        return None
    found, _more = grouping.groups(member_id, effective_at=teller.effective_at)
    return next(iter(_entries(member_id, [g for g in found if any(row.id == teller.pk for row in g.rows)])), None)


def entries_of_order(member_id: int, order_id: str, limit: int = 50) -> list[Entry]:
    """What became of an order's points: earned, paid, taken back, lapsed; newest first. Two queries."""
    return _entries(member_id, grouping.groups(member_id, order_id=order_id, limit=limit)[0])


def entries_of_event(member_id: int, event_id: int) -> list[Entry]:
    """All that one event brought about (an order: earned; lapsed later), newest first. Two queries."""
    return _entries(member_id, grouping.groups(member_id, event_id=event_id)[0])


def _entries(member_id: int, found: list[Group], now: datetime | None = None) -> list[Entry]:
    after: dict[int, list[Transfer]] = defaultdict(list)
    earning = {row.lot_id for group in found for row in group.rows if row.lot_id and group.tells_of_lots}
    for row in points.aftermath(member_id, earning) if earning else ():
        after[row.lot_id or 0].append(row)
    now = now or timezone.now()
    return [_entry(group, after, now) for group in found]


def _entry(group: Group, after: dict[int, list[Transfer]], now: datetime) -> Entry:
    first = group.first
    programme = programmes.by_id(first.version_id)
    own_lots = list({row.lot_id: row.lot for row in group.rows if row.lot is not None}.values())
    told = wording.tell(
        Matter(
            group=group,
            programme=programme,
            lots=own_lots,
            after=[row for lot in own_lots for row in after.get(lot.id, [])],
            returned=returned(getattr(first, "event_amounts", None)),
            today=phrases.local_date(now, programme.time_zone),
        )
    )
    rules = {row.rule for row in group.rows if row.rule}
    pending = group.kind == "earn" and any(lot.state == y.LOT_PENDING and lot.remaining > 0 for lot in own_lots)
    return Entry(
        at=first.effective_at,
        on=phrases.local_date(first.effective_at, programme.time_zone),
        points=group.owned,
        moved=_moved(group),
        currency=first.currency,
        currency_name=currency_name(programme, first.currency),
        kind=group.kind,
        title=told.title,
        why=told.why,
        arithmetic=told.parts[0].arithmetic if len(told.parts) == 1 else "",
        parts=told.parts,
        notes=told.notes,
        pending=pending,
        available_on=told.available_on,
        order_id=first.event.order_id,
        event_id=first.event_id,
        event_name=first.event.name,
        author=getattr(first, "event_author", None) or "",
        rule=rules.pop() if len(rules) == 1 else None,
        version_id=first.version_id,
        transfer_ids=[row.id for row in group.rows],
        cursor=group.cursor,
    )


def _moved(group: Group) -> int:
    if group.kind == "hold":
        return -group.amount
    if group.kind in {"release", "lapse"}:
        return group.amount
    return group.owned
