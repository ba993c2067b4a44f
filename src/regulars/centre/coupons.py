"""A customer's coupons: the wallet, the claim centre, and a code that becomes theirs.

What is done by a form is said on the next page; nothing here needs script.
"""

from __future__ import annotations

import re
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.centre.pages import about
from regulars.centre.session import Visit, for_members
from regulars.coupons import reads
from regulars.coupons.models import Coupon
from regulars.flow.coupons import claiming, views
from regulars.flow.coupons.once import Asked
from regulars.flow.phrases import number
from regulars.flow.problems import Problem
from regulars.programmes import reads as programmes

SOURCE = "centre"
_ONCE = re.compile(r"[0-9a-f-]{36,60}")
_SHOWS: dict[str, tuple[str, ...]] = {
    "open": (Coupon.OPEN, Coupon.RESERVED),
    "used": (Coupon.USED,),
    "expired": (Coupon.EXPIRED, Coupon.WITHDRAWN),
}


@require_GET
@for_members
def wallet(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What I can use, what I used, what is over; with a field to add a code."""
    show = request.GET.get("show") or "open"
    if show not in _SHOWS:
        raise Http404
    _version, programme = programmes.current()
    every = views.wallet(visit.member_id)
    context = {
        "coupons": [one for one in every if one.state in _SHOWS[show]],
        "show": show,
        "shows": [(name, f"{reverse('centre:coupons')}?show={key}", key == show) for key, name in _tabs(every)],
        "nothing": _nothing(show),
        "claimable": sum(not one.why_not for one in views.claimable(visit.member_id)),
    }
    return render(request, "centre/coupons.html", about(programme, visit, "coupons") | context)


@require_http_methods(["GET", "POST"])
@for_members
def claim(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The claim centre: what there is, how many are left, and why not."""
    if request.method == "POST":
        batch = request.POST.get("batch", "")
        if not (batch.isascii() and batch.isdigit() and len(batch) < 18):
            raise Http404
        try:
            coupon = claiming.claim(visit.member_id, int(batch), _asked(request))
        except Problem as problem:
            messages.error(request, _claim_words(problem.kind))
        else:
            messages.success(request, _yours(coupon))
        return redirect("centre:coupons-claim")
    _version, programme = programmes.current()
    shown = [(one, _left_words(one), _why_not_words(one)) for one in views.claimable(visit.member_id)]
    context = {"claimables": shown, "once": uuid4()}
    return render(request, "centre/claim.html", about(programme, visit, "coupons") | context)


@require_POST
@for_members
def add_code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make the coupon of a code mine."""
    code = request.POST.get("code", "")[:100]
    if not reads.normal(code):
        messages.error(request, _("Type a code first."))
        return redirect("centre:coupons")
    try:
        coupon = claiming.add_code(visit.member_id, code, Asked())
    except Problem as problem:
        messages.error(request, _code_words(problem.kind))
    else:
        messages.success(request, _yours(coupon))
    return redirect("centre:coupons")


def _asked(request: HttpRequest) -> Asked:
    """A form sent twice counts once."""
    once = request.POST.get("once", "")
    return Asked(SOURCE, f"coupon-{once}") if _ONCE.fullmatch(once) else Asked()


def _yours(coupon: Coupon) -> str:
    [held] = views.held([coupon])
    return _("%(coupon)s is yours.") % {"coupon": held.card.name}


def _tabs(every: list[views.Held]) -> list[tuple[str, str]]:
    usable = sum(one.state in _SHOWS["open"] for one in every)
    return [
        ("open", _("To use (%(count)s)") % {"count": number(usable)}),
        ("used", _("Used")),
        ("expired", _("Expired")),
    ]


def _nothing(show: str) -> tuple[str, str]:
    """What an empty list says."""
    return {
        "open": (_("No coupons now"), _("Claim one, or add a code that you were given.")),
        "used": (_("None used yet"), _("What you pay with will be listed here, with its order.")),
        "expired": (_("None has expired"), _("We tell you before one does.")),
    }[show]


def _left_words(one: views.Claimable) -> str:
    return ngettext("%(count)s left", "%(count)s left", one.left) % {"count": number(one.left)} if one.left else ""


def _why_not_words(one: views.Claimable) -> str:
    words = {
        "": "",
        "had": _("You have it"),
        "sold_out": _("All gone"),
        "not_yet": _("Not yet"),
        "tier": _("For another tier"),
        "segment": _("For another group"),
        "joined_days": _("Depends on how long you are a member"),
    }
    return words.get(one.why_not) or ("" if not one.why_not else _("Not for you"))


def _claim_words(kind: str) -> str:
    """Why a claim failed, to the customer."""
    words = {
        "claim-sold-out": _("Somebody was faster: all of these are gone."),
        "claimed-before": _("You have had as many of these as one may."),
        "claim-not-yet": _("These cannot be claimed yet."),
        "coupon-not-for-member": _("This coupon is for other members."),
    }
    return words.get(kind) or _("This coupon cannot be claimed any more.")


def _code_words(kind: str) -> str:
    """Why a code could not be added, to the customer."""
    words = {
        "unknown-code": _("No coupon has this code. Look for a typing slip."),
        "code-used": _("This code has been used."),
        "code-yours": _("You have added this code before."),
        "claimed-before": _("You have had as many of these as one may."),
        "code-is-public": _("This code is for everybody: enter it when you pay."),
        "coupon-not-for-member": _("This coupon is for other members."),
        "too-many-tries": _("Too many wrong codes. Try again in an hour."),
    }
    return words.get(kind) or _("This code is not valid any more.")
