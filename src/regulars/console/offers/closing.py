"""Ending an offer now, and taking it out of the file: asked once, with what would change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.console.offers import drafting
from regulars.console.offers.editor import may_publish
from regulars.console.reads import programme_of
from regulars.files.yaml_text import read_yaml
from regulars.offers.edit import Edit, ended, entry
from regulars.offers.models import Version
from regulars.screens.numbers import number_in


def close(request: HttpRequest, key: str, how: str) -> HttpResponse:
    """``how`` ``end``: it is over as of this minute, and stays in the file. ``remove``: it goes."""
    may_publish(request)
    last = drafting.newest()
    posted = request.POST.get("began", "")
    began = number_in(posted) if posted.isdecimal() else last.pk if last is not None else 0
    text = Version.objects.filter(pk=began).values_list("text", flat=True).first() or ""
    found = entry(text, key)
    if found is None or how not in ("end", "remove"):
        raise Http404
    section, before = found
    after = None
    if how == "end":
        # The minute that was looked at is the one that is published.
        at = _minute(request.POST.get("at", ""))
        after = ended(before, at, str(read_yaml(text).data.get("time_zone", "UTC")))
    draft = drafting.drafted(Edit(section, before, after), began, last, programme_of(request))
    if request.method == "POST" and draft.is_good and draft.since is None:
        row = drafting.publish(
            draft, request.user, last, request.POST.get("effective_at", ""), request.POST.get("note", "")
        )
        if row is not None:
            messages.success(request, _("Version %(number)s is published.") % {"number": row.pk})
            return redirect(reverse("admin:offers_list"))
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": Version._meta,
        "title": _("End now") if how == "end" else _("Take out of the file"),
        "here": "list",
        "how": how,
        "key": key,
        "draft": draft,
        "began": last.pk if last is not None else 0,
        "at": _minute(request.POST.get("at", "")).isoformat(),
        "coming": last if drafting.is_coming(last) else None,
        "zone": str(read_yaml(text).data.get("time_zone", "UTC")),
        "effective_at": request.POST.get("effective_at", ""),
        "note": request.POST.get("note", ""),
    }
    return TemplateResponse(request, "console/offers/close.html", context)


def _minute(posted: str) -> datetime:
    try:
        at = datetime.fromisoformat(posted)
    except ValueError:
        at = datetime.now(UTC)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).replace(second=0, microsecond=0)
