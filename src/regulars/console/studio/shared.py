"""What the studio's pages share: who may do what, the draft at hand, and the frame of a page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars.programmes import drafts
from regulars.programmes.models import Draft, Version


def may_see(request: HttpRequest) -> None:
    """Raises PermissionDenied for who may not read drafts."""
    if not request.user.has_perm("programmes.view_draft"):
        raise PermissionDenied


def may_edit(request: HttpRequest) -> None:
    """Raises PermissionDenied for who may not change drafts."""
    if not request.user.has_perm("programmes.change_draft"):
        raise PermissionDenied


def the_draft(draft_id: int) -> Draft:
    """A draft with what its pages show. Raises Http404."""
    return get_object_or_404(Draft.objects.select_related("based_on", "author", "approved_by"), pk=draft_id)


def page(request: HttpRequest, draft: Draft, here: str, **more: Any) -> dict[str, Any]:
    """The context of a draft's page; ``here`` names its tab."""
    busy = draft.state in drafts.BUSY
    last = drafts.newest()
    return {
        **admin.site.each_context(request),
        "opts": Version._meta,
        "title": draft.name,
        "draft": draft,
        "state": state_tag(draft),
        "here": here,
        "busy": busy,
        "may_edit": busy and request.user.has_perm("programmes.change_draft"),
        "can_undo": busy and drafts.can_undo(draft),
        "newest": last,
        "behind": busy and last is not None and draft.based_on_id != last.pk,
        **more,
    }


def state_tag(draft: Draft) -> SafeString:
    """Where a draft stands, as a tag."""
    kinds = {Draft.ASKED: "warn", Draft.APPROVED: "good", Draft.PUBLISHED: "good"}
    return format_html(
        '<span class="k-tag k-tag-{}">{}</span>', kinds.get(draft.state, "none"), draft.get_state_display()
    )


def person_name(user: Any) -> str:
    """Somebody of the console by name."""
    return (user.get_full_name() or user.get_username()) if user is not None else _("command line")
