"""What the pages of segments share: who may do what, the segment at hand, and the frame of a page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from regulars.audience.segments.models import Segment
from regulars.console.reads import programme_of
from regulars.members.reads import shop_id_of

SEE, ADD, CHANGE = "segments.view_segment", "segments.add_segment", "segments.change_segment"
SEE_MEMBERS = "members.view_member"
WAIT_SECONDS = 0.2


def may(request: HttpRequest, *permissions: str) -> None:
    """Raises PermissionDenied for whom any of the permissions was not given."""
    if not all(request.user.has_perm(permission) for permission in permissions):
        raise PermissionDenied


def the_segment(key: str) -> Segment:
    """A segment by its key. Raises Http404."""
    return get_object_or_404(Segment.objects.select_related("created_by"), key=key)


def page(request: HttpRequest, title: str, here: str, **more: Any) -> dict[str, Any]:
    """The context of a page; ``here`` names its tab."""
    return {
        **admin.site.each_context(request),
        "opts": Segment._meta,
        "title": title,
        "here": here,
        "may_add": request.user.has_perm(ADD),
        "may_change": request.user.has_perm(CHANGE),
        "may_see_members": request.user.has_perm(SEE_MEMBERS),
        "segment_title": _("Segments"),
        **more,
    }


def currency_of(request: HttpRequest) -> str:
    """The shop's money, by its ISO 4217 code; empty before the first programme."""
    programme = programme_of(request)
    return programme.currency if programme else ""


def sample(members: list[int]) -> list[tuple[int, str]]:
    """Members with what the shop calls them."""
    known = shop_id_of(members)
    return [(member, known.get(member) or f"#{member}") for member in members]
