"""Filters of the centre's templates: figures and days in the reader's language."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone

from regulars.centre import wording
from regulars.flow import phrases
from regulars.flow.history import Entry
from regulars.flow.history.wording import pending_words
from regulars.flow.standing_view import Coming, LevelView, StandingView, TierView
from regulars.screens.figures import signed as signed_figure

register = template.Library()

_LOOKS = {
    # kind of an entry: its look in centre.css, its icon
    "earn": ("earn", "earn"),
    "expire": ("expire", "expire"),
    "hold": ("hold", "hold"),
    "capture": ("spend", "spend"),
    "release": ("return", "return"),
    "lapse": ("return", "return"),
    "claw_back": ("return", "return"),
    "give_back": ("earn", "return"),
    "adjust": ("adjust", "info"),
}


@register.filter
def figure(value: int) -> str:
    """A whole number with its thousands marked."""
    return phrases.number(value)


@register.filter
def signed(value: int) -> str:
    """``+35`` or ``−7``."""
    return signed_figure(value)


@register.filter
def day(on: date, zone: str = "UTC") -> str:
    """A date in words, without the year when it is this one."""
    return phrases.day(on, phrases.local_date(timezone.now(), zone))


@register.filter
def day_of_year(on: date) -> str:
    """A date in words, without its year: it stands under a heading that says it."""
    return phrases.day(on, on)


@register.filter
def local_day(at: datetime, zone: str) -> str:
    """The local day of a moment, in words."""
    return day(phrases.local_date(at, zone), zone)


@register.filter
def moment(at: datetime, zone: str) -> str:
    """The local day and time of a moment, in words."""
    return phrases.moment(at, zone, phrases.local_date(timezone.now(), zone))


@register.filter
def month(on: date) -> str:
    """A month in words."""
    return phrases.month(on)


@register.filter
def coming(part: Coming, zone: str) -> str:
    """When a pending part becomes available, in words."""
    return pending_words(part.until, part.on, phrases.local_date(timezone.now(), zone))


@register.filter
def look(entry: Entry) -> str:
    """How the entry looks (``data-kind`` of centre.css)."""
    return "pending" if entry.pending else _LOOKS[entry.kind][0]


@register.filter
def icon(entry: Entry) -> str:
    """The icon of the entry."""
    return "pending" if entry.pending else _LOOKS[entry.kind][1]


@register.filter
def colour(level: TierView | LevelView) -> str:
    """Which tier colour a level wears."""
    key = level.level if isinstance(level, TierView) else level.key
    return wording.colour(key, level.rank)


@register.filter
def keep_words(standing: StandingView) -> str:
    """What a member at risk must do to keep the level."""
    return wording.keep_words(standing)


@register.filter
def listed(items: list[str]) -> str:
    """Things in a row."""
    return phrases.listed(items)


@register.filter
def times(level: TierView | LevelView) -> str:
    """The level's multiplier as a benefit, empty when it has none."""
    return wording.times_words(level.times_text) if level.earns_times > 1 else ""
