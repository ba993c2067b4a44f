"""The drafts that there are, and the way to a new one."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.console.studio import shared
from regulars.programmes import drafts
from regulars.programmes.models import Draft, Version
from regulars.screens.numbers import number_in

CLOSED_SHOWN = 50


def studio_list(request: HttpRequest) -> HttpResponse:
    """All drafts; a post begins a new one from a version or another draft."""
    shared.may_see(request)
    may_begin = request.user.has_perm("programmes.add_draft")
    if request.method == "POST":
        if not may_begin:
            raise PermissionDenied
        return _begun(request)
    rows = Draft.objects.select_related("author").order_by("-updated_at")
    chosen = request.GET.get("from", "")
    context = {
        **admin.site.each_context(request),
        "opts": Version._meta,
        "title": _("Drafts of the programme"),
        "may_begin": may_begin,
        "busy": rows.filter(state__in=drafts.BUSY),
        "closed": rows.exclude(state__in=drafts.BUSY)[:CLOSED_SHOWN],
        "versions": Version.objects.order_by("-pk")[:50],
        "chosen": number_in(chosen),
        "name": _("Back to version %(number)s") % {"number": chosen} if chosen.isdecimal() else "",
    }
    return TemplateResponse(request, "console/studio/list.html", context)


def _begun(request: HttpRequest) -> HttpResponse:
    kind, _colon, number = request.POST.get("from", "").partition(":")
    key = number_in(number)
    # An old version's text comes forward as a change of the newest one; a draft's copy has missed what it has missed.
    based_on = drafts.newest()
    if kind == "version":
        text = get_object_or_404(Version, pk=key).text
    elif kind == "draft":
        copied = get_object_or_404(Draft.objects.select_related("based_on"), pk=key)
        text, based_on = copied.text, copied.based_on
    else:
        text = ""
    name = request.POST.get("name", "").strip() or _("Draft")
    draft = drafts.begin(request.user, name, text, based_on)
    messages.success(request, _("The draft is begun. Nobody but the console sees it before it is published."))
    return redirect(reverse("admin:studio_form" if text else "admin:studio_file", args=[draft.pk]))
