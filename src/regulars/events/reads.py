"""Questions to the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, Subquery, Sum

from regulars.events.models import DayCount, Event, Refusal

_LIGHT = (
    "id",
    "name",
    "source",
    "message_id",
    "fact",
    "member_id",
    "occurred_at",
    "received_at",
    "effective_at",
    "currency",
    "order_id",
    "properties",
)


def counts_by_day(first: date, last: date, name: str | None = None) -> dict[date, int]:
    """How many events happened on each local day from ``first`` to ``last``, both included; days without any are
    missing.

    As far as the reader ``day-counts`` has come (a minute or so behind).
    """
    found = DayCount.objects.filter(day__range=(first, last))
    if name is not None:
        found = found.filter(name=name)
    return dict(found.order_by("day").values_list("day").annotate(total=Sum("count")))


def counts_by_name(first: date, last: date) -> dict[str, int]:
    """How many events of each name happened from ``first`` to ``last`` (local days, both included), the most first."""
    found = DayCount.objects.filter(day__range=(first, last)).values_list("name")
    return dict(found.annotate(total=Sum("count")).order_by("-total", "name"))


def names() -> list[str]:
    """Every name of event that ever came, sorted."""
    return list(DayCount.objects.order_by("name").values_list("name", flat=True).distinct())


def timeline(member_ids: Sequence[int], before_id: int | None = None, limit: int = 50) -> list[Event]:
    """What a member did, newest first by when it happened, from the event ``before_id`` on.

    member_ids: the member and the visitors joined with them (``members.reads.selves``). Context, order lines and
    decision are fetched only when asked for.
    """
    found = Event.objects.filter(member_id__in=list(member_ids))
    if before_id is not None:
        at = Event.objects.filter(pk=before_id).values("occurred_at")[:1]
        found = found.filter(Q(occurred_at__lt=Subquery(at)) | Q(occurred_at=Subquery(at), id__lt=before_id))
    return list(found.only(*_LIGHT).order_by("-occurred_at", "-id")[:limit])


def first_happened(member_ids: Sequence[int]) -> datetime | None:
    """When the first event of a member (and the visitors joined with them) happened; None when there is none."""
    found = Event.objects.filter(member_id__in=list(member_ids)).order_by("id").values_list("occurred_at", flat=True)
    return found.first()


def search(
    name: str | None = None,
    member_ids: Sequence[int] | None = None,
    order_id: str | None = None,
    message_id: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[Event]:
    """Events of the log that fit all that is given, newest first."""
    asked = Q()
    if name is not None:
        asked &= Q(name=name)
    if member_ids is not None:
        asked &= Q(member_id__in=list(member_ids))
    if order_id is not None:
        asked &= Q(order_id=order_id)
    if message_id is not None:
        asked &= Q(message_id=message_id)
    if before_id is not None:
        asked &= Q(id__lt=before_id)
    return list(Event.objects.filter(asked).only(*_LIGHT).order_by("-id")[:limit])


def refusals(state: str | None = Refusal.OPEN, before_id: int | None = None, limit: int = 50) -> list[Refusal]:
    """What is in the quarantine, newest first; ``state`` None for all of it."""
    found = Refusal.objects.select_related("settled_by")
    if state is not None:
        found = found.filter(state=state)
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    return list(found.order_by("-id")[:limit])


def newest_orders(limit: int) -> list[dict[str, Any]]:
    """The amounts (``rules.events.Order`` as JSON) of orders among the newest events, at most ``limit`` of them."""
    newest = Event.objects.filter(name="Order Completed", fact=False, amounts__isnull=False)
    found = newest.order_by("-id").values_list("amounts", flat=True)[:limit]
    return [amounts for amounts in found if amounts is not None]
