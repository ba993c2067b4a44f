"""Why: a member's balance, tier, or a reward that did not come, on a page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from regulars.console.member_page import member_or_404
from regulars.flow.explain.balance import balance
from regulars.flow.explain.entry import entry
from regulars.flow.explain.missing import missing, recent
from regulars.flow.explain.story import Story
from regulars.flow.explain.tier import tier
from regulars.flow.sweep import settle
from regulars.members.models import Member
from regulars.members.reads import shop_id_of
from regulars.programmes.reads import NoProgramme

WHATS = ("balance", "tier", "missing", "entry")


def explain(request: HttpRequest, member_id: int) -> HttpResponse:
    """``what``: ``balance`` (of ``currency``), ``tier``, ``entry`` (of ``transfer``) or ``missing`` (for ``event``;
    without one, the events that can be asked about)."""
    member = member_or_404(request, member_id)
    what = request.GET.get("what", "balance")
    if what not in WHATS:
        raise Http404
    settle(member.pk)
    try:
        story = _story(request, member.pk, what)
        events = recent(member.pk) if what == "missing" and story is None else []
    except NoProgramme:
        raise Http404 from None
    shop_id = shop_id_of([member.pk]).get(member.pk)
    context = {
        **admin.site.each_context(request),
        "opts": Member._meta,
        "title": _("Why? Member %(id)s") % {"id": shop_id or f"#{member.pk}"},
        "member": member,
        "shop_id": shop_id,
        "what": what,
        "story": story,
        "events": events,
    }
    return TemplateResponse(request, "console/member/explain.html", context)


def _story(request: HttpRequest, member_id: int, what: str) -> Story | None:
    """The explanation; None only where there is nothing asked yet or the programme has no tiers."""
    asked: dict[str, Any] = {name: request.GET.get(name) for name in ("currency", "event", "transfer", "rule")}
    if what == "tier":
        return tier(member_id)
    if what == "balance":
        story = balance(member_id, asked["currency"] or None)
    elif what == "entry":
        story = entry(member_id, _number(asked["transfer"]))
    elif not asked["event"]:
        return None
    else:
        story = missing(member_id, _number(asked["event"]), asked["rule"] or None)
    if story is None:
        raise Http404
    return story


def _number(text: str | None) -> int:
    if not text or not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)
