"""The demo shop: a page that plays the shop and sends its customers to the member centre, as a real one would.

Only customers of the demo year can be chosen, and only while ``REGULARS_DEMO`` is on.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.centre import tokens
from regulars.centre.doors import is_simulated
from regulars.centre.wording import colour
from regulars.flow import phrases
from regulars.members import reads as members
from regulars.points import reads as points
from regulars.programmes import reads as programmes
from regulars.rules.programme import Programme
from regulars.tiers import reads as tiers

_CHOICES_PER_KIND = 20
"""How many members of a kind are looked at to find one of the demo year."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer to sign in as. ``label`` says what is to see with them."""

    member_id: int
    shop_id: str
    label: str
    colour: str


@require_http_methods(["GET", "POST"])
def shop(request: HttpRequest) -> HttpResponse:
    """List some customers of the demo year; signing one in makes a token and follows it."""
    if not settings.CONFIG.demo:
        raise Http404
    if request.method == "POST":
        chosen = members.by_shop_id(request.POST.get("customer", ""))
        if chosen is None or not is_simulated(chosen.pk):
            raise Http404
        token = tokens.make(request.POST["customer"])
        return redirect(f"{reverse('centre:enter')}?token={token}")
    return render(request, "centre/demo_shop.html", {"customers": _customers()})


def _customers() -> list[Customer]:
    """One customer for each thing worth seeing: every tier, and special balances."""
    try:
        _version, programme = programmes.current()
    except programmes.NoProgramme:
        return []
    found: list[Customer] = []
    taken: set[int] = set()
    for label, look, candidates in _kinds(programme):
        names = members.shop_id_of(candidates)
        for member_id in candidates:
            if member_id in names and member_id not in taken and is_simulated(member_id):
                found.append(Customer(member_id, names[member_id], label, look or _colour_of(member_id, programme)))
                taken.add(member_id)
                break
    return found


def _colour_of(member_id: int, programme: Programme) -> str:
    standing = tiers.standing(member_id)
    keys = [level.key for level in programme.tiers.levels] if programme.tiers else []
    return colour(standing.level, keys.index(standing.level) + 1) if standing and standing.level in keys else "none"


def _kinds(programme: Programme) -> list[tuple[str, str, list[int]]]:
    """What to show: its label, its colour (empty: that of the customer found), and members to choose from."""
    main = next((c.key for c in programme.points if c.spendable), "")
    kinds = []
    for rank, level in reversed(list(enumerate(programme.tiers.levels if programme.tiers else (), 1))):
        at_level = tiers.some_at(level.key, _CHOICES_PER_KIND)
        kinds.append((phrases.named(level.name, level.key), colour(level.key, rank), at_level))
    kinds.append((_("In grace: about to lose a tier"), "", tiers.some_in_grace(_CHOICES_PER_KIND)))
    kinds.append((_("No tier yet"), "none", tiers.some_at("", _CHOICES_PER_KIND)))
    kinds.append((_("Points still pending"), "", points.some_with(main, "pending", _CHOICES_PER_KIND)))
    kinds.append((_("Points owed after a refund"), "", points.some_with(main, "debt", _CHOICES_PER_KIND)))
    kinds.append((_("Points set aside for an order"), "", points.some_with(main, "held", _CHOICES_PER_KIND)))
    return kinds
