"""What belongs to the club itself: my badges, what my tier brings and how to use it, and the rules in plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from regulars.centre.pages import about
from regulars.centre.session import Visit, for_members
from regulars.centre.tabs import task_tabs, tier_tabs
from regulars.centre.wording import way_up, window_words
from regulars.flow import benefits, phrases
from regulars.flow.badges import badges_of
from regulars.flow.benefits import Entitlement
from regulars.flow.errands.names import Names
from regulars.flow.standing import standing
from regulars.programmes import reads as programmes
from regulars.programmes.task_words import Section, gifts_words, silent
from regulars.programmes.words import in_words
from regulars.programmes.words_diff import words_diff
from regulars.rules.programme import Programme


@require_GET
@for_members
def badges(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The badges I have won, and those I can win."""
    _version, programme = programmes.current()
    found = badges_of(visit.member_id)
    context = {
        "won": [one for one in found if one.won_at is not None],
        "to_win": [one for one in found if one.won_at is None],
        "tabs": task_tabs(programme, "badges"),
    }
    return render(request, "centre/badges.html", about(programme, visit, "tasks") | context)


@require_GET
@for_members
def tier_benefits(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What my tier brings, how to use each and how often I still may; what the next tier adds, and what it takes."""
    mine = benefits.of_member(visit.member_id)
    view = standing(visit.member_id)
    tier, programme = view.tier, view.programme
    if tier is None:
        raise Http404
    names = Names(programme)
    have = {one.key for one in mine}
    next_up = benefits.of_level(programme, tier.next.key) if tier.next is not None else []
    context = {
        "standing": view,
        "tier": tier,
        "window": window_words(tier),
        "way": way_up(view),
        "reached": _reached(programme, tier.next.key) if tier.next is not None else "",
        "mine": [_benefit(one) for one in mine],
        "more": [_benefit(one) for one in next_up if one.key not in have],
        "uses": [
            {"at": use.occurred_at, "name": names.benefit(use.properties["benefit"])}
            for use in benefits.uses(visit.member_id)
        ],
        "tabs": tier_tabs("benefits", True),
    }
    return render(request, "centre/benefits.html", about(programme, visit, "tiers") | context)


@require_GET
@for_members
def rules(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The running programme in plain words, since when it runs, and what a later version will change."""
    now = datetime.now(UTC)
    version, programme = programmes.current(now)
    sections = before = _sections(programme)
    later = []
    for start, coming in programmes.scheduled(now):
        after = _sections(coming)
        later.append({"start": start, "changes": words_diff(before, after)})
        before = after
    context = {
        "since": version.effective_at,
        "sections": [_shown(section) for section in sections],
        "later": later,
        "tabs": tier_tabs("rules", programme.tiers is not None),
    }
    return render(request, "centre/rules.html", about(programme, visit, "tiers") | context)


def _reached(programme: Programme, key: str) -> str:
    """What reaching a level gives, once."""
    levels = programme.tiers.levels if programme.tiers is not None else ()
    gifts = next((level.gifts for level in levels if level.key == key), ())
    given = gifts_words(gifts, programme, Names(programme))
    return _("Once reached: %(gifts)s") % {"gifts": given} if given else ""


def _sections(programme: Programme) -> list[Section]:
    return in_words(programme, called=Names(programme))


def _shown(section: Section) -> dict[str, Any]:
    """A section for a narrow page: each row by its name, with what there is to say of it."""
    quiet = silent()
    rows = [
        {
            "name": row[0],
            "cells": [pair for pair in zip(section.head[1:], row[1:], strict=True) if pair[1] not in quiet],
        }
        for row in section.rows
    ]
    return {"key": section.key, "title": section.title, "sentences": section.sentences, "rows": rows}


def _benefit(one: Entitlement) -> dict[str, Any]:
    """One benefit with how often it may be used."""
    return {"benefit": one, "left": left_words(one)}


def left_words(one: Entitlement) -> str:
    """How often a benefit may still be used; empty when as often as one likes."""
    if one.left is None or one.at_most is None or one.per is None:
        return ""
    if not one.left:
        return {
            "day": _("Used up for today"),
            "week": _("Used up for this week"),
            "month": _("Used up for this month"),
            "year": _("Used up for this year"),
            "ever": _("Used up"),
        }[one.per]
    count = ngettext("%(left)s of %(count)s use left", "%(left)s of %(count)s uses left", one.at_most) % {
        "left": phrases.number(one.left),
        "count": phrases.number(one.at_most),
    }
    return {
        "day": _("%(count)s today"),
        "week": _("%(count)s this week"),
        "month": _("%(count)s this month"),
        "year": _("%(count)s this year"),
        "ever": "%(count)s",
    }[one.per] % {"count": count}
