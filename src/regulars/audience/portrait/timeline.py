"""Everything that ever concerned a member, newest first: what was done, what Regulars concluded, how points moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, Sum

from regulars.events.models import Event
from regulars.points.models import Transfer
from regulars.rules import layout as y
from regulars.rules.events import LEDGER_NAMES, ORDER_COMPLETED, OWN_NAMES, REFUND_NAMES

PER_PAGE = 30
KINDS = ("all", "orders", "points", "tiers", "coupons", "games", "referrals", "other")
_BEGINS = {
    "tiers": ("Tier ", "Badge ", "Benefit "),
    "coupons": ("Coupon ",),
    "games": ("Game ", "Quiz ", "Contest "),
    "referrals": ("Referral ", "Invitation "),
}
_ORDERS = [ORDER_COMPLETED, *sorted(REFUND_NAMES), "Order Delivered"]
_LIGHT = ("id", "name", "source", "fact", "occurred_at", "effective_at", "currency", "order_id", "properties")


@dataclass(frozen=True, slots=True)
class Moment:
    """One row: ``event`` or ``transfer``, the other None; when it took effect. ``earned``: points by currency that the
    event earned, where they have no rows of their own."""

    at: datetime
    event: Event | None
    transfer: Transfer | None
    earned: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the place to go on from: None at the end."""

    rows: list[Moment]
    following: str | None


def timeline(member_ids: Sequence[int], kind: str = "all", before: str = "", limit: int = PER_PAGE) -> Page:
    """A page of it. before: the ``following`` of the page before. Raises ValueError for an unknown kind or place."""
    if kind not in KINDS:
        raise ValueError(kind)
    event_place, transfer_place = _place(before)
    whole = kind == "all"
    events = [] if kind == "points" else _events(member_ids, kind, event_place, limit + 1)
    transfers = _transfers(member_ids, transfer_place, limit + 1, whole) if kind in ("all", "points") else []
    earned = _earned(member_ids, events) if whole else {}
    rows = [Moment(one.effective_at, one, None, earned.get(one.pk, {})) for one in events]
    rows += [Moment(one.effective_at, None, one) for one in transfers]
    # Of one moment what moved stands above what moved it, as all is read from the newest on.
    rows.sort(key=lambda row: (row.at, row.transfer is not None, _number(row)), reverse=True)
    shown = rows[:limit]
    if len(rows) <= limit:
        return Page(shown, None)
    last_event = min((row.event.pk for row in shown if row.event), default=event_place)
    last_transfer = min((row.transfer.pk for row in shown if row.transfer), default=transfer_place)
    return Page(shown, f"{last_event or ''}.{last_transfer or ''}")


def as_json(row: Moment) -> dict[str, Any]:
    """A row as the API has it."""
    if row.event is not None:
        event = row.event
        return {
            "kind": "fact" if event.fact else "event",
            "id": event.pk,
            "name": event.name,
            "at": row.at.isoformat(),
            "order_id": event.order_id,
            "earned": dict(row.earned),
        }
    assert row.transfer is not None
    one = row.transfer
    return {
        "kind": "points",
        "id": one.pk,
        "name": one.get_kind_display(),
        "at": row.at.isoformat(),
        "points": one.amount,
        "currency": one.currency,
        "event": one.event_id,
    }


def _events(member_ids: Sequence[int], kind: str, before: int | None, limit: int) -> list[Event]:
    found = Event.objects.filter(member_id__in=list(member_ids))
    if before is not None:
        found = found.filter(id__lt=before)
    if kind == "orders":
        found = found.filter(name__in=_ORDERS)
    elif kind in _BEGINS:
        found = found.filter(_begins(_BEGINS[kind]))
    elif kind == "other":
        every = tuple(start for starts in _BEGINS.values() for start in starts)
        found = found.exclude(name__in=[*_ORDERS, *LEDGER_NAMES, *OWN_NAMES]).exclude(_begins(every))
    # Holds and the like are told by the transfers they made.
    elif kind == "all":
        found = found.exclude(name__in=LEDGER_NAMES)
    return list(found.only(*_LIGHT).order_by("-id")[:limit])


def _transfers(member_ids: Sequence[int], before: int | None, limit: int, whole: bool) -> list[Transfer]:
    """Beside everything else, what an event earned is told with the event, and that it became available not at all."""
    found = Transfer.objects.filter(member_id__in=list(member_ids))
    if whole:
        found = found.exclude(kind__in=(y.EARN, y.MATURE))
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found.order_by("-id")[:limit])


def _earned(member_ids: Sequence[int], events: Sequence[Event]) -> dict[int, dict[str, int]]:
    found = Transfer.objects.filter(event_id__in=[one.pk for one in events], kind=y.EARN, member_id__in=member_ids)
    earned: dict[int, dict[str, int]] = {}
    for event_id, currency, points in found.values_list("event_id", "currency").annotate(points=Sum("amount")):
        earned.setdefault(event_id, {})[currency] = points
    return earned


def _begins(starts: Sequence[str]) -> Q:
    asked = Q()
    for start in starts:
        asked |= Q(name__startswith=start)
    return asked


def _number(row: Moment) -> int:
    return int((row.event or row.transfer).pk)  # type: ignore[union-attr]


def _place(text: str) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    parts = text.split(".")
    if len(parts) != 2 or not all(part == "" or (part.isdecimal() and len(part) < 19) for part in parts):
        raise ValueError(text)
    return tuple(int(part) if part else None for part in parts)  # type: ignore[return-value]
