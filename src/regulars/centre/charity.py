"""Charity projects: what everybody has given, what I have given, and giving more."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from regulars.centre.gifts import SOURCE, once
from regulars.centre.headers import with_pictures
from regulars.centre.pages import about
from regulars.centre.reward_words import shelves
from regulars.centre.session import Visit, for_members
from regulars.flow.kinds import words
from regulars.flow.phrases import counted, named
from regulars.flow.problems import Problem
from regulars.flow.rewards import catalogue
from regulars.flow.rewards.catalogue import CharityView
from regulars.flow.rewards.charity import donate
from regulars.programmes import reads as programmes
from regulars.rewards import reads
from regulars.screens.figures import money

_DIGITS_MAX = 12


@require_GET
@for_members
def projects(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every project with its public counter and my own part."""
    _version, programme = programmes.current()
    found = [one for one in catalogue.charities(visit.member_id) if one.open or one.raised.points]
    thanks = ""
    if "thanks" in request.GET:
        last = next((one for one in reads.donations(visit.member_id, 1) if str(one.pk) == request.GET["thanks"]), None)
        if last is not None:
            thanks = _("Thank you. “%(project)s” has your points.") % {"project": named(last.name, last.charity)}
    context = {"shown": [_shown(one) for one in found], "thanks": thanks, "tabs": shelves("charity")}
    response = render(request, "centre/charity.html", about(programme, visit, "rewards") | context)
    return with_pictures(response) if any(one.charity.picture for one in found) else response


@require_http_methods(["GET", "POST"])
@for_members
def confirm(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """How many points, for good; then they are given."""
    _version, programme = programmes.current()
    found = next((one for one in catalogue.charities(visit.member_id) if one.key == key), None)
    text = (request.POST if request.method == "POST" else request.GET).get("points", "")
    if found is None or not text.isascii() or not text.isdigit() or len(text) > _DIGITS_MAX:
        raise Http404
    points, problem = int(text), ""
    if request.method == "POST":
        try:
            given = donate(visit.member_id, key, points, f"gift-{once(request)}", SOURCE)
        except Problem as refused:
            problem = " ".join(words(refused.as_json()))
        else:
            return redirect(f"{reverse('centre:charity')}?thanks={given.pk}")
    name = named(found.currency.name, found.currency.key)
    unit = found.charity.unit_points
    fits = points >= found.charity.at_least_points and points % unit == 0 and points <= found.available and found.open
    context = _shown(found) | {
        "points": points,
        "gives": counted(points, name),
        "money": money(points // unit * found.charity.amount_minor, found.money) if found.charity.amount_minor else "",
        "has": counted(found.available, name),
        "after": counted(max(found.available - points, 0), name),
        "fits": fits,
        "problem": problem,
        "once": uuid4(),
        "tabs": shelves("charity"),
    }
    return render(request, "centre/donate.html", about(programme, visit, "rewards") | context)


def _shown(one: CharityView) -> dict[str, Any]:
    """A project as the templates show it."""
    charity, raised = one.charity, one.raised
    name = named(one.currency.name, one.currency.key)
    amount = bool(charity.amount_minor)
    return {
        "project": one,
        "total": counted(raised.points, name),
        "total_money": money(raised.amount_minor, one.money, short=True) if amount else "",
        "goal": counted(charity.goal_points, name) if charity.goal_points else "",
        "reached": min(raised.points, charity.goal_points or 0),
        "mine": counted(raised.my_points, name) if raised.my_points else "",
        "unit": counted(charity.unit_points, name),
        "unit_money": money(charity.amount_minor, one.money, short=True) if amount else "",
        "least": counted(charity.at_least_points, name),
        "choices": [(points, counted(points, name)) for points in one.choices] if one.open else [],
    }
