"""The page of one segment: how many, who, who entered and left, what to do with them, snapshots, where it is used."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.audience.segments import movements, writes
from regulars.audience.segments.models import LIST, RULE, Membership, Segment, Snapshot
from regulars.audience.strategies import default_note
from regulars.console import charts as dressed
from regulars.console.segments import charts, members, shared, used, words
from regulars.console.segments.text import as_text
from regulars.console.studio.shared import person_name

DAYS_SHOWN = 60
SNAPSHOTS_SHOWN = 20


def segment_page(request: HttpRequest, key: str) -> HttpResponse:
    """The page; ``q`` and ``p`` speak of its list of members."""
    shared.may(request, shared.SEE)
    row = shared.the_segment(key)
    flows = movements.by_day(row.key, timezone.now() - timedelta(days=DAYS_SHOWN))
    note = row.strategy or default_note(row.definition)
    context = shared.page(
        request,
        row.name,
        "segment",
        row=row,
        kind=words.kind_name(row.kind),
        by=person_name(row.created_by),
        text=as_text(row.definition) if row.kind == RULE else "",
        said=words.where_from(row.kind, row.definition),
        note=note,
        note_is_default=not row.strategy,
        flows=flows,
        flow_chart=dressed.specs(lambda: charts.over_time(_every_day(flows))) if flows else None,
        entered=sum(day["entered"] for day in flows),
        left=sum(day["left"] for day in flows),
        snapshots=_snapshots(row),
        offers=used.offers_naming(row.key) if request.user.has_perm("offers.view_version") else [],
        others=used.segments_naming(row.key),
        days_shown=DAYS_SHOWN,
        is_new=row.created_at > timezone.now() - timedelta(days=DAYS_SHOWN),
    )
    if context["may_see_members"]:
        context["members"] = members.listed(request, row)
    return TemplateResponse(request, "console/segments/page.html", context)


def _every_day(flows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The days of the chart, those without a move between the others."""
    known = {day["day"]: day for day in flows}
    today = timezone.localdate()
    days = [today - timedelta(days=n) for n in range(DAYS_SHOWN - 1, -1, -1)]
    return [known.get(day, {"day": day, "entered": 0, "left": 0}) for day in days]


def _snapshots(row: Segment) -> list[Snapshot]:
    found = Snapshot.objects.filter(segment=row).select_related("taken_by").defer("members").order_by("-taken_at")
    return list(found[:SNAPSHOTS_SHOWN])


@require_POST
def refresh(request: HttpRequest, key: str) -> HttpResponse:
    """Have the segment counted anew."""
    shared.may(request, shared.SEE, shared.CHANGE)
    row = shared.the_segment(key)
    writes.refresh()
    messages.info(request, _("The segments are being counted; look again in a moment."))
    return _back(row)


@require_POST
def archive(request: HttpRequest, key: str) -> HttpResponse:
    """Put a segment away, unless another one speaks of it."""
    shared.may(request, shared.SEE, shared.CHANGE)
    row = shared.the_segment(key)
    try:
        writes.archive(row)
    except writes.Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, _("The segment is archived: nobody belongs to it any more. Its snapshots stay."))
    return _back(row)


@require_POST
def restore(request: HttpRequest, key: str) -> HttpResponse:
    """Take an archived segment back into use."""
    shared.may(request, shared.SEE, shared.CHANGE)
    row = shared.the_segment(key)
    writes.restore(row)
    messages.success(
        request,
        _("The list is in use again and empty: upload it.")
        if row.kind == LIST
        else _("The segment is in use again; its members are being counted."),
    )
    return _back(row)


@require_POST
def take_snapshot(request: HttpRequest, key: str) -> HttpResponse:
    """Keep who belongs now."""
    shared.may(request, shared.SEE, shared.CHANGE)
    row = shared.the_segment(key)
    if row.archived_at is not None:
        messages.error(request, _("This segment is archived."))
        return _back(row)
    writes.take_snapshot(row, request.POST.get("note", "").strip()[:500], request.user)
    messages.success(request, _("The snapshot is taken."))
    return _back(row)


def snapshots(request: HttpRequest, key: str) -> HttpResponse:
    """Two snapshots, or one and today, beside each other: who stayed, who came, who went. GET: ``a``, ``b``."""
    shared.may(request, shared.SEE)
    row = shared.the_segment(key)
    kept = _snapshots(row)
    first = request.GET.get("a") or (str(kept[0].pk) if kept else "now")
    one, other = _picked(row, first), _picked(row, request.GET.get("b", "now"))
    stayed, came, went = one[1] & other[1], other[1] - one[1], one[1] - other[1]
    shown: dict[str, Any] = {}
    if request.user.has_perm(shared.SEE_MEMBERS):
        shown = {"came_shown": shared.sample(sorted(came)[:20]), "went_shown": shared.sample(sorted(went)[:20])}
    context = shared.page(
        request, row.name, "segment", row=row, one=one[0], other=other[0], stayed=len(stayed), came=len(came),
        went=len(went), first_count=len(one[1]), second_count=len(other[1]), snapshots=kept,
        a=first, b=request.GET.get("b", "now"), **shown,
    )  # fmt: skip
    return TemplateResponse(request, "console/segments/snapshots.html", context)


def _picked(row: Segment, text: str) -> tuple[Snapshot | None, set[int]]:
    """A snapshot by its number and its members; ``now``: who belongs today."""
    if text == "now":
        return None, set(Membership.objects.filter(segment=row.key).order_by().values_list("member_id", flat=True))
    found = Snapshot.objects.filter(segment=row, pk=int(text)).first() if text.isdecimal() and len(text) < 18 else None
    if found is None:
        raise Http404
    return found, set(found.members)


def _back(row: Segment) -> HttpResponse:
    return redirect(reverse("admin:segments_page", args=[row.key]))
