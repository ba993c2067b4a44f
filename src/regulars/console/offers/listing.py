"""The list of the offers in effect, and the page of one: in words, how it stands, how much of it was used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars.console import charts
from regulars.console.offers.charts import uses_by_day
from regulars.console.reads import programme_of
from regulars.insight import offer_use
from regulars.offers import reads
from regulars.offers.condition_words import House, house_of
from regulars.offers.models import Use, Version
from regulars.offers.standing import STATES, State, moment_of, state_of
from regulars.offers.words import OfferWords, offer_words
from regulars.rules.offers.model import Coupon, Offer
from regulars.screens.figures import moment, money, whole

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Bar:
    """How much of what there is is left, in words, and how full the bar is (0 to 100)."""

    name: str
    words: str
    percent: int


@dataclass(frozen=True, slots=True)
class Row:
    """An offer of the list."""

    words: OfferWords
    coupon: bool
    state: State
    tag: SafeString
    use: Use | None
    off: str
    bars: list[Bar]


def may_see(request: HttpRequest) -> None:
    """Every role may look. Raises PermissionDenied for those of none."""
    if not request.user.has_perm("offers.view_version"):
        raise PermissionDenied


def row_of(one: Offer | Coupon, house: House, use: Use | None, now: datetime) -> Row:
    """One offer as the list shows it."""
    offer = one.offer if isinstance(one, Coupon) else one
    state = state_of(offer, use, now)
    return Row(
        words=offer_words(one, house),
        coupon=isinstance(one, Coupon),
        state=state,
        tag=state_tag(state, offer),
        use=use,
        off=money(use.amount_minor, house.currency) if use is not None else "",
        bars=bars(offer, use, house),
    )


def bars(offer: Offer, use: Use | None, house: House) -> list[Bar]:
    """What is left of its stock and its budget."""
    found = []
    if offer.stock is not None:
        taken = use.units if use is not None else 0
        left = max(offer.stock - taken, 0)
        said = _("%(left)s of %(most)s left") % {"left": whole(left), "most": whole(offer.stock)}
        found.append(Bar(_("Stock"), said, _percent(left, offer.stock)))
    if offer.budget_minor is not None:
        taken = use.amount_minor if use is not None else 0
        left = max(offer.budget_minor - taken, 0)
        said = _("%(left)s of %(most)s left") % {"left": house.money(left), "most": house.money(offer.budget_minor)}
        found.append(Bar(_("Budget"), said, _percent(left, offer.budget_minor)))
    return found


def _percent(left: int, most: int) -> int:
    return 100 * left // most if most else 0


def state_name(state: State) -> str:
    """How an offer stands, in a word."""
    return {
        "running": _("running"),
        "coming": _("coming"),
        "over": _("over"),
        "sold_out": _("sold out"),
        "spent": _("budget spent"),
    }[state]


def state_tag(state: State, offer: Offer | None = None) -> SafeString:
    """The state as a tag; of one that is coming, when it begins."""
    kind = {"running": "good", "coming": "warn", "over": "none", "sold_out": "bad", "spent": "bad"}[state]
    said = state_name(state)
    if state == "coming" and offer is not None and offer.valid_from_us is not None:
        said = _("begins %(when)s") % {"when": moment(moment_of(offer.valid_from_us))}
    return format_html('<span class="k-tag k-tag-{}">{}</span>', kind, said)


def offers_list(request: HttpRequest) -> HttpResponse:
    """The offers and coupons of the version in effect."""
    may_see(request)
    now = datetime.now(UTC)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": Version._meta,
        "title": _("Offers"),
        "here": "list",
        "may_publish": request.user.has_perm("offers.add_version"),
        "coming": Version.objects.filter(effective_at__gt=now).order_by("effective_at").first(),
        "states": [(state, state_name(state)) for state in STATES],
        "query": request.GET.get("q", ""),
        "state": request.GET.get("state", ""),
        "kind": request.GET.get("kind", ""),
    }
    try:
        live = reads.live(now)
    except reads.NoOffers:
        return TemplateResponse(request, "console/offers/list.html", {**context, "live": None})
    house = house_of(live.offers, programme_of(request))
    every: list[Offer | Coupon] = [*live.offers.offers, *live.offers.coupons]
    uses = reads.uses([_key(one) for one in every])
    rows = [row_of(one, house, uses.get(_key(one)), now) for one in every if _kind_fits(one, context["kind"])]
    rows = [row for row in rows if _fits(row, context["query"], context["state"])]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    context |= {
        "live": live,
        "all": len(every),
        "page": page,
        "found": len(rows),
        "query_string": _without_page(request.GET),
    }
    return TemplateResponse(request, "console/offers/list.html", context)


def _key(one: Offer | Coupon) -> str:
    return one.offer.key if isinstance(one, Coupon) else one.key


def _kind_fits(one: Offer | Coupon, kind: str) -> bool:
    return kind not in ("offers", "coupons") or isinstance(one, Coupon) == (kind == "coupons")


def _fits(row: Row, query: str, state: str) -> bool:
    if state in STATES and row.state != state:
        return False
    said = " ".join([row.words.key, row.words.name, row.words.kind, *row.words.sentences]).casefold()
    return all(part in said for part in query.casefold().split())


def _without_page(asked: Mapping[str, str]) -> str:
    kept = {key: asked[key] for key in ("q", "state", "kind") if asked.get(key)}
    return f"{urlencode(kept)}&" if kept else ""


def offer_page(request: HttpRequest, key: str) -> HttpResponse:
    """One offer: in words, its use over time, what orders with it and without it came to."""
    may_see(request)
    now = datetime.now(UTC)
    try:
        live = reads.live(now)
    except reads.NoOffers as error:
        raise Http404 from error
    one = next((c for c in live.offers.coupons if c.offer.key == key), None) or live.by_key.get(key)
    if one is None:
        raise Http404
    house = house_of(live.offers, programme_of(request))
    today: date = now.astimezone(live.zone).date()
    days = offer_use.by_day(key, today, live.offers.time_zone, live.offers.minor_digits)
    used = any(day.orders for day in days)
    language = translation.get_language() or "en"
    row = row_of(one, house, reads.uses([key]).get(key), now)
    context = {
        **admin.site.each_context(request),
        "opts": Version._meta,
        "title": row.words.name,
        "here": "list",
        "row": row,
        "key": key,
        "may_publish": request.user.has_perm("offers.add_version"),
        "version": live.version_id,
        "currency": live.offers.currency,
        "days": [day for day in reversed(days) if day.orders],
        "days_looked": len(days),
        "sum_orders": sum(day.orders for day in days),
        "sum_off": sum(day.off_minor for day in days),
        "sum_units": sum(day.units for day in days),
        "compared": offer_use.compared(key, today, live.offers.time_zone) if used else None,
        "chart": charts.specs(lambda: uses_by_day(days), language) if used else None,
    }
    return TemplateResponse(request, "console/offers/offer.html", context)
