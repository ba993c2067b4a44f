"""Facts of what rules gave beside points: coupons and badges, by the rule and the event that they came from."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform

from regulars.events.models import Event


def given_by(rules: Collection[str], names: Collection[str], first: int, since: datetime) -> QuerySet[Event]:
    """Facts of these names from the log's row ``first`` on whose ``rule`` is one of these, with it as ``of_rule`` and
    the event they came from as ``because``."""
    rows = Event.objects.filter(pk__gte=first, fact=True, name__in=names, occurred_at__gte=since)
    return rows.annotate(
        of_rule=KeyTextTransform("rule", "properties"), because=KeyTextTransform("event_id", "properties")
    ).filter(of_rule__in=rules)
