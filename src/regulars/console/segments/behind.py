"""The members behind something that was drawn, a chart's cell or a model's group: how many, who, and save them."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.audience import strategies
from regulars.audience.segments import writes
from regulars.audience.segments.definition import as_text
from regulars.audience.segments.models import CELL, MODEL, Segment
from regulars.console.segments import saving, shared, words
from regulars.inquiries import asking

SHOWN_MAX = 50
_LENGTH_MAX = 4000
RFM_SCORES = ("r", "f", "m", "fm")


def behind(request: HttpRequest) -> HttpResponse:
    """The members behind a cell of a measure's chart: ``measure``, ``params`` and ``cell`` (JSON), ``label``."""
    measure = request.GET.get("measure", "")
    params, cell = _json(request.GET.get("params", "")), _json(request.GET.get("cell", ""))
    if not measure or params is None or not cell:
        raise Http404
    definition = {"measure": measure, "params": params, "cell": cell}
    return _page(request, CELL, definition, request.GET.get("label", "").strip()[:200] or measure)


def group(request: HttpRequest) -> HttpResponse:
    """The members of an RFM group or cell (``model=rfm``, ``group`` or scores, ``days``) or of a found group
    (``model=clusters``, ``group``)."""
    model, name = request.GET.get("model", ""), request.GET.get("group", "")
    if model == "rfm":
        days = request.GET.get("days", "365")
        scores = {score: int(request.GET[score]) for score in RFM_SCORES if request.GET.get(score, "") in set("12345")}
        if not days.isascii() or not days.isdigit() or len(days) > 5 or (not scores and name not in strategies.RFM):
            raise Http404
        definition: dict[str, Any] = {"model": "rfm", "window_days": int(days)}
        definition |= {"cell": scores} if scores else {"group": name}
        label = (
            _("RFM: %(scores)s") % {"scores": ", ".join(f"{key.upper()} {score}" for key, score in scores.items())}
            if scores
            else words.group_name(name)
        )
        return _page(request, MODEL, definition, label)
    if model == "clusters" and name.isdecimal():
        answer = asking.ask("audience.clusters", {}, wait_seconds=shared.WAIT_SECONDS)
        found = next((one for one in (answer.result or {}).get("groups", []) if str(one["number"]) == name), None)
        if found is None:
            raise Http404
        definition = {
            "model": "clusters",
            "group": name,
            "fitted": answer.result["model"],
            "traits": [{"feature": trait["feature"], "apart": trait["apart"]} for trait in found["traits"]],
        }
        return _page(request, MODEL, definition, words.cluster_name(found))
    raise Http404


def _page(request: HttpRequest, kind: str, definition: dict[str, Any], label: str) -> HttpResponse:
    shared.may(request, shared.SEE)
    if request.method == "POST":
        return _saved(request, kind, definition)
    asked = {"kind": kind, "definition": as_text(definition), **_segments_at(definition)}
    answer = asking.ask("audience.preview", asked, wait_seconds=shared.WAIT_SECONDS)
    context = shared.page(
        request, label, "behind", label=label, answer=answer, again=request.get_full_path(), definition=definition,
        said=words.where_from(kind, definition), note=strategies.default_note(definition),
    )  # fmt: skip
    if answer.result and context["may_see_members"]:
        context["sample"] = shared.sample(answer.result["sample"])
    part = request.headers.get("HX-Request") == "true"
    name = "console/segments/_behind.html" if part else "console/segments/behind.html"
    return TemplateResponse(request, name, context)


def _saved(request: HttpRequest, kind: str, definition: dict[str, Any]) -> HttpResponse:
    """Keep it as a segment under the name that was given."""
    shared.may(request, shared.SEE, shared.ADD)
    name = request.POST.get("name", "").strip()[:200]
    if not name:
        messages.error(request, _("Give the segment a name."))
        return redirect(request.get_full_path())
    row = writes.create(saving.key_for(name), name, kind, definition, by=request.user)
    writes.refresh()
    messages.success(request, _("The segment is saved."))
    return redirect(reverse("admin:segments_page", args=[row.key]))


def _segments_at(definition: dict[str, Any]) -> dict[str, Any]:
    """Where a cell speaks of segments, when they were refreshed last: an answer of before is of other members."""
    params = definition.get("params", {})
    if not params.get("segment") and params.get("by") != "segment":
        return {}
    return {"segments_at": Segment.objects.aggregate(at=Max("refreshed_at"))["at"]}


def _json(text: str) -> dict[str, Any] | None:
    if len(text) > _LENGTH_MAX:
        return None
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
