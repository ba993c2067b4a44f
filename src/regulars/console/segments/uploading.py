"""A list of members as a segment: pasted or as a file, with a report of who was found and who was not."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.audience.segments import writes
from regulars.audience.segments.models import LIST, Segment
from regulars.audience.segments.uploaded import Uploaded, members_of
from regulars.console.segments import shared
from regulars.console.segments.saving import NAME_MAX, key_for

SIZE_MAX = 50_000_000
LINES_SHOWN = 200


def upload(request: HttpRequest, key: str = "") -> HttpResponse:
    """The form of a list, or of another list for a segment that has one; after it, the report."""
    shared.may(request, shared.SEE, shared.CHANGE if key else shared.ADD)
    row = shared.the_segment(key) if key else None
    if row is not None and row.kind != LIST:
        return redirect(reverse("admin:segments_page", args=[key]))
    errors: list[str] = []
    report: Uploaded | None = None
    if request.method == "POST":
        text, problem = _text(request)
        try:
            if problem:
                raise writes.Refused(problem)
            row, report = _taken(request, row, text)
            messages.success(request, _("The list is taken in."))
        except writes.Refused as why:
            errors.append(str(why))
    context = shared.page(
        request, _("Upload a list"), "upload", row=row, form_errors=errors, report=report,
        unknown=report.unknown[:LINES_SHOWN] if report else (),
        repeated=report.repeated[:LINES_SHOWN] if report else (),
        name=request.POST.get("name", ""), new_key=request.POST.get("new_key", ""),
        pasted=request.POST.get("ids", "") if errors else "", key=key,
    )  # fmt: skip
    return TemplateResponse(request, "console/segments/upload.html", context, status=422 if errors else 200)


def _taken(request: HttpRequest, row: Segment | None, text: str) -> tuple[Segment, Uploaded]:
    """The list in its segment, a new one unless there is one. Raises Refused; then no segment is made either."""
    if row is None:
        if not members_of(text).members:
            raise writes.Refused(_("No line of the file names a member."))
        name = request.POST.get("name", "").strip()[:NAME_MAX]
        row = writes.create(request.POST.get("new_key", "").strip() or key_for(name), name, LIST, by=request.user)
    return row, writes.upload_list(row, text)


def _text(request: HttpRequest) -> tuple[str, str]:
    """What was sent, or what is wrong with it."""
    sent = request.FILES.get("file")
    if sent is None:
        return request.POST.get("ids", ""), ""
    if (sent.size or 0) > SIZE_MAX:
        return "", _("The file is larger than %(most)s MB.") % {"most": SIZE_MAX // 1_000_000}
    try:
        return sent.read().decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", _("The file is no text in UTF-8. Save it as CSV in UTF-8.")
