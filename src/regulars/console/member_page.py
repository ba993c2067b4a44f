"""One member on one page: who they are, where they stand, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from regulars.console.club.of_member import club
from regulars.console.referrals import of_member
from regulars.console.tiers import badge, look, tier_names
from regulars.coupons.models import Coupon
from regulars.events import reads as events
from regulars.flow.coupons.views import wallet
from regulars.flow.history import page as history_page
from regulars.flow.phrases import named
from regulars.flow.standing import standing
from regulars.flow.standing_view import LevelView, StandingView
from regulars.flow.sweep import settle
from regulars.members import personal
from regulars.members.models import Member, OutsideId
from regulars.members.reads import outside_ids, selves
from regulars.points import reads as points
from regulars.points.models import Lot, Transfer
from regulars.programmes.reads import NoProgramme
from regulars.rules import layout as y
from regulars.rules.programme import Programme
from regulars.screens.numbers import number_in
from regulars.tiers import reads as tiers

ENTRIES_PER_PAGE = 20
EVENTS_PER_PAGE = 25
OPEN_LOTS_MAX = 100
LOTS_SHOWN = 8
SPENT_LOTS_MAX = 20
SOON_DAYS = 30
OUTSIDE_IDS_MAX = 20


@dataclass(frozen=True, slots=True)
class BalanceCard:
    """A balance of the standing, and how much of it lapses within ``SOON_DAYS`` days."""

    view: Any
    soon: int


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot in words: ``state`` is ``pending``, ``available`` or ``used`` (nothing left)."""

    lot: Lot
    currency: str
    state: str


def member_or_404(request: HttpRequest, member_id: int | str) -> Member:
    """The member, when this person may see members.

    Raises PermissionDenied or Http404.
    """
    if not request.user.has_perm("members.view_member"):
        raise PermissionDenied
    number = number_in(member_id)
    return get_object_or_404(Member, pk=number)


def page(request: HttpRequest, object_id: str) -> HttpResponse:
    """The member's page. A visitor who was joined leads to whom they turned out to be."""
    member = member_or_404(request, object_id)
    if member.merged_into_id:
        return redirect(reverse("admin:members_member_change", args=[member.merged_into_id]))
    settle(member.pk)
    now = timezone.now()
    try:
        view: StandingView | None = standing(member.pk, now)
    except NoProgramme:
        view = None
    programme = view.programme if view else None
    may_see_person = request.user.has_perm("members.view_personaldata")
    person = personal.get(member) if may_see_person else {}
    ids = selves(member.pk)
    outside = outside_ids(member.pk)[:OUTSIDE_IDS_MAX]
    lots = _lots(member.pk, programme)
    context = {
        **admin.site.each_context(request),
        "opts": Member._meta,
        "title": _("Member %(id)s") % {"id": _shop_id(outside) or f"#{member.pk}"},
        "member": member,
        "since": _since(member, ids),
        "shop_id": _shop_id(outside),
        "outside": outside,
        "person": person_facts(person),
        "person_hidden": not may_see_person,
        "view": view,
        "tier": badge(view.tier.level, programme, in_grace=view.tier.in_grace) if view and view.tier else "",
        "progress": _progress(view),
        "ladder": [(level, look(level.key, programme)) for level in view.ladder] if view else [],
        "balances": [_card(balance, now) for balance in view.balances] if view else [],
        "lots": lots[:LOTS_SHOWN],
        "more_lots": lots[LOTS_SHOWN:],
        "changes": _changes(member.pk, programme),
        "holds": [(hold, currency_name(programme, hold.currency)) for hold in points.open_holds(member.pk)],
        "may_adjust": request.user.has_perm("points.add_transfer"),
        "may_release": request.user.has_perm("points.change_hold"),
        **_coupons(request, member.pk, now),
        **club(request, member.pk, view, now),
        **(of_member(request, member.pk, ids) if view else {}),
        **_history(member.pk, None, request.GET.get("currency", "")),
        **_timeline(ids, None),
    }
    return TemplateResponse(request, "console/member/page.html", context)


def history(request: HttpRequest, member_id: int) -> HttpResponse:
    """More of the member's history of points, as rows for htmx to append; ``before`` is a cursor of theirs."""
    member = member_or_404(request, member_id)
    context = {
        "member": member,
        **_history(member.pk, _number(request.GET.get("before")), request.GET.get("currency", "")),
    }
    return TemplateResponse(request, "console/member/history_rows.html", context)


def timeline(request: HttpRequest, member_id: int) -> HttpResponse:
    """More of the member's events, as rows for htmx to append. ``before`` is an event id."""
    member = member_or_404(request, member_id)
    context = {"member": member, **_timeline(selves(member.pk), _number(request.GET.get("before")))}
    return TemplateResponse(request, "console/member/timeline_rows.html", context)


