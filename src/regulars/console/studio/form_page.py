"""A draft as a form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from regulars.console.studio import shared


def form_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The sections."""
    shared.may_see(request)
    return TemplateResponse(
        request, "console/studio/form.html", shared.page(request, shared.the_draft(draft_id), "form")
    )


def section_page(request: HttpRequest, draft_id: int, section: str, key: str = "") -> HttpResponse:
    """One section."""
    shared.may_see(request)
    return TemplateResponse(
        request, "console/studio/form.html", shared.page(request, shared.the_draft(draft_id), "form")
    )
