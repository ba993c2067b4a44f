"""The calendar in plain words of the active language."""

from __future__ import annotations

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from regulars.programmes.calendar import holiday_name
from regulars.programmes.condition_words import condition_words
from regulars.programmes.task_words import BY_KEY, Called, Section, day_words, factor, gifts_words
from regulars.rules.programme import Occasion, Programme

DATES_SHOWN = 5


def calendar_section(programme: Programme, called: Called = BY_KEY) -> Section:
    """Days that give something, or on which orders earn more."""
    return Section(
        "calendar",
        _("Calendar"),
        [_("Of several multipliers on one day the largest counts, together with the tier's.")],
        [_("Occasion"), _("When"), _("Gives"), _("Earns"), _("Only if")],
        [_occasion(one, programme, called) for one in programme.calendar],
    )


def _occasion(one: Occasion, programme: Programme, called: Called) -> list[str]:
    return [
        called.rule(one.rule),
        when_words(one),
        gifts_words(one.gifts, programme, called) or "–",
        "–" if one.earns_times is None else f"×{factor(one.earns_times)}",
        _("; ").join(condition_words(one.member.tests, programme)) or _("always"),
    ]


def when_words(one: Occasion) -> str:
    """On which days an occasion is."""
    if one.kind == "birthday":
        return _("on the member's birthday")
    if one.kind == "day_of_month":
        return _("on day %(day)s of every month") % {"day": one.day_of_month}
    if one.kind == "holiday":
        return _("%(name)s (%(country)s)") % {"name": holiday_name(one, get_language() or ""), "country": one.country}
    shown = _(", ").join(day_words(day) for day in one.dates[:DATES_SHOWN])
    more = len(one.dates) - DATES_SHOWN
    if more > 0:
        return ngettext("%(days)s and %(more)s more day", "%(days)s and %(more)s more days", more) % {
            "days": shown,
            "more": more,
        }
    return shown
