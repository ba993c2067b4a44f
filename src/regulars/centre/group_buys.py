"""Buying together: my groups, opening one, and a group's own page, which friends are sent to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from regulars.centre.gifts import SOURCE, once
from regulars.centre.headers import with_pictures
from regulars.centre.pages import about
from regulars.centre.reward_words import left_words, shelves
from regulars.centre.session import Visit, for_members
from regulars.flow import groups
from regulars.flow.kinds import words
from regulars.flow.phrases import named
from regulars.flow.problems import Problem
from regulars.groups import reads
from regulars.groups.models import Group
from regulars.offers import reads as offers
from regulars.programmes import reads as programmes
from regulars.rules.offers.model import GroupBuy, Price
from regulars.screens.figures import money


@require_http_methods(["GET", "POST"])
@for_members
def overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The groups I am in, and what can be bought together."""
    _version, programme = programmes.current()
    now = datetime.now(UTC)
    problem = ""
    if request.method == "POST":
        try:
            made = groups.open_group(visit.member_id, request.POST.get("offer", ""), f"group-{once(request)}", SOURCE)
        except Problem as refused:
            problem = " ".join(words(refused.as_json()))
        else:
            return redirect("centre:group", made.pk)
    buys = groups.buys(visit.member_id, now)
    context = {
        "mine": [_shown(one, visit.member_id, now) for one in reads.of_member(visit.member_id)],
        "buys": [_offered(buy, programme.currency) for buy in buys],
        "problem": problem,
        "once": uuid4(),
        "tabs": shelves("groups"),
    }
    response = render(request, "centre/groups.html", about(programme, visit, "rewards") | context)
    return with_pictures(response) if any(buy.picture for buy in buys) else response


@require_http_methods(["GET", "POST"])
@for_members
def group(request: HttpRequest, visit: Visit, group_id: UUID) -> HttpResponse:
    """One group: how many places are taken, how long there is; joining it, or sending it to friends."""
    _version, programme = programmes.current()
    problem = ""
    if request.method == "POST":
        try:
            groups.join(group_id, visit.member_id)
        except Problem as refused:
            problem = " ".join(words(refused.as_json()))
        else:
            return redirect("centre:group", group_id)
    found = reads.group(group_id)
    if found is None:
        raise Http404
    now = datetime.now(UTC)
    try:
        buy = offers.live(now).group_buys.get(found.offer)
    except offers.NoOffers:
        buy = None
    context = _shown(found, visit.member_id, now) | {
        "buy": None if buy is None else _offered(buy, programme.currency),
        "link": request.build_absolute_uri(reverse("centre:group", args=[found.pk])),
        "problem": problem,
        "tabs": shelves("groups"),
    }
    response = render(request, "centre/group.html", about(programme, visit, "rewards") | context)
    return with_pictures(response) if buy is not None and buy.picture else response


def _shown(one: Group, member_id: int, now: datetime) -> dict[str, Any]:
    """A group as the templates show it."""
    held = reads.held(one, now)
    mine = next((place for place in held if place.member_id == member_id), None)
    paid = sum(place.paid_at is not None for place in held)
    running = one.state == Group.OPEN and now < one.deadline
    return {
        "group": one,
        "name": named(one.name, one.offer),
        "paid": paid,
        "taken": len(held),
        "free": max(one.people - len(held), 0),
        "places": ["paid"] * paid + ["taken"] * (len(held) - paid) + ["free"] * max(one.people - len(held), 0),
        "mine": mine,
        "running": running,
        "left": left_words(one.deadline, now) if running else "",
        "may_join": running and mine is None and len(held) < one.people,
    }


def _offered(buy: GroupBuy, currency: str) -> dict[str, Any]:
    """A group buy as the templates show it."""
    assert isinstance(buy.offer.deal, Price)
    return {
        "buy": buy,
        "name": named(buy.offer.name, buy.key),
        "description": named(buy.description),
        "price": money(buy.offer.deal.price_minor, currency),
    }