def _history(member_id: int, before: int | None, currency: str) -> dict[str, Any]:
    try:
        found = history_page(member_id, currency or None, before, ENTRIES_PER_PAGE)
    except NoProgramme:
        return {"entries": [], "entries_before": None, "currency": ""}
    return {"entries": found.entries, "entries_before": found.before_id, "currency": currency}


def _timeline(member_ids: list[int], before: int | None) -> dict[str, Any]:
    rows = events.timeline(member_ids, before, EVENTS_PER_PAGE + 1)
    more = len(rows) > EVENTS_PER_PAGE
    rows = rows[:EVENTS_PER_PAGE]
    return {"events": rows, "events_before": rows[-1].pk if more else None}


def _coupons(request: HttpRequest, member_id: int, now: datetime) -> dict[str, Any]:
    """The member's coupons, for those who may see coupons; what can be used apart from the past."""
    if not request.user.has_perm("coupons.view_coupon"):
        return {"may_see_coupons": False}
    every = wallet(member_id, now)
    return {
        "may_see_coupons": True,
        "coupons": [one for one in every if one.state == Coupon.OPEN],
        "past_coupons": [one for one in every if one.state != Coupon.OPEN],
        "may_give": request.user.has_perm("coupons.add_coupon"),
        "may_withdraw": request.user.has_perm("coupons.change_coupon"),
    }


def _lots(member_id: int, programme: Programme | None) -> list[LotRow]:
    """Open lots in the order they are spent, then those that cannot be spent, then the newest that are used up."""
    spendable = {c.key for c in programme.points if c.spendable} if programme else set()
    rows = sorted(points.open_lots(member_id), key=lambda lot: lot.currency not in spendable)[:OPEN_LOTS_MAX]
    # by way of the member's transfers, which have an index; lots have one of the open ones alone
    moved = Transfer.objects.filter(member_id=member_id, lot__isnull=False).values("lot_id")
    rows += Lot.objects.filter(pk__in=moved, member_id=member_id, remaining=0).order_by("-pk")[:SPENT_LOTS_MAX]
    states = {y.LOT_PENDING: "pending", y.LOT_AVAILABLE: "available"}
    return [
        LotRow(lot, currency_name(programme, lot.currency), states[lot.state] if lot.remaining else "used")
        for lot in rows
    ]


def _since(member: Member, member_ids: list[int]) -> datetime:
    """When something of theirs first happened: in an imported history long before they were written down here."""
    first = events.first_happened(member_ids)
    return min(first, member.first_seen_at) if first else member.first_seen_at


def _changes(member_id: int, programme: Programme | None) -> list[tuple[Any, str, str]]:
    names = tier_names(programme)
    return [
        (
            change,
            names.get(change.from_level or "none", change.from_level),
            names.get(change.to_level or "none", change.to_level),
        )
        for change in tiers.changes(member_id, limit=20)
    ]


def _card(balance: Any, now: datetime) -> BalanceCard:
    until = (now + timedelta(days=SOON_DAYS)).date()
    return BalanceCard(balance, sum(lapsing for on, lapsing in balance.expiring if on <= until))


def _progress(view: StandingView | None) -> int | None:
    """How far the member is from their level to the next, in percent; None when there is no next."""
    if view is None or view.tier is None or view.tier.next is None:
        return None
    here: LevelView | None = view.ladder[view.tier.rank - 1] if view.tier.rank else None
    floor = here.threshold if here else 0
    span = view.tier.next.threshold - floor
    return min(100, max(0, 100 * (view.tier.value - floor) // span)) if span > 0 else 0


def person_facts(person: dict[str, Any]) -> list[tuple[str, str]]:
    """Personal data as pairs of words; keys the shop invented keep their own name."""
    names = {
        "name": _("Full name"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "birthday": _("Birthday"),
        "gender": _("Gender"),
        "address": _("Address"),
    }
    found = []
    for key, value in person.items():
        if value in (None, "", {}, []):
            continue
        text = ", ".join(str(part) for part in value.values() if part) if isinstance(value, dict) else str(value)
        found.append((names.get(key, key), text))
    return found


def _shop_id(outside: list[OutsideId]) -> str | None:
    return next((row.value for row in outside if row.kind == OutsideId.USER), None)


def currency_name(programme: Programme | None, key: str) -> str:
    """What a currency of points is called in the active language; its key when the programme has it no more."""
    currency = next((c for c in programme.points if c.key == key), None) if programme else None
    return named(currency.name, key) if currency else key


def _number(text: str | None) -> int | None:
    return number_in(text) if text and text.isdecimal() else None
