"""A customer's orders: what each cost and why, to the last cent, and what came back."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from regulars.centre.pages import about
from regulars.centre.session import Visit, for_members
from regulars.checkouts import reads as checkouts
from regulars.checkouts.models import Checkout
from regulars.flow import history as points_history
from regulars.flow.checkout.explained import explained
from regulars.programmes import reads as programmes

_PAGE = 20


@require_GET
@for_members
def orders(request: HttpRequest, visit: Visit) -> HttpResponse:
    """My orders, the newest first."""
    before = request.GET.get("before", "")
    found = checkouts.placed(visit.member_id, _PAGE + 1, before)
    more = str(found[_PAGE - 1].pk) if len(found) > _PAGE else ""
    context = {"orders": [explained(one) for one in found[:_PAGE]], "more": more, "is_first": not before}
    return render(request, "centre/orders.html", about(programmes.current()[1], visit, "orders") | context)


@require_GET
@for_members
def order(request: HttpRequest, visit: Visit, checkout_id: str) -> HttpResponse:
    """One order: every line, every discount, how it was paid, what it earned, what was returned."""
    found = checkouts.find(checkout_id)
    if found is None or found.member_id != visit.member_id:
        raise Http404
    points = []
    if found.state == Checkout.COMMITTED and found.order_id:
        points = points_history.entries_of_order(visit.member_id, found.order_id)
    context = {"order": explained(found), "entries": points, "may_return": _may_return(found, visit)}
    return render(request, "centre/order.html", about(programmes.current()[1], visit, "orders") | context)


def _may_return(checkout: Checkout, visit: Visit) -> bool:
    """Only the demo shop takes returns here; a real shop does so at its own counter."""
    ours = checkout.source == DEMO_SOURCE and bool(visit.simulated)
    return ours and checkout.state == Checkout.COMMITTED and not checkout.returned.get("whole")


DEMO_SOURCE = "demo-shop"
"""The source of what the demo shop's basket does."""
