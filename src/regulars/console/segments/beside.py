"""Segments beside each other: what they have in common, and two of them on every measure."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.audience.segments import reads
from regulars.audience.segments.models import Segment
from regulars.console import charts as dressed
from regulars.console.insight import told
from regulars.console.reads import programme_of
from regulars.console.segments import charts, compared_words, shared
from regulars.inquiries import asking
from regulars.insight.measures.catalogue import SPECS
from regulars.insight.measures.definitions import DEFINITIONS

OVERLAP_MAX = 12
LISTED_MAX = 200


def overlap(request: HttpRequest) -> HttpResponse:
    """How many members segments share. GET: ``key`` (several); else the largest."""
    shared.may(request, shared.SEE)
    live = Segment.objects.filter(archived_at=None).defer("definition")
    rows = list(live.order_by(F("members_count").desc(nulls_last=True), "name")[:LISTED_MAX])
    wanted = set(request.GET.getlist("key"))
    picked = [row for row in rows if row.key in wanted][:OVERLAP_MAX]
    picked = picked or [row for row in rows if row.members_count][:OVERLAP_MAX]
    keys = [row.key for row in picked]
    sizes = reads.counts(keys)
    counts = {(key, key): size for key, size in sizes.items()}
    for pair in reads.overlap(keys):
        counts[(pair.one, pair.other)] = counts[(pair.other, pair.one)] = pair.members
    cells = [
        {
            "name": one.name,
            "other": other.name,
            "both": counts.get((one.key, other.key), 0),
            "share": counts.get((one.key, other.key), 0) / sizes[one.key] if sizes[one.key] else 0.0,
        }
        for one in picked
        for other in picked
    ]
    by_row = [(one, cells[i * len(picked) : (i + 1) * len(picked)]) for i, one in enumerate(picked)]
    context = shared.page(
        request, _("What segments have in common"), "overlap", rows=rows, picked=picked, sizes=sizes, by_row=by_row,
        chosen={row.key for row in picked}, most=OVERLAP_MAX,
        chart=dressed.specs(lambda: charts.overlap(cells))
        if len(picked) > 1
        else None,
    )  # fmt: skip
    return TemplateResponse(request, "console/segments/overlap.html", context)


def compare(request: HttpRequest) -> HttpResponse:
    """Two segments on every measure. GET: ``a``, ``b``; the answer alone when htmx asks for it."""
    shared.may(request, shared.SEE)
    rows = list(Segment.objects.filter(archived_at=None).order_by("name").defer("definition")[:LISTED_MAX])
    by_key = {row.key: row for row in rows}
    a, b = request.GET.get("a", ""), request.GET.get("b", "")
    if (a and a not in by_key) or (b and b not in by_key):
        raise Http404
    context = shared.page(request, _("Compare two segments"), "compare", rows=rows, a=a, b=b, same=bool(a) and a == b)
    if a and b and a != b:
        one, other = by_key[a], by_key[b]
        asked = {"keys": [a, b], "refreshed": [row.refreshed_at for row in (one, other)]}
        answer = asking.ask("audience.compare", asked, wait_seconds=shared.WAIT_SECONDS)
        context |= {"one": one, "other": other, "answer": answer, "again": request.get_full_path()}
        context["charts"] = _charts(a, b)
        if answer.result:
            context |= _compared(answer.result, told.club_of(programme_of(request)))
    part = request.headers.get("HX-Request") == "true"
    return TemplateResponse(
        request, "console/segments/_compared.html" if part else "console/segments/compare.html", context
    )


def _charts(a: str, b: str) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Every measure in the explorer: its title, and links with their words. One link without words shows both segments
    in one picture; what cannot be cut has a link for each."""
    base = reverse("admin:insight_explorer")
    found = []
    for spec in SPECS.values():
        both = urlencode([("measure", spec.name), ("by", "segment"), ("segment", a), ("segment", b)])
        each = [(urlencode({"measure": spec.name, "segment": key}), key) for key in (a, b)]
        queries = [(both, "")] if spec.cut else each
        found.append((DEFINITIONS[spec.name].title, [(f"{base}?{query}", key) for query, key in queries]))
    return found


def _compared(result: dict[str, Any], club: told.Club) -> dict[str, Any]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in result["rows"]:
        title = compared_words.title(row["measure"])
        first, second = row["figures"]
        groups.setdefault(title, []).append(
            {
                "name": compared_words.value_name(row, club),
                "first": compared_words.said(first, row["unit"], club.money),
                "second": compared_words.said(second, row["unit"], club.money),
                "difference": compared_words.difference(row["measure"], first, second, row["unit"]),
                "more": first is not None and second is not None and second > first,
                "less": first is not None and second is not None and second < first,
            }
        )
    return {"groups": list(groups.items()), "counts": result["members"], "both": result["both"]}
