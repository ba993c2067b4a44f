"""``{% load figures %}``: the functions of ``screens.figures`` as template filters."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone

from regulars.screens import figures

register = template.Library()
register.filter("whole", figures.whole)
register.filter("signed", figures.signed)
register.filter("compact", figures.compact)
register.filter("money", figures.money)


@register.filter
def ago(moment: datetime | None) -> str:
    """How long ago, seen from now; nothing for None."""
    return figures.ago(moment, timezone.now()) if moment else ""
