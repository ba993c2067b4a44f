"""A new segment, and one that is changed: its name, its strategy and, where it has them, its conditions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _

from regulars.audience.segments import address, writes
from regulars.audience.segments.definition import NotFit
from regulars.audience.segments.models import RULE, Segment
from regulars.console.segments import builder, shared, words
from regulars.console.segments.builder import Edited

NAME_MAX, STRATEGY_MAX = 200, 5000
_KEY_BEGIN_MAX = 40


def new(request: HttpRequest) -> HttpResponse:
    """The form of a new segment, filled in where the address says conditions (``who``) and a name; a press of one
    of its buttons; or the segment kept."""
    shared.may(request, shared.SEE, shared.ADD)
    if request.method != "POST":
        told = address.read(request.GET.get("who", ""))
        edited = Edited(builder.FORM, builder.first(), "", None) if told is None else builder.of_segment(told)
        builder.check(request, edited)
        return _form(request, edited, None, {"name": request.GET.get("name", "").strip()[:NAME_MAX]})
    edited = builder.of_request(request)
    given = _given(request)
    if "save" not in request.POST:
        return _form(request, edited, None, given)
    key = given["new_key"]
    errors = _errors(given, edited)
    if errors or edited.definition is None:
        return _form(request, edited, None, given, errors)
    try:
        row = writes.create(
            key or key_for(given["name"]), given["name"], RULE, builder.as_json(edited.definition),
            strategy=given["strategy"], by=request.user,
        )  # fmt: skip
    except (writes.Refused, NotFit) as why:
        return _form(request, edited, None, given, [str(why)])
    writes.refresh()
    messages.success(request, _("The segment is saved."))
    return redirect(reverse("admin:segments_page", args=[row.key]))


def edit(request: HttpRequest, key: str) -> HttpResponse:
    """The form of a segment that there is."""
    shared.may(request, shared.SEE, shared.CHANGE)
    row = shared.the_segment(key)
    if request.method != "POST":
        edited = builder.of_segment(row.definition if row.kind == RULE else {})
        if row.kind == RULE:
            builder.check(request, edited, key)
        return _form(request, edited, row, {"name": row.name, "strategy": row.strategy})
    edited = builder.of_request(request, key) if row.kind == RULE else builder.of_segment({})
    given = _given(request)
    if "save" not in request.POST:
        return _form(request, edited, row, given)
    errors = _errors(given, edited if row.kind == RULE else None)
    if errors:
        return _form(request, edited, row, given, errors)
    definition = builder.as_json(edited.definition or {}) if row.kind == RULE else None
    try:
        writes.change(row, name=given["name"], definition=definition, strategy=given["strategy"])
    except (writes.Refused, NotFit) as why:
        return _form(request, edited, row, given, [str(why)])
    if definition is not None:
        writes.refresh()
    messages.success(request, _("The segment is saved."))
    return redirect(reverse("admin:segments_page", args=[row.key]))


def key_for(name: str) -> str:
    """A key that nobody has: of the name's letters, where it has any that a key can hold, and a number."""
    begin = slugify(name)[:_KEY_BEGIN_MAX].strip("-_").replace("_", "-") or "segment"
    begin = begin if begin[0].isalpha() else f"segment-{begin}"
    taken = set(Segment.objects.filter(key__startswith=begin).values_list("key", flat=True))
    return next(key for key in (begin, *(f"{begin}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)


def _given(request: HttpRequest) -> dict[str, str]:
    data = request.POST
    return {
        "name": data.get("name", "").strip()[:NAME_MAX],
        "new_key": data.get("new_key", "").strip(),
        "strategy": data.get("strategy", "").strip().replace("\r\n", "\n")[:STRATEGY_MAX],
    }


def _errors(given: dict[str, str], edited: Edited | None) -> list[str]:
    errors = [] if given["name"] else [_("Give the segment a name.")]
    if edited is not None and not edited.is_sound:
        errors.append(_("Something is not right yet; it is said at the condition."))
    return errors


def _form(
    request: HttpRequest,
    edited: Edited,
    row: Segment | None,
    given: dict[str, str],
    errors: list[str] | None = None,
) -> HttpResponse:
    key = row.key if row else ""
    context: dict[str, Any] = {
        **builder.editor(request, edited, key),
        "hx": format_html('hx-post="{}" hx-target="#editor" hx-swap="outerHTML"', request.path),
    }
    if request.headers.get("HX-Request") == "true":
        response = TemplateResponse(request, "console/segments/_editor.html", context)
        response.headers["HX-Trigger-After-Settle"] = "recount"
        return response
    heading = _("A new segment") if row is None else row.name
    context |= shared.page(
        request, heading, "new" if row is None else "segment", heading=heading, row=row, form_errors=errors or [],
        is_rule=row is None or row.kind == RULE, said=words.where_from(row.kind, row.definition) if row else "",
        **{"name": "", "new_key": "", "strategy": "", **given},
    )  # fmt: skip
    return TemplateResponse(request, "console/segments/build.html", context, status=422 if errors else 200)
