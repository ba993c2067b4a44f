"""Who gets which report: subscribing, ending it, and what is owed when a week or month is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from regulars.insight.reports.asking import today
from regulars.insight.reports.models import Delivery, Subscription
from regulars.insight.reports.periods import last_whole
from regulars.programmes.reads import NoProgramme, current

SENDING_MAX = timedelta(hours=1)
TRIES_MAX = 5
PAUSE = timedelta(minutes=30)
"""Between two tries of one e-mail that the server refused for now, longer each time."""


def subscribe(user: User, kind: str, role: str, language: str, hour: int = 8) -> Subscription:
    """Subscribe somebody from the next period on, or change how they get it. Raises ValueError for no hour."""
    if not 0 <= hour <= 23:
        raise ValueError("an hour is 0 to 23")
    values = {"language": language, "hour": hour, "ended_at": None}
    found, created = Subscription.objects.get_or_create(
        user=user, kind=kind, role=role, defaults={**values, "since": today()}
    )
    if not created:
        again = found.ended_at is not None
        for name, value in values.items():
            setattr(found, name, value)
        if again:
            found.since = today()
        found.save()
    return found


def end(subscription: Subscription) -> None:
    """End a subscription; ending it twice is as once."""
    Subscription.objects.filter(pk=subscription.pk, ended_at__isnull=True).update(ended_at=timezone.now())


def by_token(token: str) -> Subscription | None:
    """The subscription that a link of an e-mail names."""
    return Subscription.objects.filter(token=token).select_related("user").first()


def plan(now: datetime) -> list[int]:
    """Note what is owed now, a row for each subscription and period; returns the deliveries to try, oldest first.

    One that was being sent when its process died is never tried again by itself: nobody knows whether it arrived.
    """
    try:
        _, programme = current(now)
    except NoProgramme:
        return []
    local = now.astimezone(ZoneInfo(programme.time_zone))
    living = Subscription.objects.filter(ended_at__isnull=True, user__is_active=True).order_by("pk")
    rows = []
    for one in living.filter(hour__lte=local.hour).only("kind", "since"):
        first, last = last_whole(one.kind, local.date())
        if last >= one.since:
            rows.append(Delivery(subscription=one, first=first, owed_at=now))
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    lost = Delivery.objects.filter(state=Delivery.SENDING, tried_at__lt=now - SENDING_MAX)
    lost.update(state=Delivery.UNSURE, said="the process ended while it was being sent")
    due = Q(tried_at__isnull=True)
    for tries in range(1, TRIES_MAX):
        due |= Q(tries=tries, tried_at__lt=now - tries * PAUSE)
    return list(Delivery.objects.filter(due, state=Delivery.OWED).order_by("pk").values_list("pk", flat=True))
