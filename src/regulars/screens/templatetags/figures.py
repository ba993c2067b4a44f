"""``{% load figures %}``: the functions of ``screens.figures`` as template filters."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone

from regulars.screens import figures

register = template.Library()
register.filter("whole", figures.whole)
register.filter("signed", figures.signed)
register.filter("compact", figures.compact)
register.filter("money", figures.money)


@register.filter
def day(on: date | datetime | None) -> str:
    """A day; nothing for None."""
    return figures.day(on) if on else ""


@register.filter
def moment(at: datetime | None) -> str:
    """A moment in the active time zone; nothing for None."""
    return figures.moment(at) if at else ""


@register.filter
def ago(at: datetime | None) -> str:
    """How long ago, seen from now; nothing for None."""
    return figures.ago(at, timezone.now()) if at else ""
