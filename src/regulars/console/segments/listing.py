"""All segments: what each is, how many belong, and how that has moved since the refresh before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from regulars.audience.segments import movements
from regulars.audience.segments.models import KINDS, Segment
from regulars.console.segments import shared
from regulars.console.segments.words import kind_name
from regulars.inquiries.models import LakeState

PER_PAGE = 30


def segments_list(request: HttpRequest) -> HttpResponse:
    """The list, narrowed by ``q``, ``kind`` and ``archived``."""
    shared.may(request, shared.SEE)
    query, kind = request.GET.get("q", "").strip()[:200], request.GET.get("kind", "")
    archived = request.GET.get("archived") == "1"
    rows = Segment.objects.select_related("created_by").order_by("-created_at", "-pk")
    rows = rows.filter(archived_at__isnull=not archived)
    if query and "\0" not in query:
        rows = rows.filter(Q(name__icontains=query) | Q(key__icontains=query))
    if kind in dict(KINDS):
        rows = rows.filter(kind=kind)
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    changes = movements.last([row.key for row in found])
    lake = LakeState.objects.first()
    context = shared.page(
        request,
        _("Segments"),
        "list",
        found=found,
        rows=[_row(row, changes.get(row.key), lake) for row in found],
        query=query,
        kind=kind,
        kinds=[(key, kind_name(key)) for key, _name in KINDS],
        archived=archived,
        narrowed=bool(query or kind),
        no_lake=lake is None,
    )
    return TemplateResponse(request, "console/segments/list.html", context)


def _row(row: Segment, change: tuple[datetime, int, int] | None, lake: LakeState | None) -> dict[str, Any]:
    """What moved earlier than the last refresh is not that refresh's change."""
    at, entered, left = change or (None, 0, 0)
    moved = at is not None and at == row.refreshed_at
    return {
        "segment": row,
        "kind": kind_name(row.kind),
        "entered": entered if moved else 0,
        "left": left if moved else 0,
        "stale": lake is not None and bool(row.lake_state) and row.lake_state != lake.state,
    }
