"""A list of members as a segment: pasted or as a file, with a report of who was found and who was not."""

from __future__ import annotations

import csv
import io

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.audience.segments import writes
from regulars.audience.segments.models import LIST, Segment
from regulars.console.segments import shared
from regulars.console.segments.saving import KEY, KEY_MAX, NAME_MAX

SIZE_MAX = 50_000_000
UNKNOWN_SHOWN = 200


def upload(request: HttpRequest, key: str = "") -> HttpResponse:
    """The form of a list, or of another list for a segment that has one; after it, the report."""
    shared.may(request, shared.SEE, shared.CHANGE if key else shared.ADD)
    row = shared.the_segment(key) if key else None
    if row is not None and row.kind != LIST:
        return redirect(reverse("admin:segments_page", args=[key]))
    errors: list[str] = []
    report = None
    if request.method == "POST":
        ids, problem = _ids(request)
        name, new_key = request.POST.get("name", "").strip()[:NAME_MAX], request.POST.get("new_key", "").strip()
        if problem:
            errors.append(problem)
        if row is None and not name:
            errors.append(_("Give the segment a name."))
        if row is None and new_key and not (KEY.fullmatch(new_key) and len(new_key) <= KEY_MAX):
            errors.append(_("A key is small letters, digits and hyphens, such as tea-lovers."))
        elif row is None and new_key and Segment.objects.filter(key=new_key).exists():
            errors.append(_("There is a segment with this key already."))
        if not errors:
            if row is None:
                row = writes.create(name=name, kind=LIST, definition={}, key=new_key, by=request.user)
            report = writes.upload_list(row.key, ids, by=request.user)
            messages.success(request, _("The list is taken in."))
    context = shared.page(
        request, _("Upload a list"), "upload", row=row, form_errors=errors, report=report,
        unknown=(report.unknown[:UNKNOWN_SHOWN] if report else []), name=request.POST.get("name", ""),
        new_key=request.POST.get("new_key", ""), pasted=request.POST.get("ids", "") if errors else "", key=key,
    )  # fmt: skip
    return TemplateResponse(request, "console/segments/upload.html", context, status=422 if errors else 200)


def _ids(request: HttpRequest) -> tuple[list[str], str]:
    """The shop's ids that were sent, each once, in order; or what is wrong."""
    sent = request.FILES.get("file")
    if sent is not None and (sent.size or 0) > SIZE_MAX:
        return [], _("The file is larger than %(most)s MB.") % {"most": SIZE_MAX // 1_000_000}
    try:
        text = sent.read().decode("utf-8-sig") if sent is not None else request.POST.get("ids", "")
    except UnicodeDecodeError:
        return [], _("The file is no text in UTF-8. Save it as CSV in UTF-8.")
    if "\0" in text:
        return [], _("The file is no text in UTF-8. Save it as CSV in UTF-8.")
    rows = [row for row in csv.reader(io.StringIO(text)) if row and row[0].strip()]
    column = 0
    if rows and len(rows) > 1:
        heads = [head.strip().lower() for head in rows[0]]
        column = next((heads.index(name) for name in ("user_id", "userid", "shop_id", "shop id", "id") if name in heads), -1)
        rows = rows[1:] if column >= 0 else rows
        column = max(column, 0)
    ids = dict.fromkeys(row[column].strip() for row in rows if len(row) > column and row[column].strip())
    return list(ids), "" if ids else _("There is no id in it. Write the shop's ids, one a line.")
