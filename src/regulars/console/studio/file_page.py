"""A draft as its file: every problem with its line."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.console.file_lines import around_problems
from regulars.console.studio import saving, shared
from regulars.programmes.file import check

FILE_BYTES_MAX = 1_000_000


def file_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The file in a box; a post keeps it, whatever problems it has, so that no work is lost."""
    shared.may_see(request)
    draft = shared.the_draft(draft_id)
    if request.method == "POST":
        shared.may_edit(request)
        text = _posted(request)
        revision = request.POST.get("revision", "")
        if text is not None and revision.isdecimal():
            kept = saving.keep(request, draft, int(revision), text)
            if kept.clash is not None:
                return kept.clash
            return redirect(reverse("admin:studio_file", args=[draft.pk]))
    checked = check(draft.text)
    context = shared.page(
        request,
        draft,
        "file",
        checked=checked,
        lines=around_problems(draft.text, checked.problems),
    )
    return TemplateResponse(request, "console/studio/file.html", context)


def _posted(request: HttpRequest) -> str | None:
    upload = request.FILES.get("file")
    if upload is None:
        text = request.POST.get("text", "").replace("\r\n", "\n")
        return text if text.endswith("\n") or not text else f"{text}\n"
    if (upload.size or 0) > FILE_BYTES_MAX:
        messages.error(request, _("The file is too large: 1 MB at most."))
        return None
    try:
        return upload.read().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        messages.error(request, _("The file is not text in UTF-8."))
        return None


def download(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The draft's file."""
    shared.may_see(request)
    draft = shared.the_draft(draft_id)
    return HttpResponse(
        draft.text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="draft-{draft.pk}-r{draft.revision}.yaml"'},
    )
