"""The gift shop: what there is for my points, one step to confirm, and what I have taken."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from regulars.centre.headers import with_pictures
from regulars.centre.pages import about
from regulars.centre.reward_words import shelves, state_words, why_words
from regulars.centre.session import Visit, for_members
from regulars.flow.kinds import words
from regulars.flow.phrases import counted, named
from regulars.flow.problems import Problem
from regulars.flow.rewards import catalogue
from regulars.flow.rewards.catalogue import GiftView
from regulars.flow.rewards.gifts import redeem
from regulars.programmes import reads as programmes
from regulars.rewards import reads

SOURCE = "centre"
"""Under which the centre's own requests stand in the log."""


@require_GET
@for_members
def shelf(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every gift, with what I lack for it."""
    _version, programme = programmes.current()
    found = [one for one in catalogue.gifts(visit.member_id) if one.why != "over"]
    shown = [
        {
            "gift": one,
            "price": counted(one.gift.points, named(one.currency.name, one.currency.key)),
            "lack": why_words(one, programme),
        }
        for one in found
    ]
    context = {"shown": shown, "purse": _purse(found), "tabs": shelves("gifts")}
    return _with(render(request, "centre/gifts.html", about(programme, visit, "rewards") | context), found)


@require_http_methods(["GET", "POST"])
@for_members
def confirm(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """What it costs and what is left after; then it is mine."""
    _version, programme = programmes.current()
    found = next((one for one in catalogue.gifts(visit.member_id) if one.key == key), None)
    if found is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            taken = redeem(visit.member_id, key, f"gift-{once(request)}", SOURCE)
        except Problem as refused:
            problem = " ".join(words(refused.as_json()))
        else:
            return redirect(f"{reverse('centre:redemptions')}?new={taken.pk}")
    name = named(found.currency.name, found.currency.key)
    context = {
        "gift": found,
        "price": counted(found.gift.points, name),
        "has": counted(found.available, name),
        "after": counted(max(found.available - found.gift.points, 0), name),
        "lack": why_words(found, programme),
        "problem": problem,
        "once": uuid4(),
        "tabs": shelves("gifts"),
    }
    return _with(render(request, "centre/gift.html", about(programme, visit, "rewards") | context), [found])


@require_GET
@for_members
def mine(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What I have taken, the newest first."""
    _version, programme = programmes.current()
    names = {currency.key: named(currency.name, currency.key) for currency in programme.points}
    rows = reads.redemptions(visit.member_id)
    shown = [
        {
            "row": row,
            "name": named(row.name, row.gift),
            "price": counted(row.points, names.get(row.currency, row.currency)),
            "state": state_words(row),
        }
        for row in rows
    ]
    new = next((row for row in rows if str(row.pk) == request.GET.get("new")), None)
    done = ""
    if new is not None:
        text = _("“%(gift)s” is in your wallet.") if new.coupon_id else _("“%(gift)s” is yours. We will send it.")
        done = text % {"gift": named(new.name, new.gift)}
    context = {"shown": shown, "done": done, "tabs": shelves("redemptions")}
    return render(request, "centre/redemptions.html", about(programme, visit, "rewards") | context)


def once(request: HttpRequest) -> UUID:
    """What makes a form that is sent twice count once. Raises Http404 for anything that our form did not write."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        raise Http404 from None


def _purse(found: list[GiftView]) -> list[str]:
    """What I have of each currency that gifts are sold for."""
    purse = {one.currency.key: one for one in found}
    return [counted(one.available, named(one.currency.name, one.currency.key)) for one in purse.values()]


def _with(response: HttpResponse, found: list[GiftView]) -> HttpResponse:
    return with_pictures(response) if any(one.gift.picture for one in found) else response
