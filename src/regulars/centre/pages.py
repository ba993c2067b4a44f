"""What a signed-in customer sees. Each page is a handful of queries and one template."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from regulars.centre.session import Visit, for_members
from regulars.centre.tabs import tier_tabs
from regulars.centre.wording import Ladder, way_up, window_words
from regulars.flow import history as points_history
from regulars.flow import phrases
from regulars.flow.errands.read import order_to_do, tasks_of
from regulars.flow.standing import standing
from regulars.flow.standing_view import StandingView
from regulars.programmes import reads as programmes

_NEWEST = 5
"""Entries on the home page."""
_TASKS = 3
"""Tasks on the home page."""
_PAGE = 20
"""Entries on a page of the history."""


@require_GET
@for_members
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What I have, where I stand, what happened last."""
    view = standing(visit.member_id)
    main = _main_currency(view)
    newest = points_history.page(visit.member_id, currency=main, limit=_NEWEST)
    context = {
        "standing": view,
        "balance": view.balance(main),
        "others": [b for b in view.balances if b.key != main and (b.spendable or b.available or b.pending)],
        "entries": newest.entries[:_NEWEST],
        "window": window_words(view.tier) if view.tier else "",
        "way": way_up(view),
        "todo": order_to_do(tasks_of(visit.member_id))[:_TASKS],
    }
    return render(request, "centre/home.html", about(view.programme, visit, "home") | context)


@require_GET
@for_members
def history(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every entry, by month, a page at a time; htmx asks for the next page alone."""
    _version, programme = programmes.current()
    currencies = [(c.key, phrases.named(c.name, c.key)) for c in programme.points]
    keys = [key for key, _name in currencies]
    currency = request.GET.get("currency") or next((c.key for c in programme.points if c.spendable), keys[0])
    show = request.GET.get("show") or "all"
    if currency not in keys or show not in points_history.SHOWS:
        raise Http404
    before = _number(request.GET.get("before"))
    page = points_history.page(visit.member_id, currency, before, _PAGE, show)
    more = "" if page.before_id is None else _address(currency, show, before=page.before_id)
    context = {
        "entries": page.entries,
        "more": more,
        "month_above": request.GET.get("above", "") if request.htmx else "",  # type: ignore[attr-defined]
        "nothing": _nothing(show),
        "is_first": before is None,
        "newest": _address(currency, show),
        "currencies": [(name, _address(key, show), key == currency) for key, name in currencies],
        "shows": [(name, _address(currency, key), key == show) for key, name in _shows()],
    }
    template = "centre/_months.html" if request.htmx else "centre/history.html"  # type: ignore[attr-defined]
    response = render(request, template, about(programme, visit, "history") | context)
    response.headers.setdefault("Vary", "HX-Request")
    return response


@require_GET
@for_members
def entry(request: HttpRequest, visit: Visit, entry_id: int) -> HttpResponse:
    """One entry: why, in full, and what else became of the same order."""
    found = points_history.entry(visit.member_id, entry_id)
    if found is None:
        raise Http404
    related = []
    if found.order_id is not None and found.kind != "expire":
        of_order = points_history.entries_of_order(visit.member_id, found.order_id)
        related = [other for other in of_order if other.id != found.id]
    programme = programmes.by_id(found.version_id)
    return render(
        request, "centre/entry.html", about(programme, visit, "history") | {"entry": found, "related": related}
    )


@require_GET
@for_members
def tiers(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The ladder: what every level asks and gives, and where I stand."""
    view = standing(visit.member_id)
    if view.tier is None:
        raise Http404
    context = {"standing": view, "window": window_words(view.tier), "way": way_up(view), "ladder": Ladder(view)}
    context |= {"tabs": tier_tabs("tiers", True)}
    return render(request, "centre/tiers.html", about(view.programme, visit, "tiers") | context)


def about(programme: Any, visit: Visit, here: str) -> dict[str, Any]:
    """What every page shows around its own part; ``here``: which of the ways it is on."""
    return {
        "club": phrases.named(programme.name, programme.key),
        "zone": programme.time_zone,
        "has_tiers": programme.tiers is not None,
        "has_tasks": bool(programme.tasks) or programme.referral is not None,
        "simulated": visit.simulated,
        "here": here,
        "visit": visit,
    }


def _shows() -> list[tuple[str, str]]:
    return [
        ("all", pgettext("entries of the history", "All")),
        ("earned", pgettext("entries of the history", "Earned")),
        ("spent", pgettext("entries of the history", "Spent")),
        ("expired", pgettext("entries of the history", "Expired")),
    ]


def _nothing(show: str) -> str:
    """What an empty list of entries says."""
    return {
        "all": _("Nothing yet"),
        "earned": _("Nothing earned yet"),
        "spent": _("Nothing spent yet"),
        "expired": _("Nothing has expired"),
    }[show]


def _main_currency(view: StandingView) -> str:
    """The currency that the home page is about: the first that can be spent."""
    return next((b.key for b in view.balances if b.spendable), view.balances[0].key)


def _address(currency: str, show: str, **more: int) -> str:
    return f"{reverse('centre:history')}?{urlencode({'currency': currency, 'show': show, **more})}"


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)
