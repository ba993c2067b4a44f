"""A new segment, and one that is changed: its name, its strategy and, where it has them, its conditions."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from regulars.audience.segments import writes
from regulars.audience.segments.models import RULE, Segment
from regulars.console.segments import builder, shared, words
from regulars.console.segments.builder import Edited

KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
NAME_MAX, KEY_MAX, STRATEGY_MAX = 200, 60, 5000


def new(request: HttpRequest) -> HttpResponse:
    """The form of a new segment; a press of one of its buttons; or the segment kept."""
    shared.may(request, shared.SEE, shared.ADD)
    if request.method != "POST":
        group = builder.first()
        edited = Edited(builder.FORM, group, "", None)
        builder.check(request, edited)
        return _form(request, edited, None, {})
    edited = builder.of_request(request)
    given = _given(request)
    if "save" not in request.POST:
        return _form(request, edited, None, given)
    key = given["new_key"]
    errors = _errors(given, edited)
    if key and not (KEY.fullmatch(key) and len(key) <= KEY_MAX):
        errors.append(_("A key is small letters, digits and hyphens, such as tea-lovers."))
    elif key and Segment.objects.filter(key=key).exists():
        errors.append(_("There is a segment with this key already."))
    if errors or edited.definition is None:
        return _form(request, edited, None, given, errors)
    row = writes.create(
        name=given["name"], kind=RULE, definition=builder.as_json(edited.definition), strategy=given["strategy"],
        key=key, by=request.user,
    )  # fmt: skip
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
    writes.change(row.key, name=given["name"], definition=definition, strategy=given["strategy"], by=request.user)
    messages.success(request, _("The segment is saved."))
    return redirect(reverse("admin:segments_page", args=[row.key]))


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
