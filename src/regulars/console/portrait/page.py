"""The portrait's page, beside the member's page of points; and more of its timeline."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.audience.portrait import Portrait, portrait
from regulars.audience.portrait.timeline import KINDS, timeline
from regulars.audience.scores import words
from regulars.console import charts as dressed
from regulars.console.member_page import currency_name, member_or_404, person_facts
from regulars.console.portrait import charts
from regulars.console.reads import programme_of
from regulars.console.tiers import badge
from regulars.flow.sweep import settle
from regulars.members.models import Member
from regulars.members.reads import selves
from regulars.rules import layout as y
from regulars.screens.figures import about, money

SEE_PERSONAL_DATA, SEE_SCORES = "members.view_personaldata", "scores.view_scorerun"
_OWN = frozenset((y.ACC_PENDING, y.ACC_AVAILABLE, y.ACC_HELD))
PUSH_WIDEST = 3.0
"""Log-odds that fill half a bar."""


def page(request: HttpRequest, member_id: int) -> HttpResponse:
    """Everything known of a member. A visitor who was joined leads to whom they turned out to be."""
    member = member_or_404(request, member_id)
    if member.merged_into_id:
        return redirect(reverse("admin:portrait", args=[member.merged_into_id]))
    settle(member.pk)
    one = portrait(member, see_person=request.user.has_perm(SEE_PERSONAL_DATA))
    context = {
        **admin.site.each_context(request),
        "opts": Member._meta,
        "title": _("Portrait of %(who)s") % {"who": one.shop_id or f"#{member.pk}"},
        "member": member,
        "one": one,
        "person": person_facts(one.person),
        "tier": badge(one.view.tier.level, one.view.programme, in_grace=one.view.tier.in_grace)
        if one.view and one.view.tier
        else "",
        "may_see_scores": request.user.has_perm(SEE_SCORES) or request.user.has_perm("members.view_member"),
        "spent": money(one.spent_minor, one.currency, short=True),
        "returned": about(one.returned_minor, one.currency) if one.returned_minor else "",
        "per_order": about(one.spent_minor // one.orders, one.currency) if one.orders else "",
        "risk": words.risk(one.score.risk) if one.score else "",
        "risk_look": ("good", "warn", "bad")[one.score.risk] if one.score else "",
        "value_band": words.value(one.score.worth) if one.score else "",
        "by_key": {each.key: each for each in one.estimates},
        "categories": _bars(one.categories, one.currency, by_orders=False),
        "products": _bars(one.products, one.currency, by_orders=True),
        "pushes": [(push, *_bar(push.log_odds)) for push in one.pushes],
        "week_chart": dressed.specs(lambda: charts.week(one.hours)) if one.orders else None,
        "favourite_time": _favourite_time(one),
        "kept_names": [name for name, _value in person_facts(dict.fromkeys(one.kept.entries, "x"))],
        **_timeline(request, one.member_ids),
    }
    return TemplateResponse(request, "console/portrait/page.html", context)


def more(request: HttpRequest, member_id: int) -> HttpResponse:
    """More of the timeline, or another kind of it, as rows for htmx."""
    member = member_or_404(request, member_id)
    context = {"member": member, **_timeline(request, selves(member.pk))}
    return TemplateResponse(request, "console/portrait/rows.html", context)


def _timeline(request: HttpRequest, member_ids: list[int]) -> dict[str, Any]:
    kind = request.GET.get("kind", "all")
    try:
        found = timeline(member_ids, kind, request.GET.get("before", ""))
    except ValueError as error:
        raise Http404 from error
    programme = programme_of(request)
    names = {
        "all": _("All"),
        "orders": _("Orders"),
        "points": _("Points"),
        "tiers": _("Tiers and badges"),
        "coupons": _("Coupons"),
        "games": _("Games"),
        "referrals": _("Referrals"),
        "other": _("Other"),
    }
    return {
        "kind": kind,
        "kinds": [(key, names[key]) for key in KINDS],
        "rows": [
            (
                row,
                currency_name(programme, row.transfer.currency) if row.transfer else "",
                _way(row),
                [(currency_name(programme, key), points) for key, points in sorted(row.earned.items())],
            )
            for row in found.rows
        ],
        "following": found.following,
    }


def _way(row: Any) -> str:
    """Whether a transfer gave the member points, took some, or only moved them."""
    if row.transfer is None:
        return ""
    before, after = row.transfer.debit in _OWN, row.transfer.credit in _OWN
    return "" if before == after else "+" if after else "−"


def _bars(rows: list[Any], currency: str, *, by_orders: bool) -> list[tuple[Any, str, int]]:
    most = max([row.orders if by_orders else row.net_minor for row in rows], default=0) or 1
    return [
        (
            row,
            about(row.net_minor, currency),
            round(100 * (row.orders if by_orders else row.net_minor) / most),
        )
        for row in rows
    ]


def _bar(log_odds: float) -> tuple[str, int]:
    """Which way a push goes, and how far, in percent of the whole bar."""
    return ("v-up" if log_odds > 0 else "v-down"), max(1, round(50 * min(1.0, abs(log_odds) / PUSH_WIDEST)))


def _favourite_time(one: Portrait) -> str:
    """The quarter of the day in which most orders lie."""
    if not one.hours:
        return ""
    parts = [0, 0, 0, 0]
    for (_weekday, hour), count in one.hours.items():
        parts[hour // 6] += count
    best = max(range(4), key=lambda place: parts[place])
    name = (_("at night"), _("in the morning"), _("in the afternoon"), _("in the evening"))[best]
    return _("%(percent)s%% of the orders came %(when)s.") % {
        "percent": round(100 * parts[best] / sum(parts)),
        "when": name,
    }
